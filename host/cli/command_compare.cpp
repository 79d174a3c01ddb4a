#include "host/cli/command_compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "host/base/comparison.h"
#include "host/base/number.h"
#include "host/base/option_text.h"
#include "host/base/statistics.h"
#include "host/figures/plot_table.h"

namespace weft::host {
namespace {

using Cells = std::vector<std::string>;

/// The runs of one value of the compared key, in one setting of the other keys.
struct Arm {
  std::map<std::string, double> by_seed;
  int64_t failed = 0;

  std::vector<double> values() const {
    std::vector<double> list;
    for (const auto& [seed, value] : by_seed) list.push_back(value);
    return list;
  }
};

/// One setting of the other keys: its arms, by value of the compared key.
using Arms = std::map<std::string, Arm>;

/// A number with what surrounds it.
struct Surrounded {
  double value = 0.0;
  Interval interval;
  bool is_range = false;  ///< the smallest and the largest value, of few values, instead of an interval
};

std::string to_text(const Surrounded& number) {
  const std::string value = brief(number.value), low = brief(number.interval.low), high = brief(number.interval.high);
  return number.is_range ? fmt::format("{} ({} to {})", value, low, high)
                         : fmt::format("{} [{}, {}]", value, low, high);
}

class Comparison {
 public:
  Comparison(const CompareOptions& options, PlotTable table) : options_(options), table_(std::move(table)) {
    const std::size_t by = table_.find(options.by, "--by " + options.by);
    names_ = table_.values_of(by);
    for (const Cells& values : table_.failed)
      if (std::find(names_.begin(), names_.end(), values[by]) == names_.end()) names_.push_back(values[by]);
    for (std::size_t key = 0; key < table_.keys.size(); ++key)
      if (table_.keys[key] != "seed" && key != by && table_.values_of(key).size() > 1) others_.push_back(key);
    if (options.baseline && std::find(names_.begin(), names_.end(), *options.baseline) == names_.end())
      throw wrong_input(Place{"--baseline " + *options.baseline},
                        fmt::format("no run has '{}' = '{}'; its values are {}{}", options.by, *options.baseline,
                                    enumerate(names_), suggestion(*options.baseline, names_)));
    std::optional<Ticks> ticks;
    if (options.ticks) ticks = read_ticks(*options.ticks);
    for (const PlotRun& run : table_.runs) {
      double value = value_of(table_, run, options.metric, ticks);
      if (options.logarithms) {
        if (!(value > 0.0))
          throw wrong_input(Place{"--log"},
                            fmt::format("a run with {} = {} and seed {} has the value {}; only positive "
                                        "values have a logarithm",
                                        options.by, run.values[by], run.values.back(), brief(value)));
        value = std::log(value);
      }
      arm_of(run.values, by).by_seed[run.values.back()] = value;
    }
    for (const Cells& values : table_.failed) ++arm_of(values, by).failed;
  }

  std::vector<Cells> rows() const {
    std::vector<Cells> rows{header()};
    for (const Cells& setting : settings_)
      for (const std::string& name : names_) {
        const auto arm = arms_.at(setting).find(name);
        if (arm == arms_.at(setting).end()) continue;
        rows.push_back(beginning(setting, name));
        append(rows.back(), {&arm->second}, baselines({setting}, name));
      }
    if (settings_.size() < 2) return rows;
    for (const std::string& name : names_) {
      std::vector<const Arm*> strata;
      for (const Cells& setting : settings_)
        if (const auto arm = arms_.at(setting).find(name); arm != arms_.at(setting).end())
          strata.push_back(&arm->second);
      rows.push_back(beginning(Cells(others_.size(), "all"), name));
      append(rows.back(), strata, baselines(settings_, name));
    }
    return rows;
  }

  /// How much the difference from the baseline changes with the value of options.interaction, from the first one on.
  std::vector<Cells> interaction_rows() const {
    const auto [place, values] = interaction_key();
    std::vector<Cells> rows{header_of_names()};
    rows[0].push_back("seeds");
    add_heading(rows[0], fmt::format("difference from {}, minus that of {}", *options_.baseline, values[0]));
    for (const Cells& setting : settings_)
      for (const std::string& name : names_) {
        if (setting[place] == values[0] || name == *options_.baseline) continue;
        Cells first = setting;
        first[place] = values[0];
        const std::map<std::string, double> here = differences(setting, name), there = differences(first, name);
        std::vector<double> changes;
        for (const auto& [seed, difference] : here)
          if (const auto other = there.find(seed); other != there.end()) changes.push_back(difference - other->second);
        rows.push_back(beginning(setting, name));
        rows.back().push_back(fmt::to_string(changes.size()));
        add(rows.back(), student(changes));
      }
    return rows;
  }

