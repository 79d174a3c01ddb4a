#include "host/sweep/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "host/base/option_text.h"
#include "host/base/rows.h"
#include "host/engine/try_graph.h"
#include "host/graph/load.h"
#include "host/graph/text.h"
#include "host/run/build_info.h"
#include "host/sweep/values.h"
#include "weft/core/random.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_name = 120;

std::string hash(const std::string& text) {
  uint64_t state = 0;
  for (const char letter : text) state = weft::mix_seed(state ^ static_cast<unsigned char>(letter));
  return fmt::format("{:08x}", static_cast<uint32_t>(state));
}

/// A file name that is valid in any file system and needs no quotes in a shell.
std::string file_name(const std::string& text) {
  std::string name;
  for (const char letter : text) {
    if (std::isalnum(static_cast<unsigned char>(letter)) || std::string("._+-=,").find(letter) != std::string::npos)
      name += letter;
    else if (std::string(" []{}\"'").find(letter) == std::string::npos)
      name += '_';
  }
  if (name.starts_with('.')) name[0] = '_';
  if (name.size() > longest_name) name = fmt::format("{}-{}", name.substr(0, longest_name), hash(text));
  return name;
}

/// A setting for messages.
std::string describe(const SweepSetting& setting) {
  const std::string graph = setting.graph.string();
  return setting.sets.empty() ? graph : fmt::format("{} with {}", graph, fmt::join(setting.sets, ", "));
}

/// Collects the errors of single settings, and reports each one once.
class SettingProblems {
 public:
  void add(const Failure& failure, std::size_t setting) {
    if (errors_.empty()) code_ = failure.code();
    for (const Diagnostic& diagnostic : failure.diagnostics()) {
      const auto [known, added] = index_.emplace(to_text(diagnostic), errors_.size());
      if (added) errors_.push_back({diagnostic, setting, 0});
      ++errors_[known->second].count;
    }
  }

  /// An error that only some settings have names the first of them, unless its place is an option.
  void throw_if_any(const std::vector<SweepSetting>& settings) const {
    std::vector<Diagnostic> diagnostics;
    for (const Error& error : errors_) {
      diagnostics.push_back(error.diagnostic);
      const auto of_graph = std::count_if(settings.begin(), settings.end(), [&](const SweepSetting& setting) {
        return setting.graph == settings[error.first].graph;
      });
      if (error.count < of_graph && !error.diagnostic.place.file.starts_with("--"))
        diagnostics.back().message += fmt::format(" (with {})", fmt::join(settings[error.first].sets, ", "));
    }
    if (!diagnostics.empty()) throw Failure(code_, diagnostics);
  }

 private:
  struct Error {
    Diagnostic diagnostic;
    std::size_t first;  ///< setting
    std::ptrdiff_t count;
  };
  ExitCode code_ = ExitCode::wrong_input;
  std::vector<Error> errors_;
  std::map<std::string, std::size_t> index_;
};

/// Every graph with every combination of values.
std::vector<SweepSetting> product(const SweepOptions& options, const std::vector<SweptKey>& keys) {
  std::vector<SweepSetting> settings;
  for (const fs::path& graph : options.graphs) settings.push_back({graph, "", {}, {}, ""});
  for (const SweptKey& key : keys) {
    std::vector<SweepSetting> longer;
    for (const SweepSetting& setting : settings) {
      for (const std::string& value : key.values) {
        longer.push_back(setting);
        longer.back().sets.push_back(fmt::format("{}={}", key.key, value));
        if (key.values.size() > 1) longer.back().values.push_back(value);
      }
    }
    settings = std::move(longer);
  }
  return settings;
}

void require_few_runs(const SweepOptions& options, const std::vector<SweptKey>& keys, std::size_t seeds,
                      Problems& problems) {
  std::size_t runs = options.graphs.size() * std::max<std::size_t>(seeds, 1);
  for (const SweptKey& key : keys) runs = std::min(runs, most_runs) * key.values.size();
  if (runs > most_runs)
    problems.error({}, fmt::format("these are more than {} runs; give fewer values or seeds", most_runs));
}

/// Gives every setting a name of its own. A hash separates settings that differ only in characters that file names
/// omit.
void name_settings(const std::vector<std::string>& columns, std::vector<SweepSetting>& settings) {
  std::map<std::string, int> uses;
  const auto full_name = [&](const SweepSetting& setting) {
    std::vector<std::string> values = setting.values;
    for (std::size_t column = 0; column < columns.size(); ++column)
      if (columns[column] != "graph") values[column] = fmt::format("{}={}", short_key(columns[column]), values[column]);
    return fmt::format("{}", fmt::join(values, ","));
  };
  for (SweepSetting& setting : settings) {
    setting.name = file_name(full_name(setting));
    ++uses[setting.name];
  }
  for (SweepSetting& setting : settings)
    if (uses[setting.name] > 1) setting.name += "-" + hash(full_name(setting));
}

/// The files that a graph writes besides its run: the values of keys 'out', with the keys.
std::vector<std::pair<std::string, std::string>> outs_of(const Graph& graph) {
  std::vector<std::pair<std::string, std::string>> outs;
  for (const ComponentNode& node : graph.nodes) {
    for (const weft_parameter& row : parameters_of(*node.type->type)) {
      if (row.kind != WEFT_PATH || !is_output(row)) continue;
      const auto& file = std::get<std::string>(node.parameters.at(row.key));
      if (!file.empty()) outs.emplace_back(file, table_of(node) + ".out");
    }
  }
  return outs;
}

