#include "host/graph/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include "host/base/file.h"
#include "host/graph/merge.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_graph = std::uintmax_t{16} << 20;  // bytes; the largest shipped one has 4 000
constexpr std::size_t longest_chain = 100;                          // of graphs that extend each other

std::vector<std::string> graphs_beside(const fs::path& file) {
  std::vector<std::string> names;
  std::error_code ignored;
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".toml") names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string read_text(const fs::path& file, const Place& wanted_by) {
  std::error_code error;
  std::string why;
  if (!fs::exists(file, error)) {
    why = fmt::format("there is no such file{}", suggestion(file.filename().string(), graphs_beside(file)));
  } else if (const std::string kind = wrong_kind(file); !kind.empty()) {
    why = fmt::format("{}; a TOML file was expected", kind);
  } else if (fs::file_size(file, error) > largest_graph) {
    why = fmt::format("it has {} bytes; graphs have at most {}", fs::file_size(file, error), largest_graph);
  } else {
    try {
      return read_whole(file);
    } catch (const Failure&) {
      why = "it cannot be opened; make it readable";
    }
  }
  throw Failure(ExitCode::wrong_input,
                {{Severity::error, wanted_by, fmt::format("cannot read the graph {}: {}", quoted(file), why)}});
}

/// Reads a file and the chain of what it extends.
class Reader {
 public:
  explicit Reader(std::vector<Diagnostic>& findings) : findings_(findings) {}

  Written::Table read(const fs::path& file, const Place& wanted_by) {
    check_loop(file, wanted_by);
    if (chain_.size() >= longest_chain)
      throw Failure(ExitCode::wrong_input,
                    {{Severity::error, wanted_by,
                      fmt::format("more than {} graphs extend each other; write some of them as one", longest_chain)}});
    const int layer = -static_cast<int>(chain_.size());
    chain_.push_back(file);
    Written::Table own = parse_toml(read_text(file, wanted_by), file.string(), layer);
    Written::Table merged = read_base(own);
    merge_schedule(merged, own, findings_);
    merge(merged, own);
    std::erase_if(merged, [](const Written::Member& member) { return member.key == "extends"; });
    return merged;
  }

 private:
  Written::Table read_base(const Written::Table& table) {
    const Written::Member* extends = find(table, "extends");
    if (!extends) return {};
    const std::string* name = extends->value.text();
    if (!name || name->empty())
      throw Failure(ExitCode::wrong_input,
                    {{Severity::error, extends->value.place,
                      fmt::format("'extends' must be the name of a graph file; found {}", to_text(extends->value))}});
    return read(chain_.back().parent_path() / *name, extends->value.place);
  }

  void check_loop(const fs::path& file, const Place& wanted_by) const {
    const auto same = [&](const fs::path& other) {
      std::error_code ignored;
      return fs::equivalent(file, other, ignored);
    };
    const auto first = std::find_if(chain_.begin(), chain_.end(), same);
    if (first == chain_.end()) return;
    std::string loop;
    for (auto link = first; link != chain_.end(); ++link) loop += fmt::format("{} extends ", quoted(link->filename()));
    throw Failure(ExitCode::wrong_input,
                  {{Severity::error, wanted_by,
                    fmt::format("the graphs extend each other in a loop: {}{}; a base may not extend its variant", loop,
                                quoted(file.filename()))}});
  }

  std::vector<Diagnostic>& findings_;
  std::vector<fs::path> chain_;
};

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> words(1);
  for (const char letter : path) {
    if (letter == '.')
      words.emplace_back();
    else
      words.back() += letter;
  }
  return words;
}

/// Puts the options of the command line on top of the files.
class Options {
 public:
  explicit Options(GraphSource& source) : source_(source) {}

  void set(const std::string& text) {
    const Place place{"--set " + text, 0, 0};
    const std::size_t equals = text.find('=');
    const std::vector<std::string> path = split(text.substr(0, equals));
    const bool whole = std::none_of(path.begin(), path.end(), [](const auto& word) { return word.empty(); });
    if (equals == std::string::npos || !whole) return problem(place, forms());
    Written::Table* table = nullptr;
    if (path.size() == 2 && path[0] == "run")
      table = &section(source_.root, "run");
    else if (path.size() == 3 && (path[0] == "components" || path[0] == "stages"))
      table = component(path[0], path[1], place);
    else if (path.size() == 3 && path[0] == "schedule")
      table = entry(path[1], place);
    else
      return problem(place, forms());
    if (table) put(*table, path.back(), {place, Written::OptionText{text.substr(equals + 1)}});
  }

  void set_run(const std::string& key, const std::string& value) {
    const Place place{fmt::format("--{} {}", key, value), 0, 0};
    put(section(source_.root, "run"), key, {place, Written::OptionText{value}});
  }

 private:
  static std::string forms() {
    return "expected run.KEY=VALUE, components.NAME.KEY=VALUE, stages.NAME.KEY=VALUE or schedule.STAGE.KEY=VALUE";
  }

