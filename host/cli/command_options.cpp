#include "host/cli/command_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>

namespace weft::host {
namespace {

namespace po = boost::program_options;

/// An option. Its id is its name, with ":COMMAND" when options of several commands have the same name.
struct Option {
  const char* id;
  const char* placeholder;  ///< of its value; null: takes none
  bool repeatable;
  const char* sentence;
};

constexpr Option all_options[] = {
    {"set", "KEY=VALUE", true, "overrides one value of the graph (stages.store.capacity=500); repeatable"},
    {"set:resume", "KEY=FILE", true, "names a file again that has moved (stages.fit.file=new.h5); repeatable"},
    {"set:sweep", "KEY=A,B", true, "runs the graph with each value (stages.store.capacity=50,500); repeatable"},
    {"set:validate", "TYPE.KEY=VALUE", true,
     "a value for each component of a type (stage.store.capacity=500); repeatable"},
    {"seed", "N", false, "the seed, instead of the graph's"},
    {"seeds", "SEEDS", false, "runs every setting with each seed: 0..7 or 0,3,5 (default: the graph's seed)"},
    {"jobs", "N", false, "number of runs at a time, each with one thread (default: one for each core)"},
    {"on", "WHERE", false, "slurm: submits the runs to Slurm and returns; see host/slurm/README.md"},
    {"slurm", "OPTIONS", false, "options for sbatch (\"--partition=cpu --time=2:00:00 --mem=2G\")"},
    {"slurm-setup", "FILE", false, "shell commands that each job reads first, such as 'module load'"},
    {"pack", "K", false, "runs in each element of an array (default: so that it lasts ten minutes, if a run is done)"},
    {"resubmit", nullptr, false, "submits the runs again that failed or are in no array"},
    {"cancel", nullptr, false, "cancels the jobs of the sweep"},
    {"ticks", "N", false, "total number of ticks"},
    {"ticks:table", "A..B", false, "the mean of each run over these ticks, instead of its last value"},
    {"columns", "KEY", false, "one column for each value of this setting, instead of rows"},
    {"threads", "N", false, "threads for parallel work (default: all cores); results do not depend on it"},
    {"out", "DIR", false, "the folder of the run (default: runs/<name>/<seed>)"},
    {"out:sweep", "DIR", false, "the folder of the runs and the table (default: runs/<name>_by_<keys>)"},
    {"replace", nullptr, false, "deletes an earlier run in the folder first"},
    {"dot", nullptr, false, "prints the graph in Graphviz's language"},
    {"toml", nullptr, false, "prints a block to paste into a graph"},
    {"json", nullptr, false, "prints a JSON object, for programs"},
    {"metric", "NAME", false, "the metric to show (store.rows)"},
    {"lines", "KEY", true, "one line for each value of this setting (default: of all that vary); repeatable"},
    {"by", "KEY", false, "the setting whose values are compared (stages.fit.loss)"},
    {"baseline", "VALUE", false, "compares each value with this one"},
    {"lower-is-better", nullptr, false, "for metrics such as errors: a run is better when its value is lower"},
    {"log", nullptr, false, "takes the logarithms of the values"},
    {"interaction", "KEY", false, "how the difference from the baseline changes with this setting"},
    {"format", "FORM", false, "text, markdown, latex or csv (default: text)"},
    {"panels", "KEY", false, "one panel for each value of this setting, side by side"},
    {"where", "KEY=A,B", true, "only runs with these values of a setting; repeatable"},
    {"x", "KEY", false, "draws the last value of each run over this setting, instead of all values over the tick"},
    {"log-x", nullptr, false, "draws a logarithmic x axis"},
    {"log-y", nullptr, false, "draws a logarithmic y axis"},
    {"map", nullptr, false, "draws files with rows x,y,z of a grid, one panel each"},
    {"mark", "X,Y", false, "draws a cross in each map"},
    {"title", "TEXT", false, "a title above the figure"},
    {"x-label", "TEXT", false, "the label of the x axis, instead of its name"},
    {"y-label", "TEXT", false, "the label of the y axis, instead of its name"},
    {"colors", "NAMES", false, "names of lines in the order of their colors, so that figures agree (one,two,three)"},
    {"out:plot", "FILE", true, "the figure, a .png or .svg file; repeatable"},
    {"plugin-path", "PATH", true, "a plugin or a folder of plugins, searched before other folders; repeatable"},
    {"time-limit", "S", false, "seconds that each test may take (default: 30)"}};

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

/// The name of an option as it was typed, without its value.
std::string option_name(const po::error_with_option_name& error) {
  const std::string name = error.get_option_name();
  return name.substr(0, name.find('='));
}

}  // namespace

void usage_error(const std::string& command, const std::string& message) {
  const char* link = message.back() == '?' ? " see" : "; see";
  throw wrong_input(fmt::format("{}{} 'weft {}{}--help'", message, link, command, command.empty() ? "" : " "));
}

void unknown_option(const std::string& command, const std::string& name, const std::vector<std::string>& known) {
  usage_error(command, fmt::format("unknown option '{}'{}", name, suggestion(name, known)));
}

void print_options(const std::vector<const char*>& ids, std::ostream& out) { out << described(ids); }

Given::Given(std::string command, const std::vector<const char*>& ids, const std::vector<std::string>& arguments)
    : command_(std::move(command)) {
  const po::options_description visible = described(ids);
  po::options_description options;
  options.add(visible).add_options()("operand", po::value<std::vector<std::string>>());
  po::positional_options_description operands;
  operands.add("operand", -1);
  try {
    // Options cannot be abbreviated: a later version may have another one with the same beginning.
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(arguments).options(options).positional(operands).style(style).run(), values_);
  } catch (const po::unknown_option& error) {
    std::vector<std::string> known;
    for (const auto& option : visible.options()) known.push_back("--" + option->long_name());
    unknown_option(command_, option_name(error), known);
  } catch (const po::multiple_occurrences& error) {
    usage_error(command_, fmt::format("'{}' is given more than once", option_name(error)));
  } catch (const po::invalid_command_line_syntax& error) {
    const bool extra = error.kind() == po::invalid_syntax::extra_parameter;
    usage_error(command_, fmt::format("'{}' {}", option_name(error), extra ? "takes no value" : "needs a value"));
  }
}

}  // namespace weft::host
