#include "weft_commands.h"

#include <glob.h>

#include <algorithm>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

#include "host/base/rows.h"
#include "host/cli/command_line.h"
#include "host/engine/try_graph.h"
#include "host/sweep/plan.h"
#include "host/sweep/values.h"

namespace weft::pages {

/// A command line of `weft`, taken apart.
struct WeftCommands::Call {
  std::string command;
  Words operands;
  std::vector<std::pair<std::string, std::string>> options;  ///< "seed" and its value

  Words values(const std::string& option) const {
    Words found;
    for (const auto& [name, value] : options)
      if (name == option) found.push_back(value);
    return found;
  }
  std::optional<std::string> value(const std::string& option) const {
    const Words found = values(option);
    return found.empty() ? std::nullopt : std::optional<std::string>(found.back());
  }
  std::optional<int64_t> number(const std::string& option) const {
    const auto text = value(option);
    return text ? std::optional<int64_t>(std::stoll(*text)) : std::nullopt;
  }
  host::GraphOptions graph_options() const { return {values("set"), number("seed"), number("ticks")}; }
};

namespace {

using host::Graph;
using host::LoadedGraph;

/// Runs the program in this process, in which LibTorch is loaded once. Throws Wrong with what it reports.
void program(const Words& arguments) {
  std::ostringstream out, err;
  if (host::run_program(arguments, out, err) != 0) throw Wrong(err.str());
}

/// A word without the marks of what may be left out or repeated: "[--set", "KEY=VALUE]...".
std::string without_marks(std::string word) {
  if (word.size() > 3 && word.compare(word.size() - 3, 3, "...") == 0) word.resize(word.size() - 3);
  if (word[0] == '[') word.erase(0, 1);
  if (word.back() == ']' && word.find('[') == std::string::npos) word.pop_back();
  return word;
}

/// Whether a word stands for what a reader puts there.
bool is_placeholder(const std::string& word) {
  static const std::regex names("(GRAPH|RUN_DIR|DIR|KIND|NAME|TYPE|FILE|FIGURE|PLUGIN|COMMAND|KEY|VALUE|N|A|B)");
  static const std::set<std::string> forms = {"KEY=VALUE", "KEY=A,B",  "PLUGIN.so", "FILE.so",
                                              "THEIRS.so", "YOURS.so", "A..B"};
  const std::string text = without_marks(word);
  return text != word || std::regex_match(text, names) || forms.count(text) > 0;
}

/// Adds the files that match a word, as a shell does; the word itself if there are none.
void expand(const std::string& word, Words& operands) {
  glob_t found{};
  if (::glob(word.c_str(), GLOB_NOCHECK, nullptr, &found) == 0)
    operands.insert(operands.end(), found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
}

/// Whether the files are there that the components of a graph read.
bool has_its_data(const Graph& graph) {
  for (const host::ComponentNode& node : graph.nodes)
    for (const weft_parameter& row : host::parameters_of(*node.type->type)) {
      if (row.kind != WEFT_PATH || host::is_output(row)) continue;
      const auto& input = std::get<std::string>(node.parameters.at(row.key));
      if (!input.empty() && !fs::exists(input)) return false;
    }
  return true;
}

/// The graph, checked against the tables of its types and, if its data are there, by making its components.
LoadedGraph load(const fs::path& file, const host::GraphOptions& options) {
  try {
    LoadedGraph loaded = host::load_graph(file, options, {});
    return has_its_data(loaded.graph) ? host::try_graph(file, options, {}) : std::move(loaded);
  } catch (const host::Failure& failure) {
    throw Wrong(failure.what());
  }
}

/// What the components of a graph record, with their names.
Words metrics_of(const Graph& graph) {
  Words names;
  for (const host::ComponentNode& node : graph.nodes)
    for (const weft_metric& metric : host::metrics_of(*node.type->type)) names.push_back(node.name + "." + metric.name);
  return names;
}

/// The settings of a sweep over graphs whose data are not there, for which `plan_sweep` cannot make the components.
host::SweepPlan plan_without_data(const host::SweepOptions& options) {
  host::Problems problems;
  host::SweepPlan plan;
  plan.folder = options.out.value();
  if (options.graphs.size() > 1) plan.columns.emplace_back("graph");
  for (const fs::path& graph : options.graphs) plan.settings.push_back({graph, "", {}, {}, ""});
  for (const host::SweptKey& key : host::read_swept_keys(options.sets, problems)) {
    if (key.values.size() > 1) plan.columns.push_back(key.key);
    std::vector<host::SweepSetting> longer;
    for (const host::SweepSetting& setting : plan.settings)
      for (const std::string& value : key.values) {
        longer.push_back(setting);
        longer.back().sets.push_back(key.key + "=" + value);
        if (key.values.size() > 1) longer.back().values.push_back(value);
      }
    plan.settings = std::move(longer);
  }
  const auto seeds = options.seeds ? host::read_seeds(*options.seeds, problems) : std::vector<uint64_t>{0};
  for (std::size_t index = 0; index < plan.settings.size(); ++index) {
    host::SweepSetting& setting = plan.settings[index];
    const LoadedGraph loaded = load(setting.graph, {setting.sets, {}, options.ticks});
    if (options.graphs.size() > 1) setting.values.insert(setting.values.begin(), loaded.graph.run.name);
    for (const uint64_t seed : seeds) plan.runs.push_back({index, seed, loaded.graph.run.ticks, {}, {}, {}, {}});
  }
  if (!problems.errors().empty()) throw host::Failure(host::ExitCode::wrong_input, problems.errors());
  return plan;
}

}  // namespace

void WeftCommands::check(const Words& words, bool in_sentence) {
  const Words given(words.begin() + 1, words.end());
  if (!given.empty() && is_placeholder(given[0])) return;
  Words with_help;
  for (const std::string& word : given) {
    std::istringstream choices(without_marks(word));
    for (std::string choice; std::getline(choices, choice, '|');) with_help.push_back(choice);
  }
  if (given.empty() || given.back() != "--help") with_help.emplace_back("--help");
  program(with_help);  // refuses unknown commands and options
  if (given.empty() || std::any_of(given.begin(), given.end(), is_placeholder)) return;

  static const std::set<std::string> flags = {
      "--replace", "--dot", "--toml", "--json", "--map", "--log-x", "--log-y", "--lower-is-better", "--log"};
  Call call{given[0], {}, {}};
  for (std::size_t at = 1; at < given.size(); ++at) {
    const std::string& word = given[at];
    const std::size_t equals = word.find('=');
    if (word.compare(0, 2, "--") != 0)
      expand(word, call.operands);
    else if (flags.count(word) > 0)
      call.options.emplace_back(word.substr(2), "");
    else if (equals != std::string::npos)
      call.options.emplace_back(word.substr(2, equals - 2), word.substr(equals + 1));
    else if (++at < given.size())
      call.options.emplace_back(word.substr(2), given[at]);
  }
  if (call.operands.empty()) return in_sentence ? void() : program(given);
  if (is_plugin_project(fs::current_path())) return check_in_project(call);
  if (call.command == "run") return run(call);
  if (call.command == "check") return void(load(call.operands.at(0), call.graph_options()));
  if (call.command == "sweep") return sweep(call);
  if (call.command == "resume") return resume(call);
  if (call.command == "plot" || call.command == "table" || call.command == "compare") return draw(call);
  if (call.command == "validate") {
    if (!fs::exists(call.operands.at(0))) throw Wrong("there is no '" + call.operands[0] + "'");
    return;
  }
  program(given);
}

void WeftCommands::run(const Call& call) {
  const LoadedGraph loaded = load(call.operands.at(0), call.graph_options());
  const host::RunSettings& run = loaded.graph.run;
  const std::string folder = "runs/" + run.name + "/" + std::to_string(run.seed);
  results_.add(call.value("out").value_or(folder), {{{}}, {}, run.name, run.ticks, metrics_of(loaded.graph)});
}

void WeftCommands::sweep(const Call& call) {
  host::SweepOptions options;
  options.graphs = {call.operands.begin(), call.operands.end()};
  options.sets = call.values("set");
  options.seeds = call.value("seeds");
  options.ticks = call.number("ticks");
  if (const auto out = call.value("out")) options.out = *out;

  Results results;
  bool has_data = true;
  for (const fs::path& file : options.graphs) {
    const LoadedGraph loaded = load(file, {});
    has_data = has_data && has_its_data(loaded.graph);
    const Words metrics = metrics_of(loaded.graph);
    results.metrics.insert(results.metrics.end(), metrics.begin(), metrics.end());
  }
  host::SweepPlan plan;
  try {
    plan = has_data ? host::plan_sweep(options) : plan_without_data(options);
  } catch (const host::Failure& failure) {
    throw Wrong(failure.what());
  }
  results.ticks = plan.runs.at(0).ticks;
  results.columns = plan.columns;
  results.columns.emplace_back("seed");
  for (const host::SweepRun& run : plan.runs) {
    results.runs.push_back(plan.settings[run.setting].values);
    results.runs.back().push_back(std::to_string(run.seed));
  }
  results_.add(plan.folder, results);
}

void WeftCommands::resume(const Call& call) const {
  if (!results_.has(call.operands.at(0)))
    throw Wrong("no command before this one runs a graph in '" + call.operands[0] + "'");
}

void WeftCommands::draw(const Call& call) const {
  for (const std::string& source : call.operands) {
    if (call.value("map")) {
      const fs::path folder = fs::path(source).parent_path();  // of a run, below which its components write
      if (!folder.empty()) fs::create_directories(folder);
      weft::testing::write_file(source, "a,b,c\n-9,-9,1\n9,-9,2\n-9,9,3\n9,9,4\n");
    } else if (!fs::is_regular_file(source)) {  // a committed table is there
      results_.write(source, call.value("metric").value_or(""));
    }
  }
  Words expanded = {call.command};
  expanded.insert(expanded.end(), call.operands.begin(), call.operands.end());
  for (const auto& [option, value] : call.options) {
    expanded.push_back("--" + option);
    if (!value.empty()) expanded.push_back(value);
  }
  program(expanded);
}

/// The plugin is not built here: the slow tests build templates and examples, and run what is on their pages.
void WeftCommands::check_in_project(const Call& call) const {
  std::string sources;
  for (const fs::directory_entry& entry : fs::directory_iterator(fs::current_path()))
    if (entry.is_regular_file()) sources += weft::testing::read_file(entry);
  const auto declares = [&](const std::string& text) { return sources.find(text) != std::string::npos; };
  if (call.operands.empty()) throw Wrong("an operand is missing");
  const std::string& operand = call.operands[0];
  if (call.command == "inspect") {
    if (!declares("\"" + operand + "\"")) throw Wrong("the plugin of this folder has no type '" + operand + "'");
  } else if (call.command == "validate") {
    const fs::path file = operand;
    if (file.parent_path() != "build/lib/weft/plugins" || !declares("weft_add_plugin(" + file.stem().string() + " "))
      throw Wrong("'" + operand + "' is not what the project of this folder builds");
  } else if (call.command == "run" || call.command == "check" || call.command == "show") {
    try {
      const auto problems = host::read_graph(operand, call.graph_options()).findings;
      if (!problems.empty()) throw host::Failure(host::ExitCode::wrong_input, problems);
    } catch (const host::Failure& failure) {
      throw Wrong(failure.what());
    }
  } else {
    throw Wrong("in the folder of a plugin there are only checks of inspect, validate, run, check and show");
  }
}

}  // namespace weft::pages
