/// Runs a trial graph.
#pragma once

#include <string>
#include <vector>

#include "host/engine/instance.h"
#include "host/validate/trial_graph.h"
#include "weft/testing/archive.h"

namespace weft::host {

/// The components of a trial graph and the numbers they recorded. The graph must outlive this object.
class TrialRun final : Listener {
 public:
  explicit TrialRun(const TrialGraph& trial, int threads = 1) : trial_(trial), instance_(trial.graph, *this, threads) {}

  /// Runs every stage once in each tick; throws Failure.
  void ticks(int64_t first, int64_t last);
  weft::testing::Archive save() const;
  void load(weft::testing::Archive& archive) { instance_.load(archive); }

  /// "subject mean_reward 0.25" for every recorded number, in order and with all digits.
  const std::vector<std::string>& numbers() const { return numbers_; }

 private:
  void record(const ComponentNode& node, const weft_metric& metric, double value) override;
  void log(const ComponentNode&, weft::LogLevel, const std::string&) override {}
  void progress(const ComponentNode&, const std::string&) override {}

  const TrialGraph& trial_;
  std::vector<std::string> numbers_;
  Instance instance_;
};

}  // namespace weft::host
