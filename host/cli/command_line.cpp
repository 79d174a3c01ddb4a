#include "host/cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "host/base/diagnostic.h"
#include "host/base/memory.h"
#include "host/base/number.h"
#include "host/base/option_text.h"
#include "host/base/standard_streams.h"
#include "host/cli/command_compare.h"
#include "host/cli/command_graph.h"
#include "host/cli/command_new.h"
#include "host/cli/command_options.h"
#include "host/cli/command_plot.h"
#include "host/cli/command_plugins.h"
#include "host/cli/command_run.h"
#include "host/cli/command_slurm.h"
#include "host/cli/command_sweep.h"
#include "host/cli/command_table.h"
#include "host/cli/command_validate.h"
#include "host/graph/source.h"
#include "host/inspect/reference.h"
#include "host/slurm/element.h"
#include "weft/core/version.h"

namespace weft::host {
namespace {

GraphOptions overrides(const Given& given) {
  return {given.texts("set"), given.number<uint64_t>("seed", 0), given.number<int64_t>("ticks", 1)};
}

int threads(const Given& given) { return given.number<int>("threads", 1).value_or(0); }

ExitCode run(const std::string& graph, const Given& given, std::ostream& out, std::ostream& err) {
  RunOptions options{graph, overrides(given), given.paths("plugin-path"), threads(given), {}, given.has("replace")};
  if (given.has("out")) options.out = given.text("out");
  return run_command(options, out, err);
}

ExitCode resume(const std::string& folder, const Given& given, std::ostream& out, std::ostream& err) {
  return resume_command(
      {folder, given.texts("set"), given.number<int64_t>("ticks", 1), given.paths("plugin-path"), threads(given)}, out,
      err);
}

LookOptions look(const std::string& graph, const Given& given) {
  return {graph, overrides(given), given.paths("plugin-path"), given.has("dot")};
}

ExitCode inspect(const std::string& type, const Given& given, std::ostream& out) {
  if (given.has("toml") && given.has("json"))
    usage_error("inspect", "--toml and --json exclude each other; give one of them");
  const TypeForm form = given.has("toml") ? TypeForm::toml : given.has("json") ? TypeForm::json : TypeForm::text;
  return inspect_command({type, given.paths("plugin-path"), form}, out);
}

using Operands = std::vector<std::string>;

ExitCode sweep(const Operands& graphs, const Given& given, std::ostream& out, std::ostream& err) {
  SweepOptions options;
  options.graphs = {graphs.begin(), graphs.end()};
  options.sets = given.texts("set");
  if (given.has("seeds")) options.seeds = given.text("seeds");
  options.ticks = given.number<int64_t>("ticks", 1);
  options.plugin_path = given.paths("plugin-path");
  options.jobs = given.number<int>("jobs", 1).value_or(0);
  if (given.has("out")) options.out = given.text("out");
  if (!given.has("on")) {
    for (const char* option : {"slurm", "slurm-setup", "pack", "resubmit", "cancel"})
      if (given.has(option)) usage_error("sweep", fmt::format("--{} needs --on slurm", option));
    return sweep_command(options, out, err);
  }
  if (given.text("on") != "slurm") throw wrong_input(Place{"--on " + given.text("on")}, "expected 'slurm'");
  if (given.has("jobs")) usage_error("sweep", "--jobs cannot be used with --on slurm, which decides that");
  SlurmOptions slurm;
  if (given.has("slurm")) slurm.options = given.text("slurm");
  if (given.has("slurm-setup")) slurm.setup = given.text("slurm-setup");
  slurm.pack = given.number<int64_t>("pack", 1);
  slurm.resubmit = given.has("resubmit");
  slurm.cancel = given.has("cancel");
  return slurm_sweep_command(options, slurm, out);
}

ExitCode slurm_element(const Operands& operands, const Given&, std::ostream&, std::ostream& err) {
  const std::optional<int64_t> index = whole_number(operands[1]);
  if (!index) throw wrong_input(Place{operands[1]}, "expected the number of an element");
  return run_element(operands[0], static_cast<std::size_t>(*index), err);
}

std::optional<std::string> text_if(const Given& given, const char* option) {
  return given.has(option) ? std::optional<std::string>(given.text(option)) : std::nullopt;
}

ExitCode plot(const Operands& files, const Given& given, std::ostream& out, std::ostream&) {
  PlotOptions options;
  options.map = given.has("map");
  for (const char* option : {"metric", "lines", "panels", "where", "x", "log-x", "log-y", "colors"})
    if (options.map && given.has(option)) usage_error("plot", fmt::format("--{} cannot be used with --map", option));
  if (!options.map && given.has("mark")) usage_error("plot", "--mark needs --map");
  if (!options.map && !given.has("metric")) usage_error("plot", "--metric is missing");
  if (!given.has("out")) usage_error("plot", "--out is missing");
  options.sources = {files.begin(), files.end()};
  if (!options.map) options.line.metric = given.text("metric");
  options.line.where = given.texts("where");
  options.line.lines = given.texts("lines");
  options.line.panels = text_if(given, "panels");
  options.line.x = text_if(given, "x").value_or("tick");
  options.line.log_x = given.has("log-x");
  options.line.log_y = given.has("log-y");
  options.line.colors = split_values(text_if(given, "colors").value_or(""));
  options.line.title = options.maps.title = text_if(given, "title");
  options.line.x_label = options.maps.x_label = text_if(given, "x-label");
  options.line.y_label = options.maps.y_label = text_if(given, "y-label");
  options.maps.mark = text_if(given, "mark");
  options.outs = given.paths("out");
  return plot_command(options, out);
}

ExitCode table(const Operands& files, const Given& given, std::ostream& out, std::ostream&) {
  if (!given.has("metric")) usage_error("table", "--metric is missing");
  return table_command({{files.begin(), files.end()},
                        given.text("metric"),
                        given.texts("where"),
                        text_if(given, "columns"),
                        text_if(given, "ticks")},
                       out);
}

ExitCode compare(const Operands& files, const Given& given, std::ostream& out, std::ostream&) {
  for (const char* option : {"metric", "by"})
    if (!given.has(option)) usage_error("compare", fmt::format("--{} is missing", option));
  CompareOptions options;
  options.sources = {files.begin(), files.end()};
  options.metric = given.text("metric");
  options.by = given.text("by");
  options.baseline = text_if(given, "baseline");
  options.lower_is_better = given.has("lower-is-better");
  options.logarithms = given.has("log");
  options.interaction = text_if(given, "interaction");
  options.where = given.texts("where");
  options.ticks = text_if(given, "ticks");
  if (given.has("format")) {
    const std::optional<GridForm> form = grid_form(given.text("format"));
    if (!form)
      throw wrong_input(Place{"--format " + given.text("format")}, "expected 'text', 'markdown', 'latex' or 'csv'");
    options.form = *form;
  }
  return compare_command(options, out);
}

/// One command: its command line, and the function that runs it.
struct Command {
  const char* name;
  std::vector<std::string> operands;  ///< names for help; "..." at the end of the last: one or several
  const char* sentence;
  std::vector<const char*> options;  ///< ids
  std::function<ExitCode(const Operands&, const Given&, std::ostream&, std::ostream&)> call;
  /// For the message that an operand is missing: the choices.
  std::function<std::string()> choices = [] { return std::string(); };
  const char* note = nullptr;  ///< below the options in help
};

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"run",
       {"GRAPH"},
       "runs a graph and writes the results into a folder",
       {"set", "seed", "ticks", "threads", "out", "replace", "plugin-path"},
       [](const Operands& graph, const Given& given, std::ostream& out, std::ostream& err) {
         return run(graph[0], given, out, err);
       }},
      {"resume",
       {"RUN_DIR"},
       "continues a run from its last checkpoint, as if it had never stopped",
       {"set:resume", "ticks", "threads", "plugin-path"},
       [](const Operands& folder, const Given& given, std::ostream& out, std::ostream& err) {
         return resume(folder[0], given, out, err);
       }},
      {"check",
       {"GRAPH"},
       "reports every error in a graph and prints its wiring; loads its plugins, runs no tick",
       {"set", "seed", "ticks", "plugin-path"},
       [](const Operands& graph, const Given& given, std::ostream& out, std::ostream&) {
         return check_command(look(graph[0], given), out);
       },
       [] { return std::string(); },
       "The plugins that the graph names are loaded, and its components are made: code that a\n"
       "graph from a stranger brings along runs. Read 'plugins' in [run] first."},
      {"show",
       {"GRAPH"},
       "prints a graph as a picture",
       {"dot", "set", "seed", "ticks", "plugin-path"},
       [](const Operands& graph, const Given& given, std::ostream& out, std::ostream&) {
         return show_command(look(graph[0], given), out);
       }},
      {"plugins",
       {},
       "lists the plugins that are found, where, and why others cannot be loaded",
       {"plugin-path"},
       [](const Operands&, const Given& given, std::ostream& out, std::ostream&) {
         return plugins_command(given.paths("plugin-path"), out);
       }},
      {"inspect",
       {"TYPE"},
       "prints the reference of a component type, or of the keys of 'run' or 'schedule'",
       {"toml", "json", "plugin-path"},
       [](const Operands& type, const Given& given, std::ostream& out, std::ostream&) {
         return inspect(type[0], given, out);
       }},
      {"reference",
       {"DIR"},
       "writes a reference page for every component type, and an index",
       {"plugin-path"},
       [](const Operands& folder, const Given& given, std::ostream& out, std::ostream&) {
         return reference_command(folder[0], given.paths("plugin-path"), out);
       }},
      {"sweep",
       {"GRAPH..."},
       "runs graphs with several settings and seeds, and writes one table",
       {"set:sweep", "seeds", "jobs", "ticks", "out:sweep", "plugin-path", "on", "slurm", "slurm-setup", "pack",
        "resubmit", "cancel"},
       sweep},
      {"slurm-element",
       {"FILE", "N"},
       "runs an element of a sweep on Slurm; the job of the sweep calls it",
       {},
       slurm_element},
      {"plot",
       {"FILE..."},
       "draws tables, sweeps and runs as lines, or grids as maps",
       {"metric", "lines", "panels", "where", "x", "log-x", "log-y", "map", "mark", "colors", "title", "x-label",
        "y-label", "out:plot"},
       plot},
      {"table",
       {"FILE..."},
       "prints means over seeds of tables, sweeps and runs as a Markdown table",
       {"metric", "where", "columns", "ticks:table"},
       table},
      {"compare",
       {"FILE..."},
       "compares methods over seeds: means, medians, IQM, probability of being better",
       {"metric", "by", "baseline", "lower-is-better", "log", "interaction", "where", "ticks:table", "format"},
       compare,
       [] { return std::string(); },
       "FILE: tables, sweeps and runs, also of different graphs ('--by graph' compares those). A row for\n"
       "each value of the setting; if other settings vary, for each of those, and for all together.\n"
       "IQM is the interquartile mean: the mean without the lowest and the highest quarter of the runs.\n"
       "P is the probability that a run is better than one of the baseline; ties count half. The\n"
       "difference is the mean over pairs of runs with the same seed. Over all settings, P is the mean of\n"
       "the settings' own; means and IQM are those of all runs, so the metric needs one scale.\n"
       "With --log, a difference is the logarithm of a ratio. --interaction answers whether a difference\n"
       "depends on another setting, such as the size of the model: it prints the difference at each value\n"
       "of that setting minus the one at the first, as the mean over seeds that ran all four."},
      {"new",
       {"KIND", "NAME"},
       "writes a project for a new plugin",
       {},
       [](const Operands& operands, const Given&, std::ostream& out, std::ostream&) {
         return new_command(operands[0], operands[1], out);
       },
       [] { return fmt::format("; the kinds are {}", enumerate(template_kinds())); },
       "KIND is what the plugin provides: env, loss, model, agent or stage."},
      {"validate",
       {"PLUGIN"},
       "tests every component type of a plugin",
       {"set:validate", "json", "plugin-path", "time-limit"},
       [](const Operands& plugin, const Given& given, std::ostream& out, std::ostream&) {
         return validate_command({plugin[0], given.texts("set"), given.paths("plugin-path"),
                                  given.number<int>("time-limit", 1).value_or(30), given.has("json")},
                                 out);
       }}};
  return all;
}

