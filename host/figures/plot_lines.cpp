#include "host/figures/plot_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "host/base/diagnostic.h"
#include "host/base/number.h"
#include "host/base/option_text.h"
#include "host/base/statistics.h"

namespace weft::host {
namespace {

constexpr std::size_t most_lines = 16;
constexpr std::size_t most_panels = 6;
/// Of all lines together, so that an SVG stays below 200 kB.
constexpr std::size_t most_points = 2'400;

/// The roles of keys, as indices into PlotTable::keys.
struct Roles {
  std::vector<std::size_t> lines;
  std::optional<std::size_t> panels, x;
};

Roles assign_roles(const PlotTable& table, const LineOptions& options) {
  Roles roles;
  if (options.panels) roles.panels = table.find(*options.panels, "--panels " + *options.panels);
  if (options.x != "tick") roles.x = table.find(options.x, "--x " + options.x);
  for (const std::string& key : options.lines) roles.lines.push_back(table.find(key, "--lines " + key));
  std::set<std::size_t> taken(roles.lines.begin(), roles.lines.end());
  std::size_t uses = roles.lines.size();
  for (const auto& role : {roles.panels, roles.x}) {
    if (!role) continue;
    taken.insert(*role);
    ++uses;
  }
  if (taken.size() < uses)
    throw wrong_input("a key has two roles in the figure; name each key once with --lines, --panels or --x");
  for (std::size_t key = 0; key < table.keys.size(); ++key) {
    if (taken.contains(key) || table.keys[key] == "seed" || table.values_of(key).size() < 2) continue;
    if (!options.lines.empty())
      throw wrong_input(fmt::format(
          "'{0}' varies too, and a mean over its values would be meaningless; name it with --lines, --panels "
          "or --x, or choose one value with --where {0}={1}",
          table.keys[key], table.runs[0].values[key]));
    roles.lines.push_back(key);
  }
  return roles;
}

std::string joined(const PlotRun& run, const std::vector<std::size_t>& keys) {
  std::string text;
  for (const std::size_t key : keys) text += fmt::format("{}{}", text.empty() ? "" : ", ", run.values[key]);
  return text;
}

/// The number that the whole text is, or nothing.
std::optional<double> number_in(const std::string& text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The values of a key, in the order of the table; empty when all of them are numbers.
std::vector<std::string> names_on_axis(const PlotTable& table, std::size_t key) {
  std::vector<std::string> values;
  for (const PlotRun& run : table.runs)
    if (std::find(values.begin(), values.end(), run.values[key]) == values.end()) values.push_back(run.values[key]);
  const bool numbers = std::all_of(values.begin(), values.end(), [](const auto& text) { return number_in(text); });
  return numbers ? std::vector<std::string>() : values;
}

/// The runs of one line of one panel.
struct Group {
  std::string panel, line;
  std::vector<const PlotRun*> runs;
};

/// In order of first occurrence in the table.
std::vector<Group> group_runs(const PlotTable& table, const Roles& roles) {
  std::vector<Group> groups;
  for (const PlotRun& run : table.runs) {
    const std::string panel = roles.panels ? run.values[*roles.panels] : "";
    const std::string line = joined(run, roles.lines);
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& other) { return other.panel == panel && other.line == line; });
    if (group == groups.end()) group = groups.insert(group, {panel, line, {}});
    group->runs.push_back(&run);
  }
  return groups;
}

/// The distinct panels or lines of all groups.
std::vector<std::string> names_of(const std::vector<Group>& groups, std::string Group::*member) {
  std::vector<std::string> names;
  for (const Group& group : groups)
    if (std::find(names.begin(), names.end(), group.*member) == names.end()) names.push_back(group.*member);
  return names;
}

LinePoint point(double x, const std::vector<double>& values) {
  const Estimate around = estimate(values);
  return {x, around.mean, around.low, around.high};
}

/// The points of all lines, and the numbers of runs in their means.
struct Points {
  std::vector<std::vector<LinePoint>> lines;  ///< by group
  std::set<std::size_t> seeds;
  std::size_t bin = 1;  ///< ticks in each point
};

Points over_setting(const std::vector<Group>& groups, std::size_t key, const std::vector<std::string>& names) {
  const auto place = [&](const std::string& value) {
    if (names.empty()) return *number_in(value);
    return static_cast<double>(std::find(names.begin(), names.end(), value) - names.begin());
  };
  Points points;
  for (const Group& group : groups) {
    std::map<double, std::vector<double>> last;
    for (const PlotRun* run : group.runs) last[place(run->values[key])].push_back(run->points.back().second);
    points.lines.emplace_back();
    for (const auto& [x, values] : last) {
      points.lines.back().push_back(point(x, values));
      points.seeds.insert(values.size());
    }
  }
  return points;
}

/// The values of each run at the ticks that all of them have.
struct Shared {
  std::vector<int64_t> ticks;
  std::vector<std::vector<double>> values;  ///< [runs, ticks]
};

Shared shared_ticks(const Group& group, const std::string& metric, std::vector<std::string>& notes) {
  std::map<int64_t, std::size_t> uses;
  for (const PlotRun* run : group.runs)
    for (const auto& [tick, value] : run->points) ++uses[tick];
  const auto is_shared = [&](int64_t tick) { return uses.at(tick) == group.runs.size(); };
  Shared shared;
  for (const auto& [tick, count] : uses)
    if (is_shared(tick)) shared.ticks.push_back(tick);
  const std::string runs = group.line.empty() ? "the runs" : fmt::format("the runs of '{}'", group.line);
  if (shared.ticks.empty()) throw wrong_input(fmt::format("{} have no tick of '{}' in common", runs, metric));
  const std::size_t dropped = uses.size() - shared.ticks.size();
  if (dropped > 0)
    notes.push_back(
        fmt::format("omitted {} {} that only some of {} have", dropped, dropped == 1 ? "tick" : "ticks", runs));
  for (const PlotRun* run : group.runs) {
    shared.values.emplace_back();
    for (const auto& [tick, value] : run->points)
      if (is_shared(tick)) shared.values.back().push_back(value);
  }
  return shared;
}

/// Averages each run over bins of neighboring ticks before the runs are averaged.
std::vector<LinePoint> binned(const Shared& shared, std::size_t bin) {
  std::vector<LinePoint> points;
  for (std::size_t begin = 0; begin < shared.ticks.size(); begin += bin) {
    const std::size_t end = std::min(begin + bin, shared.ticks.size());
    const auto count = static_cast<double>(end - begin);
    double x = 0.0;
    std::vector<double> sums(shared.values.size(), 0.0);
    for (std::size_t index = begin; index < end; ++index) {
      x += static_cast<double>(shared.ticks[index]);
      for (std::size_t run = 0; run < sums.size(); ++run) sums[run] += shared.values[run][index];
    }
    for (double& sum : sums) sum /= count;
    points.push_back(point(x / count, sums));
  }
  return points;
}

Points over_ticks(const std::vector<Group>& groups, const std::string& metric, std::vector<std::string>& notes) {
  Points points;
  std::vector<Shared> all;
  std::size_t longest = 0;
  for (const Group& group : groups) {
    all.push_back(shared_ticks(group, metric, notes));
    longest = std::max(longest, all.back().ticks.size());
    points.seeds.insert(group.runs.size());
  }
  points.bin = (longest * groups.size() + most_points - 1) / most_points;
  for (const Shared& shared : all) points.lines.push_back(binned(shared, points.bin));
  return points;
}

void require_positive(const LineFigure& figure, const std::string& metric) {
  for (const LinePanel& panel : figure.panels) {
    for (const Line& line : panel.lines) {
      for (const LinePoint& each : line.points) {
        if (figure.log_y && each.low <= 0.0)
          throw wrong_input(Place{"--log-y"},
                            fmt::format("a logarithmic axis needs values above zero; '{}' is {} at {}", metric,
                                        shortest(each.low), shortest(each.x)));
        if (figure.log_x && each.x <= 0.0)
          throw wrong_input(Place{"--log-x"},
                            fmt::format("a logarithmic axis needs values above zero; found {}", shortest(each.x)));
      }
    }
  }
}

/// "mean over 8 seeds, 95 % t interval"
std::string caption(const Points& points, bool last_values) {
  const std::size_t fewest = *points.seeds.begin(), most = *points.seeds.rbegin();
  std::string text = last_values ? "last values, " : "";
  if (most == 1)
    text += "single runs";
  else
    text += fmt::format("mean over {}{} seeds, {}", fewest, most > fewest ? fmt::format(" to {}", most) : "",
                        surroundings(fewest, most));
  if (points.bin > 1) text += fmt::format("; each point is the mean of {} ticks", points.bin);
  return text;
}

void require_few(const std::vector<std::string>& names, const std::vector<std::string>& panels) {
  if (names.size() > most_lines)
    throw wrong_input(
        fmt::format("there are {} lines, more than the {} that can be distinguished; choose some with --where, or use "
                    "--panels",
                    names.size(), most_lines));
  if (panels.size() > most_panels)
    throw wrong_input(
        fmt::format("there are {} panels, more than the {} that fit side by side; choose some with --where",
                    panels.size(), most_panels));
}

/// The colors of lines: a listed name has its place in the list, the others have the places after the list.
std::vector<std::size_t> colors_of(const std::vector<std::string>& names, const std::vector<std::string>& listed) {
  std::vector<std::size_t> colors;
  std::size_t next = listed.size();
  for (const std::string& name : names) {
    const auto place = std::find(listed.begin(), listed.end(), name);
    colors.push_back(place == listed.end() ? next++ : static_cast<std::size_t>(place - listed.begin()));
  }
  return colors;
}

std::string panel_title(const PlotTable& table, const Roles& roles, const std::string& value) {
  if (!roles.panels) return "";
  const std::string key = short_key(table.keys[*roles.panels]);
  return key == "graph" ? value : fmt::format("{} = {}", key, value);
}

}  // namespace

