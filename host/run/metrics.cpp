#include "host/run/metrics.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "host/base/number.h"
#include "host/base/rows.h"

namespace weft::host {

std::string to_csv(const MetricRow& row) { return fmt::format("{},{},{}\n", row.tick, *row.name, shortest(row.value)); }

Metrics::Metrics(const Graph& graph) {
  for (const ComponentNode& node : graph.nodes) {
    for (const weft_metric& metric : metrics_of(*node.type->type)) add_series(node, metric);
  }
}

Metrics::Series& Metrics::add_series(const ComponentNode& node, const weft_metric& metric) {
  index_[{&node, &metric}] = series_.size();
  Series& series =
      series_.emplace_back(Series{fmt::format("{}.{}", node.name, metric.name), metric.headline != 0, 0.0, 0, {}});
  series.headline.name = &series.name;
  series.headline.metric = &metric;
  return series;
}

void Metrics::record(const ComponentNode& node, const weft_metric& metric, double value) {
  const auto known = index_.find({&node, &metric});
  Series& series = known == index_.end() ? add_series(node, metric) : series_[known->second];
  if (!metric.averaged) {
    add_row(series, value);
    return;
  }
  series.sum += value;
  ++series.summed;
}

void Metrics::report() {
  for (Series& series : series_) {
    if (series.summed == 0) continue;
    add_row(series, series.sum / static_cast<double>(series.summed));
    series.sum = 0.0;
    series.summed = 0;
  }
}

void Metrics::add_row(Series& series, double value) {
  rows_.push_back({tick_, &series.name, value});
  if (!series.is_headline) return;
  Headline& headline = series.headline;
  if (headline.count++ == 0) {
    headline.first_tick = tick_;
    headline.first = value;
  }
  headline.latest_tick = tick_;
  headline.latest = value;
}

std::vector<MetricRow> Metrics::take_rows() { return std::exchange(rows_, {}); }

std::vector<Headline> Metrics::headlines() const {
  std::vector<Headline> result;
  for (const Series& series : series_) {
    if (series.is_headline) result.push_back(series.headline);
  }
  return result;
}

std::string Metrics::save() const {
  nlohmann::json state = nlohmann::json::object();
  for (const Series& series : series_) {
    const Headline& headline = series.headline;
    if (series.summed > 0) state[series.name]["mean"] = {series.sum, series.summed};
    if (headline.count > 0) {
      state[series.name]["headline"] = {headline.count, headline.first_tick, headline.first, headline.latest_tick,
                                        headline.latest};
    }
  }
  return state.dump();
}

void Metrics::load(const std::string& state) {
  const nlohmann::json stored = nlohmann::json::parse(state);
  rows_.clear();
  for (Series& series : series_) {
    series.sum = 0.0;
    series.summed = 0;
    series.headline.count = 0;
    if (!stored.contains(series.name)) continue;
    const nlohmann::json& entry = stored.at(series.name);
    if (entry.contains("mean")) {
      series.sum = entry.at("mean").at(0);
      series.summed = entry.at("mean").at(1);
    }
    if (entry.contains("headline")) {
      const nlohmann::json& kept = entry.at("headline");
      Headline& headline = series.headline;
      headline.count = kept.at(0);
      headline.first_tick = kept.at(1);
      headline.first = kept.at(2);
      headline.latest_tick = kept.at(3);
      headline.latest = kept.at(4);
    }
  }
}

}  // namespace weft::host