 private:
  /// Which of the other keys is options.interaction, and its values in the order of the table.
  std::pair<std::size_t, Cells> interaction_key() const {
    const Place where{"--interaction " + *options_.interaction};
    if (!options_.baseline) throw wrong_input(where, "expected a --baseline, from which the differences are");
    const std::size_t key = table_.find(*options_.interaction, where.file);
    const auto found = std::find(others_.begin(), others_.end(), key);
    if (found == others_.end())
      throw wrong_input(where,
                        fmt::format("expected a setting with several values, other than 'seed' and '{}'", options_.by));
    return {static_cast<std::size_t>(found - others_.begin()), table_.values_of(key)};
  }

  /// By seed, how far the runs of `name` are from those of the baseline in one setting.
  std::map<std::string, double> differences(const Cells& setting, const std::string& name) const {
    std::map<std::string, double> by_seed;
    if (!arms_.contains(setting)) return by_seed;
    for (const auto& [arm, baseline] : baselines({setting}, name))
      for (const auto& [seed, value] : arm->by_seed)
        if (const auto other = baseline->by_seed.find(seed); other != baseline->by_seed.end())
          by_seed[seed] = value - other->second;
    return by_seed;
  }

  Arm& arm_of(const Cells& values, std::size_t by) {
    Cells setting;
    for (const std::size_t key : others_) setting.push_back(values[key]);
    if (!arms_.contains(setting)) settings_.push_back(setting);
    return arms_[setting][values[by]];
  }

  Cells beginning(const Cells& setting, const std::string& name) const {
    Cells cells = setting;
    cells.push_back(name);
    return cells;
  }

  /// The arms of the baseline in the settings that have `name`; empty without a baseline, or for the baseline itself.
  std::vector<std::pair<const Arm*, const Arm*>> baselines(const std::vector<Cells>& settings,
                                                           const std::string& name) const {
    std::vector<std::pair<const Arm*, const Arm*>> pairs;
    if (!options_.baseline || name == *options_.baseline) return pairs;
    for (const Cells& setting : settings) {
      const Arms& arms = arms_.at(setting);
      const auto arm = arms.find(name), baseline = arms.find(*options_.baseline);
      if (arm != arms.end() && baseline != arms.end() && !arm->second.by_seed.empty() &&
          !baseline->second.by_seed.empty())
        pairs.emplace_back(&arm->second, &baseline->second);
    }
    return pairs;
  }

  bool is_csv() const { return options_.form == GridForm::csv; }

  Cells header_of_names() const {
    Cells cells;
    for (const std::size_t key : others_) cells.push_back(is_csv() ? table_.keys[key] : short_key(table_.keys[key]));
    cells.push_back(is_csv() ? options_.by : short_key(options_.by));
    return cells;
  }

  Cells header() const {
    Cells cells = header_of_names();
    cells.insert(cells.end(), {"n", "failed"});
    for (const char* name : {"mean", "median", "IQM"}) add_heading(cells, name);
    if (options_.baseline) {
      add_heading(cells, fmt::format("P(better than {})", *options_.baseline));
      cells.emplace_back("pairs");
      add_heading(cells, fmt::format("difference from {}", *options_.baseline));
    }
    return cells;
  }

  void add_heading(Cells& cells, const std::string& name) const {
    cells.push_back(name);
    if (is_csv()) cells.insert(cells.end(), {name + " low", name + " high"});
  }

  void add(Cells& cells, const std::optional<Surrounded>& number) const {
    if (is_csv()) {
      cells.push_back(number ? shortest(number->value) : "");
      cells.push_back(number ? shortest(number->interval.low) : "");
      cells.push_back(number ? shortest(number->interval.high) : "");
    } else {
      cells.push_back(number ? to_text(*number) : "");
    }
  }