LineFigure make_line_figure(PlotTable table, const LineOptions& options) {
  for (const std::string& text : options.where) table.keep_where(text);
  const Roles roles = assign_roles(table, options);
  const std::vector<Group> groups = group_runs(table, roles);
  const std::vector<std::string> panels = names_of(groups, &Group::panel);

  LineFigure figure;
  figure.names = names_of(groups, &Group::line);
  require_few(figure.names, panels);
  figure.colors = colors_of(figure.names, options.colors);
  if (roles.x) figure.x_names = names_on_axis(table, *roles.x);
  if (options.log_x && !figure.x_names.empty())
    throw wrong_input(Place{"--log-x"}, fmt::format("a logarithmic axis needs numbers; '{}' has the value '{}'",
                                                    options.x, figure.x_names.front()));
  const Points points =
      roles.x ? over_setting(groups, *roles.x, figure.x_names) : over_ticks(groups, options.metric, figure.notes);
  for (const std::string& name : panels) {
    LinePanel panel{panel_title(table, roles, name), {}};
    for (std::size_t style = 0; style < figure.names.size(); ++style)
      for (std::size_t group = 0; group < groups.size(); ++group)
        if (groups[group].panel == name && groups[group].line == figure.names[style])
          panel.lines.push_back({style, points.lines[group]});
    figure.panels.push_back(std::move(panel));
  }
  for (const std::size_t key : roles.lines)
    figure.legend += fmt::format("{}{}", figure.legend.empty() ? "" : ", ", short_key(table.keys[key]));
  figure.title = options.title.value_or("");
  figure.caption = caption(points, roles.x.has_value());
  figure.x_label = options.x_label.value_or(short_key(options.x));
  figure.y_label = options.y_label.value_or(options.metric);
  figure.over_setting = roles.x.has_value();
  figure.log_x = options.log_x;
  figure.log_y = options.log_y;
  require_positive(figure, options.metric);
  return figure;
}

}  // namespace weft::host
