#include "host/cli/command_options.h"

#include <algorithm>
#include <boost/program_options.hpp>

namespace weft::host {
namespace {

namespace po = boost::program_options;

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
    {"set:validate", "TYPE.KEY=VALUE", true,
     "a value for each component of a type (stage.store.capacity=500); repeatable"},
    {"seed", "N", false, "the run's seed, in place of the graph's"},
    {"seeds", "SEEDS", false, "runs every setting with each seed: 0..7 or 0,3,5; else with the graph's own"},
    {"jobs", "N", false, "runs so many at a time (all cores), each on one thread"},
    {"ticks", "N", false, "how many ticks in all"},
    {"ticks:table", "A..B", false, "the mean of each run over these ticks, in place of its last value"},
    {"columns", "KEY", false, "one column for each value of this setting, in place of rows"},
    {"threads", "N", false, "threads for parallel work (all cores); results do not depend on it"},
    {"out", "DIR", false, "the folder of this run, in place of runs/<name>/<seed>"},
    {"out:sweep", "DIR", false, "the folder of all runs and the table, in place of runs/<name>_by_<keys>"},
    {"replace", nullptr, false, "deletes what an earlier run left in the folder"},
    {"dot", nullptr, false, "prints Graphviz's language"},
    {"toml", nullptr, false, "prints a block to paste into a graph"},
    {"json", nullptr, false, "prints a JSON object, for programs"},
    {"metric", "NAME", false, "the metric that is shown (store.rows)"},
    {"lines", "KEY", true, "one line for each value of this setting (of all that vary); repeatable"},
    {"panels", "KEY", false, "one panel for each value of this setting, side by side"},
    {"where", "KEY=A,B", true, "only runs with these values of a setting; repeatable"},
    {"x", "KEY", false, "draws the last values over this setting, in place of all values over the tick"},
    {"log-x", nullptr, false, "draws a logarithmic x axis"},
    {"log-y", nullptr, false, "draws a logarithmic y axis"},
    {"map", nullptr, false, "draws files with rows x,y,z of a grid, one panel each"},
    {"mark", "X,Y", false, "draws a cross in each map"},
    {"title", "TEXT", false, "stands above the figure"},
    {"x-label", "TEXT", false, "stands at the x axis, in place of its name"},
    {"y-label", "TEXT", false, "stands at the y axis, in place of its name"},
    {"colours", "NAMES", false, "names of lines in the order of their colours, so that figures agree (one,two,three)"},
    {"out:plot", "FILE", true, "the figure: a .png or .svg; repeatable"},
    {"plugin-path", "PATH", true, "a plugin, or a folder of plugins, to look in first; repeatable"},
    {"time-limit", "S", false, "seconds that each test may take (30)"}};

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

/// The name of an option as it was typed, without what was given to it.
std::string option_name(const po::error_with_option_name& error) {
  const std::string name = error.get_option_name();
  return name.substr(0, name.find('='));
}

}  // namespace

void usage_error(const std::string& command, const std::string& message) {
  const char* link = message.back() == '?' ? " see" : "; see";
  throw Failure(ExitCode::wrong_input, message + link + " 'weft " + (command.empty() ? "" : command + " ") + "--help'");
}

void unknown_option(const std::string& command, const std::string& name, const std::vector<std::string>& known) {
  usage_error(command, "unknown option '" + name + "'" + suggestion(name, known));
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
    // Options are not abbreviated: a later version may have a second one that begins alike.
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(arguments).options(options).positional(operands).style(style).run(), values_);
  } catch (const po::unknown_option& error) {
    std::vector<std::string> known;
    for (const auto& option : visible.options()) known.push_back("--" + option->long_name());
    unknown_option(command_, option_name(error), known);
  } catch (const po::multiple_occurrences& error) {
    usage_error(command_, "'" + option_name(error) + "' is given more than once");
  } catch (const po::invalid_command_line_syntax& error) {
    const bool extra = error.kind() == po::invalid_syntax::extra_parameter;
    usage_error(command_, "'" + option_name(error) + (extra ? "' takes no value" : "' needs a value"));
  }
}

}  // namespace weft::host
