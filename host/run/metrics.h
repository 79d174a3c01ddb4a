/// Metrics: from the values that components record to rows of metrics.csv and the summary's headlines.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/graph/graph.h"
#include "weft/core/abi.h"

namespace weft::host {

/// One row of metrics.csv.
struct MetricRow {
  int64_t tick = 0;
  const std::string* name = nullptr;  ///< "<component>.<metric>"; owned by the Metrics
  double value = 0.0;
};

/// "120,counter.value,-162.5\n"
std::string to_csv(const MetricRow& row);

/// The first line of metrics.csv.
inline constexpr const char* metrics_header = "tick,metric,value\n";

/// A metric that is declared headline, with the first and the latest value of the whole run.
struct Headline {
  const std::string* name = nullptr;
  const weft_metric* metric = nullptr;
  int64_t count = 0;  ///< rows so far; while it is 0 the other members are unset
  int64_t first_tick = 0, latest_tick = 0;
  double first = 0.0, latest = 0.0;
};

/// Turns recorded values into rows: one row for each value, or, for metrics that are declared averaged, one row with
/// the mean since the last report. Rows stay in memory until they are taken. Equal runs give equal rows in equal order.
class Metrics {
 public:
  /// Covers all metrics of all components of the graph, which must outlive this object.
  explicit Metrics(const Graph& graph);

  /// The tick of the rows that follow.
  void set_tick(int64_t tick) { tick_ = tick; }
  /// Records one finite value. A metric that the graph does not have yet is one of a numbered family, and is added; it
  /// need not outlive its component.
  void record(const ComponentNode& node, const weft_metric& metric, double value);
  /// Makes the rows of averaged metrics, in the order of the graph, and starts new means.
  void report();

  /// The rows since the last call.
  std::vector<MetricRow> take_rows();
  /// Headline metrics in the order of the graph, those without a value included.
  std::vector<Headline> headlines() const;

  /// The state for a checkpoint: unreported means and headline values, as JSON with sorted keys.
  std::string save() const;
  /// Replaces the current state with that of save(). Metrics that the graph no longer declares are dropped.
  void load(const std::string& state);

 private:
  struct Series {
    std::string name;
    bool is_headline = false;
    double sum = 0.0;    ///< since the last report
    int64_t summed = 0;  ///< values in it
    Headline headline;
  };
  struct Key {
    const ComponentNode* node;
    const weft_metric* metric;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return std::hash<const void*>()(key.node) * 31 + std::hash<const void*>()(key.metric);
    }
  };

  Series& add_series(const ComponentNode& node, const weft_metric& metric);
  void add_row(Series& series, double value);

  int64_t tick_ = 0;
  std::deque<Series> series_;  ///< rows point to their names
  std::unordered_map<Key, std::size_t, Hash> index_;
  std::vector<MetricRow> rows_;
};

}  // namespace weft::host
