#include "host/command_line.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <filesystem>
#include <functional>
#include <optional>

#include "host/command_graph.h"
#include "host/command_new.h"
#include "host/command_plugins.h"
#include "host/command_run.h"
#include "host/command_sweep.h"
#include "host/diagnostic.h"
#include "host/reference.h"
#include "weft/core/version.h"

namespace weft::host {
namespace {

namespace po = boost::program_options;
using Paths = std::vector<std::filesystem::path>;

/// The command line is wrong; `command` is where help is to be had.
[[noreturn]] void usage_error(const std::string& command, const std::string& message) {
  const char* link = message.back() == '?' ? " see" : "; see";
  throw Failure(ExitCode::wrong_input, message + link + " 'weft " + (command.empty() ? "" : command + " ") + "--help'");
}

/// The options of one command as they were given.
class Given {
 public:
  Given(std::string command, po::variables_map values) : command_(std::move(command)), values_(std::move(values)) {}

  bool has(const char* option) const { return values_.count(option) > 0; }
  std::vector<std::string> texts(const char* option) const {
    return has(option) ? values_[option].as<std::vector<std::string>>() : std::vector<std::string>();
  }
  std::string text(const char* option) const { return values_[option].as<std::string>(); }
  Paths paths(const char* option) const {
    const std::vector<std::string> all = texts(option);
    return {all.begin(), all.end()};
  }

  /// A whole number from `smallest` on; nothing when the option was not given.
  template <class Number>
  std::optional<Number> number(const char* option, Number smallest) const {
    if (!has(option)) return std::nullopt;
    const std::string given = text(option);
    Number value{};
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
    if (error != std::errc() || end != given.data() + given.size() || value < smallest)
      usage_error(command_, "--" + std::string(option) + " is '" + given + "'; a whole number from " +
                                std::to_string(smallest) + " on was expected");
    return value;
  }

 private:
  std::string command_;
  po::variables_map values_;
};

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
  return resume_command({folder, given.number<int64_t>("ticks", 1), given.paths("plugin-path"), threads(given)}, out,
                        err);
}

LookOptions look(const std::string& graph, const Given& given) {
  return {graph, overrides(given), given.paths("plugin-path"), given.has("dot")};
}

ExitCode inspect(const std::string& type, const Given& given, std::ostream& out) {
  if (given.has("toml") && given.has("json"))
    usage_error("inspect", "--toml and --json are two forms of the same; give one of them");
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
  return sweep_command(options, out, err);
}

/// One command: how it is called, and what it does with that.
struct Command {
  const char* name;
  std::vector<std::string> operands;  ///< what it is about; "..." at the end of the last: one or several
  const char* sentence;
  std::vector<const char*> options;  ///< ids
  std::function<ExitCode(const Operands&, const Given&, std::ostream&, std::ostream&)> call;
  /// For the message that an operand is missing: what there is to choose from.
  std::function<std::string()> choices = [] { return std::string(); };
};

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"run",
       {"GRAPH"},
       "runs a graph and leaves its results in a folder of their own",
       {"set", "seed", "ticks", "threads", "out", "replace", "plugin-path"},
       [](const Operands& graph, const Given& given, std::ostream& out, std::ostream& err) {
         return run(graph[0], given, out, err);
       }},
      {"resume",
       {"RUN_DIR"},
       "continues a run from its last checkpoint, as if it had never stopped",
       {"ticks", "threads", "plugin-path"},
       [](const Operands& folder, const Given& given, std::ostream& out, std::ostream& err) {
         return resume(folder[0], given, out, err);
       }},
      {"check",
       {"GRAPH"},
       "tells every error of a graph, and how it is wired; runs nothing",
       {"set", "seed", "ticks", "plugin-path"},
       [](const Operands& graph, const Given& given, std::ostream& out, std::ostream&) {
         return check_command(look(graph[0], given), out);
       }},
      {"show",
       {"GRAPH"},
       "shows a graph as a picture",
       {"dot", "set", "seed", "ticks", "plugin-path"},
       [](const Operands& graph, const Given& given, std::ostream& out, std::ostream&) {
         return show_command(look(graph[0], given), out);
       }},
      {"plugins",
       {},
       "tells what plugins are found, where, and why those that do not load do not",
       {"plugin-path"},
       [](const Operands&, const Given& given, std::ostream& out, std::ostream&) {
         return plugins_command(given.paths("plugin-path"), out);
       }},
      {"inspect",
       {"TYPE"},
       "tells a component type's parameters, slots, services, streams and metrics",
       {"toml", "json", "plugin-path"},
       [](const Operands& type, const Given& given, std::ostream& out, std::ostream&) {
         return inspect(type[0], given, out);
       }},
      {"reference",
       {"DIR"},
       "writes a page about every component type, and an index",
       {"plugin-path"},
       [](const Operands& folder, const Given& given, std::ostream& out, std::ostream&) {
         return reference_command(folder[0], given.paths("plugin-path"), out);
       }},
      {"sweep",
       {"GRAPH..."},
       "runs graphs with several settings and seeds, and makes one table of them",
       {"set:sweep", "seeds", "jobs", "ticks", "out:sweep", "plugin-path"},
       sweep},
      {"new",
       {"KIND", "NAME"},
       "writes a folder to begin a plugin of your own with",
       {},
       [](const Operands& what, const Given&, std::ostream& out, std::ostream&) {
         return new_command(what[0], what[1], out);
       },
       [] { return "; there are the kinds " + enumerate(template_kinds()); }}};
  return all;
}