/// "new KIND NAME"
std::string call_of(const Command& command) {
  std::string call = command.name;
  for (const std::string& operand : command.operands) call += fmt::format(" {}", operand);
  return call;
}

void print_help(std::ostream& out) {
  out << "Weft runs graphs of plugins.\n\n";
  for (const Command& command : commands()) {
    out << fmt::format("  weft {:<16}{}\n", call_of(command), command.sentence);
  }
  out << "\n'weft COMMAND --help' prints the options of a command, 'weft --version' the version.\n"
         "Exit codes: 0 ok, 2 the input is wrong, 3 a plugin cannot be loaded, 4 the run, a test or writing\n"
         "failed, 130 interrupted after saving, 128 + N ended by signal N (134 SIGABRT, 139 SIGSEGV: a component\n"
         "crashed; the message names it).\n";
}

void print_help(const Command& command, std::ostream& out) {
  out << fmt::format("weft {} [options]: {}\n\n", call_of(command), command.sentence);
  print_options(command.options, out);
  if (command.note) out << '\n' << command.note << '\n';
}

ExitCode call(const Command& command, const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  const Given given(command.name, command.options, arguments);
  if (given.has("help")) {
    print_help(command, out);
    return ExitCode::done;
  }
  const Operands operands = given.operands();
  const std::size_t expected = command.operands.size();
  if (operands.size() < expected)
    usage_error(command.name, fmt::format("{} is missing{}", command.operands[operands.size()], command.choices()));
  const bool several = expected > 0 && command.operands.back().ends_with("...");
  if (operands.size() > expected && !several)
    usage_error(command.name, fmt::format("unexpected argument '{}'", operands[expected]));
  return command.call(operands, given, out, err);
}