/// Makes the runs of every valid setting; returns the names of the graphs.
std::vector<std::string> check_settings(const SweepOptions& options, const std::vector<uint64_t>& seeds,
                                        SweepPlan& plan) {
  SettingProblems problems;
  std::vector<std::string> names;
  for (std::size_t index = 0; index < plan.settings.size(); ++index) {
    SweepSetting& setting = plan.settings[index];
    try {
      LoadedGraph loaded = try_graph(setting.graph, {setting.sets, {}, options.ticks}, options.plugin_path);
      RunSettings& run = loaded.graph.run;
      if (std::find(names.begin(), names.end(), run.name) == names.end()) names.push_back(run.name);
      setting.graph_name = run.name;
      for (const ComponentNode& node : loaded.graph.nodes) plan.plugins.insert(node.type->plugin->file);
      if (options.graphs.size() > 1) setting.values.insert(setting.values.begin(), run.name);
      const std::vector<uint64_t> own = {run.seed};
      const auto outs = outs_of(loaded.graph);
      const std::vector<std::string> inputs = input_lines(loaded.graph);
      for (const uint64_t seed : seeds.empty() ? own : seeds) {
        run.seed = seed;
        plan.runs.push_back({index, seed, run.ticks, {}, run_text(loaded.graph), inputs, outs});
      }
    } catch (const Failure& failure) {
      problems.add(failure, index);
    }
  }
  problems.throw_if_any(plan.settings);
  return names;
}

/// Refuses settings that are equal, and graphs that the table could not distinguish.
void require_different(const SweepPlan& plan) {
  Problems problems;
  std::map<std::string, std::size_t> texts;
  std::map<std::vector<std::string>, std::size_t> values;
  for (const SweepRun& run : plan.runs) {
    const SweepSetting& setting = plan.settings[run.setting];
    const auto pair = [&](std::size_t other) {
      return fmt::format("{} and {}", describe(plan.settings[other]), describe(setting));
    };
    if (const auto [same, added] = texts.emplace(run.graph_text, run.setting); !added)
      problems.error({}, fmt::format("two settings are the same run: {}; leave one out", pair(same->second)));
    else if (const auto [alike, first] = values.emplace(setting.values, run.setting);
             !first && alike->second != run.setting)
      problems.error({}, fmt::format("two graphs have the same name, which identifies them in the table: {}; change "
                                     "run.name in one of them",
                                     pair(alike->second)));
  }
  problems.throw_errors();
}

/// Refuses runs that would overwrite each other's files.
void require_own_files(const SweepPlan& plan) {
  Problems problems;
  std::map<std::string, const SweepRun*> writers;
  std::set<std::string> reported;
  const auto describe_run = [&](const SweepRun& run) {
    return fmt::format("{}, seed {}", describe(plan.settings[run.setting]), run.seed);
  };
  const auto refuse = [&](const std::string& file, const std::string& key, const SweepRun& one, const SweepRun& other) {
    problems.error({},
                   fmt::format("several runs would overwrite the file '{}': {} and {}; run them separately with 'weft "
                               "run', each with its own '{}'",
                               file, describe_run(one), describe_run(other), key));
  };
  for (const SweepRun& run : plan.runs) {
    for (const auto& [file, key] : run.outs) {
      const auto [writer, first] = writers.emplace(file, &run);
      if (!first && writer->second != &run && reported.insert(file).second) refuse(file, key, *writer->second, run);
    }
  }
  problems.throw_errors();
}

fs::path default_sweep_folder(const std::vector<std::string>& names, const std::vector<std::string>& columns) {
  std::vector<std::string> keys(columns.size());
  std::transform(columns.begin(), columns.end(), keys.begin(), short_key);
  if (keys.empty()) keys.emplace_back("seed");
  return fs::path("runs") / file_name(fmt::format("{}_by_{}", fmt::join(names, "_"), fmt::join(keys, "_")));
}

}  // namespace

SweepPlan plan_sweep(const SweepOptions& options) {
  Problems problems;
  const std::vector<SweptKey> keys = read_swept_keys(options.sets, problems);
  const std::vector<uint64_t> seeds = options.seeds ? read_seeds(*options.seeds, problems) : std::vector<uint64_t>();
  require_few_runs(options, keys, seeds.size(), problems);
  problems.throw_errors();

  SweepPlan plan;
  plan.settings = product(options, keys);
  if (options.graphs.size() > 1) plan.columns.emplace_back("graph");
  for (const SweptKey& key : keys)
    if (key.values.size() > 1) plan.columns.push_back(key.key);
  const std::vector<std::string> names = check_settings(options, seeds, plan);
  require_different(plan);
  require_own_files(plan);
  name_settings(plan.columns, plan.settings);
  plan.folder = options.out ? *options.out : default_sweep_folder(names, plan.columns);
  for (SweepRun& run : plan.runs) run.folder = plan.folder / plan.settings[run.setting].name / fmt::to_string(run.seed);
  return plan;
}

}  // namespace weft::host
