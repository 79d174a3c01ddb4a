// The overhead of the host: a run whose stages do nothing.
#include <sstream>

#include "benchmark.h"
#include "host/graph/load.h"
#include "host/run/session.h"
#include "support/process.h"

namespace weft::bench {
namespace {

class Schedule final : public Benchmark {
 public:
  Schedule() {
    testing::write_file(folder_.path() / "empty.toml", graph_text());
    graph_ = host::load_graph(folder_.path() / "empty.toml", {}, {});
  }

  void sample() override {
    std::ostringstream screen;
    const auto session =
        host::Session::start(graph_.graph, folder_.path() / std::to_string(seconds_.size()), false, {1, screen, false});
    session->run();
    int64_t calls = 0;
    for (const host::StageTiming& timing : session->summary().timings) calls += timing.calls;
    seconds_.push_back(session->summary().seconds / static_cast<double>(calls));
  }
  Row row(double) const override {
    return bounded_row("schedule", median(seconds_) * 1e6, "us a stage", 2.0, median(seconds_));
  }

 private:
  static std::string graph_text() {
    std::string text = "[run]\nname = \"empty\"\nticks = 100_000\nplugins = [\"" WEFT_EMPTY_STAGE "\"]\n";
    for (const char* name : {"one", "two", "three", "four", "five"})
      text += std::string("[stages.") + name + "]\nuse = \"stage.empty\"\n[[schedule]]\nrun = \"" + name + "\"\n";
    return text;
  }

  testing::TemporaryFolder folder_;
  host::LoadedGraph graph_;
  std::vector<double> seconds_;
};

}  // namespace

Made schedule() { return std::make_unique<Schedule>(); }

}  // namespace weft::bench