  void problem(const Place& place, const std::string& message) {
    source_.findings.push_back({Severity::error, place, message});
  }

  void put(Written::Table& table, const std::string& key, Written value) {
    const Place place = value.place;
    merge(table, {{key, place, Written::option_layer, std::move(value)}});
  }

  Written::Table& section(Written::Table& table, const std::string& name) {
    if (!find(table, name)) table.push_back({name, {}, Written::option_layer, {{}, Written::Table{}}});
    Written& value = find(table, name)->value;
    // A value that is not a table is reported by the check; until then the option goes to a table that nothing reads.
    if (!value.table()) return scratch_;
    return std::get<Written::Table>(value.value);
  }

  Written::Table* component(const std::string& kind, const std::string& name, const Place& place) {
    Written::Member* found = find(section(source_.root, kind), name);
    if (found && found->value.table()) return &std::get<Written::Table>(found->value.value);
    if (found) return nullptr;
    const std::string other = kind == "stages" ? "components" : "stages";
    std::vector<std::string> known;
    for (const Written::Member& member : section(source_.root, kind)) known.push_back(member.key);
    // The right name under the wrong section is nearer than any other.
    const std::string near = find(section(source_.root, other), name) ? other + "." + name
                             : nearest(name, known).empty()           ? ""
                                                                      : kind + "." + nearest(name, known);
    problem(place, fmt::format("the graph has no '{}.{}', and --set cannot add it; {}", kind, name,
                               near.empty() ? "add it in a graph that extends this one"
                                            : fmt::format("did you mean '{}'?", near)));
    return nullptr;
  }

  Written::Table* entry(const std::string& stage, const Place& place) {
    std::vector<Written::Table*> found;
    std::vector<std::string> known;
    Written::Member* schedule = find(source_.root, "schedule");
    auto* list = schedule ? std::get_if<Written::List>(&schedule->value.value) : nullptr;
    for (Written& element : list ? *list : scratch_list_) {
      auto* table = std::get_if<Written::Table>(&element.value);
      const Written::Member* run = table ? find(*table, "run") : nullptr;
      if (!run || !run->value.text()) continue;
      known.push_back(*run->value.text());
      if (known.back() == stage) found.push_back(table);
    }
    if (found.size() == 1) return found.front();
    if (found.empty())
      problem(place, fmt::format("the schedule does not run '{}'; it runs {}{}", stage, enumerate(known),
                                 suggestion(stage, known)));
    else
      problem(place,
              fmt::format("the schedule has {} entries for '{}', so that --set is ambiguous; change them in a graph "
                          "that extends this one",
                          found.size(), stage));
    return nullptr;
  }

  GraphSource& source_;
  Written::Table scratch_;
  Written::List scratch_list_;
};

}  // namespace

fs::path resolve(const std::string& name, const Place& place) {
  const fs::path folder = place.line == 0 ? fs::path() : fs::path(place.file).parent_path();
  return fs::absolute(folder / name);
}

GraphSource read_graph(const fs::path& file, const GraphOptions& options) {
  GraphSource source;
  source.file = file;
  source.root = Reader(source.findings).read(file, {});
  const auto ticks_from_option = [&] {
    const Written::Member* run = find(source.root, "run");
    const Written::Member* ticks = run && run->value.table() ? find(*run->value.table(), "ticks") : nullptr;
    return ticks && ticks->layer == Written::option_layer;
  };
  Options lay(source);
  for (const std::string& text : options.sets) lay.set(text);
  if (options.seed) lay.set_run("seed", fmt::to_string(*options.seed));
  if (options.ticks) lay.set_run("ticks", fmt::to_string(*options.ticks));
  source.resumed = options.resumed;
  source.shortened = options.resumed || ticks_from_option();
  return source;
}

std::vector<std::pair<fs::path, Place>> named_plugins(const GraphSource& source) {
  std::vector<std::pair<fs::path, Place>> plugins;
  const Written::Member* run = find(source.root, "run");
  const Written::Member* member = run && run->value.table() ? find(*run->value.table(), "plugins") : nullptr;
  if (!member) return plugins;
  const Written list = read_option(member->value, false);
  if (!list.list()) return plugins;
  for (const Written& element : *list.list())
    if (element.text()) plugins.emplace_back(resolve(*element.text(), element.place), element.place);
  return plugins;
}

std::vector<std::string> used_types(const GraphSource& source) {
  std::vector<std::string> types;
  for (const char* section : {"components", "stages"}) {
    const Written::Member* members = find(source.root, section);
    if (!members || !members->value.table()) continue;
    for (const Written::Member& member : *members->value.table()) {
      const Written::Member* use = member.value.table() ? find(*member.value.table(), "use") : nullptr;
      if (!use) continue;
      const Written type = read_option(use->value, true);
      if (type.text()) types.push_back(*type.text());
    }
  }
  return types;
}

}  // namespace weft::host
