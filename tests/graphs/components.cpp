// Component types for tests of graphs: every kind of parameter, slot and offer, without any behavior.
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

struct MockClock final : weft::Component, Clock {
  static void describe(weft::Description<MockClock>& type) {
    type.summary("Shows the time.");
    type.offers<Clock>("time", "the time");
    type.real("speed", 1.0, weft::above(0.0), "its speed");
  }
  explicit MockClock(weft::Setup&) {}
};

struct MockTwins final : weft::Component, Clock {
  static void describe(weft::Description<MockTwins>& type) {
    type.summary("Has two clocks.");
    type.offers<Clock>("left", "one clock");
    type.offers<Clock>("right", "another clock");
  }
  explicit MockTwins(weft::Setup&) {}
};

struct MockDial final : weft::Component {
  static void describe(weft::Description<MockDial>& type) {
    type.summary("Shows the time.");
    type.slot<Clock>("clock", "what it shows");
    type.flag("bright", false, "whether it is lit");
    type.integer("digits", 4, weft::between(1, 9), "how many digits it has");
    type.real("angle", 0.5, {0.0, 1.0, true, true}, "its rotation");
    type.text("label", "", "its label");
    type.choice("form", "round", {"round", "square"}, "its outline");
    type.integers("marks", {3, 6, 9}, weft::at_least(0), "where it has marks");
    type.reals("colors", {0.25, 1e-5}, weft::between(0.0, 1.0), "red, green and blue");
    type.ramp("glow", 0.0, weft::between(0.0, 1.0), "how much it glows");
    type.integer_ramp("hands", 2, weft::at_least(1), "how many hands it has");
    type.optional_path("picture", "its picture");
  }
  explicit MockDial(weft::Setup& setup) {
    if (setup.text("label") == "loud") setup.context().log(weft::LogLevel::info, "this label is loud");
    if (setup.text("label") == "wrong") throw weft::SetupError("label", "nobody would read that");
  }
};

struct MockFile final : weft::Component, Rows {
  static void describe(weft::Description<MockFile>& type) {
    type.summary("Rows of a file.");
    type.offers<Rows>("rows", "what is in the file");
    type.path("file", "where the rows are");
  }
  explicit MockFile(weft::Setup&) {}
};

struct MockLink final : weft::Component, Chain {
  static void describe(weft::Description<MockLink>& type) {
    type.summary("A link of a chain.");
    type.offers<Chain>("end", "where the next link hangs");
    type.slot<Chain>("above", "what it hangs on");
  }
  explicit MockLink(weft::Setup&) {}
};

struct SourceStage final : weft::Stage {
  static void describe(weft::Description<SourceStage>& type) {
    type.summary("Sends numbers.");
    type.emits<Numbers>("numbers", "one number a tick");
    type.optional_slot<Clock>("clock", "the clock that starts it");
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
    type.integer("epochs", 10, weft::at_least(1), "how many passes over the data");
  }
  explicit WorkStage(weft::Setup&) {}
  void run() override {}
};

}  // namespace

WEFT_PLUGIN("graph_components", "1.0.0", "MIT", weft::component_type<MockClock>("mock.clock"),
            weft::component_type<MockTwins>("mock.twins"), weft::component_type<MockDial>("mock.dial"),
            weft::component_type<MockFile>("mock.file"), weft::component_type<MockLink>("mock.link"),
            weft::component_type<SourceStage>("stage.source"), weft::component_type<StoreStage>("stage.store"),
            weft::component_type<WorkStage>("stage.work"))