  /// Everything after the names, for an arm in each of several settings.
  void append(Cells& cells, const std::vector<const Arm*>& strata,
              const std::vector<std::pair<const Arm*, const Arm*>>& pairs) const {
    Samples samples;
    std::vector<double> all;
    int64_t failed = 0;
    for (const Arm* arm : strata) {
      failed += arm->failed;
      if (arm->by_seed.empty()) continue;
      samples.push_back(arm->values());
      all.insert(all.end(), samples.back().begin(), samples.back().end());
    }
    cells.push_back(fmt::to_string(all.size()));
    cells.push_back(fmt::to_string(failed));
    add(cells, samples.size() == 1 ? student(all) : spread(samples, all, mean));
    add(cells, spread(samples, all, median));
    add(cells, spread(samples, all, interquartile_mean));
    if (!options_.baseline) return;
    add(cells, probability(pairs));
    std::vector<double> differences;
    for (const auto& [arm, baseline] : pairs)
      for (const auto& [seed, value] : arm->by_seed)
        if (const auto other = baseline->by_seed.find(seed); other != baseline->by_seed.end())
          differences.push_back(value - other->second);
    cells.push_back(pairs.empty() ? "" : fmt::to_string(differences.size()));
    add(cells, student(differences));
  }

  /// The mean with its t interval, or with the range of few values.
  static std::optional<Surrounded> student(const std::vector<double>& values) {
    if (values.empty()) return std::nullopt;
    const Estimate found = estimate(values);
    return Surrounded{found.mean, {found.low, found.high}, found.count < fewest_for_interval};
  }

  /// A statistic of all values with its bootstrap interval, or with the range of few values.
  template <class Statistic>
  static std::optional<Surrounded> spread(const Samples& samples, const std::vector<double>& all, Statistic statistic) {
    if (all.empty()) return std::nullopt;
    const double value = statistic(all);
    if (all.size() < fewest_for_interval) {
      const auto [low, high] = std::minmax_element(all.begin(), all.end());
      return Surrounded{value, {*low, *high}, true};
    }
    return Surrounded{value, bootstrap_interval(samples, [&](const Samples& drawn) {
                        std::vector<double> together;
                        for (const std::vector<double>& sample : drawn)
                          together.insert(together.end(), sample.begin(), sample.end());
                        return statistic(together);
                      })};
  }

  /// The probability that a run is better than one of the baseline in the same setting, mean over settings; with few
  /// runs in a setting, surrounded by the range over settings.
  std::optional<Surrounded> probability(const std::vector<std::pair<const Arm*, const Arm*>>& pairs) const {
    if (pairs.empty()) return std::nullopt;
    Samples samples;
    for (const auto& [arm, baseline] : pairs) {
      samples.push_back(arm->values());
      samples.push_back(baseline->values());
    }
    if (options_.lower_is_better)
      for (std::vector<double>& sample : samples)
        for (double& value : sample) value = -value;
    const auto average = [](const Samples& drawn) {
      double sum = 0.0;
      for (std::size_t index = 0; index < drawn.size(); index += 2)
        sum += probability_of_improvement(drawn[index], drawn[index + 1]);
      return sum / (0.5 * static_cast<double>(drawn.size()));
    };
    if (pairs.size() == 1) return Surrounded{average(samples), probability_interval(samples[0], samples[1])};
    const bool few = std::any_of(samples.begin(), samples.end(),
                                 [](const std::vector<double>& sample) { return sample.size() < fewest_for_interval; });
    if (few) {
      std::vector<double> of_settings;
      for (std::size_t index = 0; index < samples.size(); index += 2)
        of_settings.push_back(probability_of_improvement(samples[index], samples[index + 1]));
      const auto [low, high] = std::minmax_element(of_settings.begin(), of_settings.end());
      return Surrounded{mean(of_settings), {*low, *high}, true};
    }
    return Surrounded{average(samples), bootstrap_interval(samples, average)};
  }

  const CompareOptions& options_;
  PlotTable table_;
  Cells names_;                      ///< the values of the compared key, in the order of the table
  std::vector<std::size_t> others_;  ///< other keys that vary, as indices into PlotTable::keys
  std::vector<Cells> settings_;      ///< values of the other keys, in the order of the table
  std::map<Cells, Arms> arms_;
};

}  // namespace

ExitCode compare_command(const CompareOptions& options, std::ostream& out) {
  PlotTable table = read_tables(options.sources, options.metric);
  for (const std::string& text : options.where) table.keep_where(text);
  const Comparison comparison(options, std::move(table));
  out << to_text(options.interaction ? comparison.interaction_rows() : comparison.rows(), options.form);
  if (options.form == GridForm::text || options.form == GridForm::markdown)
    out << fmt::format(
        "\n[ ]: 95 % intervals, by Student's t (mean, difference of equal seeds), the BCa bootstrap (median, IQM, and "
        "over "
        "all\nsettings) and Newcombe's method 5 (P); ( ): smallest to largest of fewer than {} values. Failed runs are "
        "counted, and\nmissing from everything else. 'weft compare --help' explains the columns.\n",
        fewest_for_interval);
  return ExitCode::done;
}

}  // namespace weft::host
