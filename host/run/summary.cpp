#include "host/run/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "host/base/number.h"

namespace weft::host {
namespace {

using nlohmann::ordered_json;

double share(const StageTiming& timing, double seconds) { return seconds > 0.0 ? timing.seconds / seconds : 0.0; }
/// "128 G" of 1.28e11.
std::string with_prefix(double value) {
  constexpr std::array<const char*, 5> prefixes = {"", "k", "M", "G", "T"};
  std::size_t place = 0;
  for (; value >= 999.5 && place + 1 < prefixes.size(); ++place) value /= 1000.0;
  return fmt::format("{:.3g} {}", value, prefixes.at(place));
}

std::string headline_line(const Headline& headline, std::size_t width) {
  const weft_metric& metric = *headline.metric;
  std::string values = brief(headline.first), ticks = grouped(headline.first_tick);
  if (headline.count > 1) {
    values += " -> " + brief(headline.latest);
    ticks += " -> " + grouped(headline.latest_tick);
  }
  return fmt::format("  {:<{}}  {}{}{} (tick {}): {}\n", *headline.name, width, values, *metric.unit == '\0' ? "" : " ",
                     metric.unit, ticks, metric.sentence);
}

std::string headline_text(const std::vector<Headline>& headlines) {
  std::size_t width = 0;
  for (const Headline& headline : headlines) width = std::max(width, headline.name->size());
  std::string text;
  for (const Headline& headline : headlines) {
    if (headline.count > 0) text += headline_line(headline, width);
  }
  return text.empty() ? text : "\n" + text;
}

/// "128 GFLOP/s", one for each unit.
std::string rates(const StageTiming& timing) {
  std::string text;
  for (const auto& [unit, amount] : timing.work) {
    const double rate = timing.seconds > 0.0 ? amount / timing.seconds : 0.0;
    text += fmt::format("{}{}{}/s", text.empty() ? "" : ", ", with_prefix(rate), unit);
  }
  return text;
}

std::string timing_text(const Summary& summary) {
  std::size_t width = 5;
  for (const StageTiming& timing : summary.timings) width = std::max(width, timing.stage.size());
  const bool any = std::any_of(summary.timings.begin(), summary.timings.end(),
                               [](const StageTiming& timing) { return !timing.work.empty(); });
  std::string text =
      fmt::format("\n  {:<{}}{:>12}{:>11}{:>8}{}\n", "stage", width, "calls", "seconds", "share", any ? "  work" : "");
  for (const StageTiming& timing : summary.timings) {
    text +=
        fmt::format("  {:<{}}{:>12}{:>11.2f}{:>7.1f}%{}\n", timing.stage, width, grouped(timing.calls), timing.seconds,
                    100.0 * share(timing, summary.seconds), timing.work.empty() ? "" : "  " + rates(timing));
  }
  return text;
}

}  // namespace

std::string to_json(const Summary& summary) {
  ordered_json headlines = ordered_json::object();
  for (const Headline& headline : summary.headlines) {
    if (headline.count == 0) continue;
    headlines[*headline.name] = {{"first", {{"tick", headline.first_tick}, {"value", headline.first}}},
                                 {"latest", {{"tick", headline.latest_tick}, {"value", headline.latest}}},
                                 {"unit", headline.metric->unit},
                                 {"sentence", headline.metric->sentence}};
  }
  ordered_json json = {
      {"status", summary.status}, {"name", summary.graph->run.name},   {"seed", summary.graph->run.seed},
      {"tick", summary.tick},     {"ticks", summary.graph->run.ticks}, {"session_seconds", summary.seconds},
      {"headlines", headlines}};
  if (!summary.error.empty()) json["error"] = summary.error;
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string to_text(const Summary& summary) {
  const RunSettings& run = summary.graph->run;
  const std::string since = summary.first > 1 ? fmt::format(" since tick {}", grouped(summary.first)) : "";
  return fmt::format(
      "\n{}, seed {}: {} at tick {} of {}, {}{}\n{}{}\nfiles: {}\n"
      "  graph.toml, metrics.csv, TensorBoard events, timing.csv, log.txt, checkpoints, summary.json\n",
      run.name, run.seed, summary.status, grouped(summary.tick), grouped(run.ticks), duration(summary.seconds), since,
      headline_text(summary.headlines), timing_text(summary), summary.folder.string());
}

std::string to_timing_rows(const Summary& summary) {
  std::string text;
  for (const StageTiming& timing : summary.timings) {
    text += fmt::format("{},{},{},{},{:.6f},{:.4f},", summary.first, summary.tick, timing.stage, timing.calls,
                        timing.seconds, share(timing, summary.seconds));
    for (const auto& [unit, amount] : timing.work)
      text += fmt::format("{}{}={}", text.back() == ',' ? "" : " ", unit, shortest(amount));
    text += "\n";
  }
  return text;
}

}  // namespace weft::host