ExitCode dispatch(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  const std::string first = arguments.empty() ? "--help" : arguments[0];
  if (first == "--help" || first == "-h") {
    print_help(out);
    return ExitCode::done;
  }
  if (first == "--version") {
    return version_command(out);
  }
  if (first == "help") {
    if (arguments.size() == 1) return dispatch({"--help"}, out, err);
    if (arguments.size() > 2) usage_error("", fmt::format("unexpected argument '{}'", arguments[2]));
    return dispatch({arguments[1], "--help"}, out, err);
  }
  if (first[0] == '-') unknown_option("", first, {"--help", "--version"});
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (first == command.name) return call(command, {arguments.begin() + 1, arguments.end()}, out, err);
    names.emplace_back(command.name);
  }
  usage_error("", fmt::format("unknown command '{}'{}", first, suggestion(first, names)));
}

/// Graphs, checkpoints and summaries are UTF-8, and hold the absolute names of files: a name that is not UTF-8 would
/// only fail at the first checkpoint.
void require_utf8(const std::string& text, const char* what) {
  try {
    [[maybe_unused]] const std::string encoded = nlohmann::json(text).dump();
  } catch (const nlohmann::json::type_error&) {
    std::string shown;
    for (const char letter : text)
      shown +=
          (letter & 0x80) == 0 ? std::string(1, letter) : fmt::format("\\x{:02x}", static_cast<unsigned char>(letter));
    throw wrong_input(
        fmt::format("{} '{}' is not UTF-8, as the files of a run are, which name it; rename it", what, shown));
  }
}

void require_utf8(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) require_utf8(argument, "the argument");
  std::error_code no_folder;
  require_utf8(std::filesystem::current_path(no_folder).string(), "the working directory");
  const char* const plugin_path = std::getenv("WEFT_PLUGIN_PATH");
  require_utf8(plugin_path ? plugin_path : "", "WEFT_PLUGIN_PATH");
}

}  // namespace

int run_program(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) noexcept {
  ExitCode code = ExitCode::run_failed;
  try {
    require_utf8(arguments);
    code = dispatch(arguments, out, err);
    require_written(out);
  } catch (const Failure& failure) {
    code = failure.code();
    err << failure.what() << std::endl;
  } catch (const std::exception& exception) {
    const std::string memory = memory_explanation(exception);
    Diagnostic diagnostic;
    diagnostic.message = memory.empty() ? fmt::format(
                                              "an error that Weft does not explain: {}; please report it, with "
                                              "the command and its input",
                                              exception.what())
                                        : memory;
    err << to_text(diagnostic) << std::endl;
  }
  return static_cast<int>(code);
}

}  // namespace weft::host