/// An option. What stands after a colon in its id tells it apart from options of other commands with its name.
struct Option {
  const char* id;
  const char* placeholder;  ///< of its value; null: takes none
  bool repeatable;
  const char* sentence;
};

constexpr Option all_options[] = {
    {"set", "KEY=VALUE", true, "overrides one value of the graph (stages.store.capacity=500); repeatable"},
    {"set:sweep", "KEY=A,B", true, "runs the graph with each value (stages.store.capacity=50,500); repeatable"},
    {"seed", "N", false, "the run's seed, in place of the graph's"},
    {"seeds", "SEEDS", false, "runs every setting with each seed: 0..7 or 0,3,5; else with the graph's own"},
    {"jobs", "N", false, "runs so many at a time (all cores), each on one thread"},
    {"ticks", "N", false, "how many ticks in all"},
    {"threads", "N", false, "threads for parallel work (all cores); results do not depend on it"},
    {"out", "DIR", false, "the folder of this run, in place of runs/<name>/<seed>"},
    {"out:sweep", "DIR", false, "the folder of all runs and the table, in place of runs/<name>_by_<keys>"},
    {"replace", nullptr, false, "deletes what an earlier run left in the folder"},
    {"dot", nullptr, false, "prints Graphviz's language"},
    {"toml", nullptr, false, "prints a block to paste into a graph"},
    {"json", nullptr, false, "prints a JSON object, for programs"},
    {"plugin-path", "PATH", true, "a plugin, or a folder of plugins, to look in first; repeatable"}};

/// The options with these ids.
po::options_description described(const std::vector<const char*>& ids) {
  po::options_description chosen("options");
  for (const Option& option : all_options) {
    if (std::find(ids.begin(), ids.end(), std::string(option.id)) == ids.end()) continue;
    const std::string name = std::string(option.id).substr(0, std::string(option.id).find(':'));
    if (!option.placeholder)
      chosen.add_options()(name.c_str(), option.sentence);
    else if (option.repeatable)
      chosen.add_options()(name.c_str(), po::value<std::vector<std::string>>()->value_name(option.placeholder),
                           option.sentence);
    else
      chosen.add_options()(name.c_str(), po::value<std::string>()->value_name(option.placeholder), option.sentence);
  }
  chosen.add_options()("help,h", "prints this help");
  return chosen;
}

/// "new KIND NAME"
std::string call_of(const Command& command) {
  std::string call = command.name;
  for (const std::string& operand : command.operands) call += " " + operand;
  return call;
}

