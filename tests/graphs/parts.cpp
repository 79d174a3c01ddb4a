// Component types for tests of graphs: every kind of parameter, slot and offer, and nothing behind them.
#include "weft/core/plugin.h"

namespace {

struct Clock {
  static constexpr const char* interface_id = "test.clock/1";
  virtual ~Clock() = default;
};
struct Rows {
  static constexpr const char* interface_id = "test.rows/1";
  virtual ~Rows() = default;
};
struct Chain {
  static constexpr const char* interface_id = "test.chain/1";
  virtual ~Chain() = default;
};
struct Numbers {
  static constexpr const char* interface_id = "test.numbers/1";
  virtual ~Numbers() = default;
};

struct ClockPart final : weft::Component, Clock {
  static void describe(weft::Description<ClockPart>& type) {
    type.summary("Tells the time.");
    type.offers<Clock>("time", "the time");
    type.real("speed", 1.0, weft::above(0.0), "how fast it goes");
  }
  explicit ClockPart(weft::Setup&) {}
};

struct TwinsPart final : weft::Component, Clock {
  static void describe(weft::Description<TwinsPart>& type) {
    type.summary("Tells two times.");
    type.offers<Clock>("left", "one clock");
    type.offers<Clock>("right", "another clock");
  }
  explicit TwinsPart(weft::Setup&) {}
};

struct DialPart final : weft::Component {
  static void describe(weft::Description<DialPart>& type) {
    type.summary("Shows the time.");
    type.slot<Clock>("clock", "what it shows");
    type.flag("bright", false, "whether it shines");
    type.integer("digits", 4, weft::between(1, 9), "how many digits it has");
    type.real("angle", 0.5, {0.0, 1.0, true, true}, "how far it is turned");
    type.text("label", "", "what stands on it");
    type.choice("form", "round", {"round", "square"}, "its outline");
    type.integers("marks", {3, 6, 9}, weft::at_least(0), "where it has marks");
    type.reals("colours", {0.25, 1e-5}, weft::between(0.0, 1.0), "red, green and blue");
    type.ramp("glow", 0.0, weft::between(0.0, 1.0), "how much it glows");
    type.integer_ramp("hands", 2, weft::at_least(1), "how many hands it has");
    type.optional_path("picture", "what is painted on it");
  }
  explicit DialPart(weft::Setup& setup) {
    if (setup.text("label") == "wrong") throw weft::SetupError("label", "nobody would read that");
  }
};

struct FilePart final : weft::Component, Rows {
  static void describe(weft::Description<FilePart>& type) {
    type.summary("Rows of a file.");
    type.offers<Rows>("rows", "what is in the file");
    type.path("file", "where the rows are");
  }
  explicit FilePart(weft::Setup&) {}
};

struct LinkPart final : weft::Component, Chain {
  static void describe(weft::Description<LinkPart>& type) {
    type.summary("A link of a chain.");
    type.offers<Chain>("end", "where the next link hangs");
    type.slot<Chain>("above", "what it hangs on");
  }
  explicit LinkPart(weft::Setup&) {}
};

struct SourceStage final : weft::Stage {
  static void describe(weft::Description<SourceStage>& type) {
    type.summary("Sends numbers.");
    type.emits<Numbers>("numbers", "one number a tick");
    type.optional_slot<Clock>("clock", "when it begins");
    type.integer("size", 1, weft::at_least(1), "how many numbers", "rows");
  }
  explicit SourceStage(weft::Setup&) {}
  void run() override {}
};

struct StoreStage final : weft::Component, Numbers, Rows {
  static void describe(weft::Description<StoreStage>& type) {
    type.summary("Keeps numbers.");
    type.receives<Numbers>("in", "what it keeps");
    type.offers<Rows>("rows", "what it has kept");
    type.integer("capacity", 100, weft::at_least(1), "how much it keeps", "rows");
  }
  explicit StoreStage(weft::Setup&) {}
};

struct WorkStage final : weft::Stage {
  static void describe(weft::Description<WorkStage>& type) {
    type.summary("Works on rows.");
    type.slot<Rows>("data", "what it works on");
    type.integer("epochs", 10, weft::at_least(1), "how often it goes over the data");
  }
  explicit WorkStage(weft::Setup&) {}
  void run() override {}
};

}  // namespace

WEFT_PLUGIN("graph_parts", "1.0.0", "MIT", weft::component_type<ClockPart>("part.clock"),
            weft::component_type<TwinsPart>("part.twins"), weft::component_type<DialPart>("part.dial"),
            weft::component_type<FilePart>("part.file"), weft::component_type<LinkPart>("part.link"),
            weft::component_type<SourceStage>("stage.source"), weft::component_type<StoreStage>("stage.store"),
            weft::component_type<WorkStage>("stage.work"))