void print_help(std::ostream& out) {
  out << "Weft runs graphs of plugins.\n\n";
  for (const Command& command : commands()) {
    const std::string call = "weft " + call_of(command);
    out << "  " << call << std::string(21 - call.size(), ' ') << command.sentence << '\n';
  }
  out << "\n'weft COMMAND --help' tells the options of a command, 'weft --version' the version.\n"
         "Exit codes: 0 done, 2 the input is wrong, 3 a plugin cannot be loaded, 4 the run failed,\n"
         "130 interrupted after saving.\n";
}

void print_help(const Command& command, std::ostream& out) {
  out << "weft " << call_of(command) << " [options]: " << command.sentence << "\n\n" << described(command.options);
}

/// The name of an option as it was typed, without what was given to it.
std::string option_name(const po::error_with_option_name& error) {
  const std::string name = error.get_option_name();
  return name.substr(0, name.find('='));
}

[[noreturn]] void unknown_option(const std::string& command, const std::string& name,
                                 const std::vector<std::string>& known) {
  usage_error(command, "unknown option '" + name + "'" + suggestion(name, known));
}

/// Splits the arguments of a command into its options and its operands ("operand").
po::variables_map parse(const Command& command, const std::vector<std::string>& arguments) {
  const po::options_description visible = described(command.options);
  po::options_description options;
  options.add(visible).add_options()("operand", po::value<std::vector<std::string>>());
  po::positional_options_description operands;
  operands.add("operand", -1);
  po::variables_map values;
  try {
    // Options are not abbreviated: a later version may have a second one that begins alike.
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(arguments).options(options).positional(operands).style(style).run(), values);
  } catch (const po::unknown_option& error) {
    std::vector<std::string> known;
    for (const auto& option : visible.options()) known.push_back("--" + option->long_name());
    unknown_option(command.name, option_name(error), known);
  } catch (const po::multiple_occurrences& error) {
    usage_error(command.name, "'" + option_name(error) + "' is given more than once");
  } catch (const po::invalid_command_line_syntax& error) {
    const bool extra = error.kind() == po::invalid_syntax::extra_parameter;
    usage_error(command.name, "'" + option_name(error) + (extra ? "' takes no value" : "' needs a value"));
  }
  return values;
}

ExitCode call(const Command& command, const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  const Given given(command.name, parse(command, arguments));
  if (given.has("help")) {
    print_help(command, out);
    return ExitCode::done;
  }
  const Operands operands = given.texts("operand");
  const std::size_t expected = command.operands.size();
  if (operands.size() < expected)
    usage_error(command.name, command.operands[operands.size()] + " is missing" + command.choices());
  const bool several = expected > 0 && command.operands.back().ends_with("...");
  if (operands.size() > expected && !several)
    usage_error(command.name, "'" + operands[expected] + "' is one word too many");
  return command.call(operands, given, out, err);
}

ExitCode dispatch(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  const std::string first = arguments.empty() ? "--help" : arguments[0];
  if (first == "--help" || first == "-h") {
    print_help(out);
    return ExitCode::done;
  }
  if (first == "--version") {
    out << "weft " WEFT_VERSION " (SDK " WEFT_SDK_VERSION ")\n";
    return ExitCode::done;
  }
  if (first[0] == '-') unknown_option("", first, {"--help", "--version"});
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (first == command.name) return call(command, {arguments.begin() + 1, arguments.end()}, out, err);
    names.emplace_back(command.name);
  }
  usage_error("", "unknown command '" + first + "'" + suggestion(first, names));
}

}  // namespace

int run_program(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) noexcept {
  ExitCode code = ExitCode::run_failed;
  try {
    code = dispatch(arguments, out, err);
  } catch (const Failure& failure) {
    code = failure.code();
    err << failure.what() << std::endl;
  } catch (const std::exception& exception) {
    err << "error: " << exception.what() << std::endl;
  }
  out.flush();
  return static_cast<int>(code);
}

}  // namespace weft::host
