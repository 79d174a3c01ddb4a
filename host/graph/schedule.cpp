#include "host/graph/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "host/graph/components.h"
#include "host/graph/keys.h"

namespace weft::host {
namespace {

/// The values of one table: what is written, else the default of the key. A wrong value is a problem; the default
/// replaces it.
class HostTable {
 public:
  HostTable(const Written::Table& table, const KeyTable& keys, Problems& problems) {
    for (const weft_parameter& row : keys.rows)
      if (std::optional<Value> value = default_value(row, keys.header, problems)) values_[row.key] = std::move(*value);
    for (const Written::Member& member : table) {
      const auto row =
          std::find_if(keys.rows.begin(), keys.rows.end(), [&](const auto& each) { return each.key == member.key; });
      if (row == keys.rows.end()) {
        std::vector<std::string> known;
        for (const weft_parameter& each : keys.rows) known.emplace_back(each.key);
        problems.error(member.place, unknown("key", member.key, known, keys.header));
      } else if (std::optional<Value> value = read_parameter(member.value, *row, keys.header, problems)) {
        values_[member.key] = std::move(*value);
        written_.insert(member.key);
      }
    }
  }

  /// Whether the table has the key, with a value that it takes.
  bool has(const std::string& key) const { return written_.contains(key); }

  /// T() where a key without a default is missing.
  template <class T>
  T get(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? T() : std::get<T>(found->second);
  }

 private:
  std::map<std::string, Value> values_;
  std::set<std::string> written_;
};

/// "missing key 'ticks' of [run] (the length of the run)"
std::string missing(const KeyTable& keys, const std::string& key) {
  const auto row = std::find_if(keys.rows.begin(), keys.rows.end(), [&](const auto& each) { return each.key == key; });
  return fmt::format("missing key '{}' of {} ({})", key, keys.header, row->sentence);
}

/// It becomes the name of a folder.
bool is_run_name(const std::string& name) {
  const auto forbidden = [](char letter) { return letter == '/' || static_cast<unsigned char>(letter) < 0x20; };
  return !name.empty() && name.front() != '.' && std::none_of(name.begin(), name.end(), forbidden);
}

class Schedule {
 public:
  Schedule(const GraphSource& source, const Drafts& drafts, int64_t ticks, Problems& problems)
      : source_(source), drafts_(drafts), ticks_(ticks), problems_(problems) {
    for (const auto& [name, draft] : drafts)
      if (draft.node.type && draft.node.type->type->schedulable) schedulable_.push_back(name);
  }

  std::vector<ScheduleEntry> read() {
    const Written::Member* member = find(source_.root, "schedule");
    if (!member || (member->value.list() && member->value.list()->empty())) {
      problems_.error(
          {source_.file.string(), 0, 0},
          fmt::format("the schedule is empty; expected [[schedule]] entries with run = \"STAGE\"; {}", can_run()));
      return {};
    }
    const Written::List* list = member->value.list();
    if (!list) {
      problems_.error(
          member->place,
          fmt::format("'schedule' must be a list of tables, each [[schedule]]{}; found {}",
                      member->value.table() ? "; only a graph that extends another one has [schedule.STAGE]" : "",
                      to_text(member->value)));
      return {};
    }
    for (const Written& element : *list) {
      if (element.table())
        read_entry(element);
      else
        problems_.error(element.place,
                        fmt::format("an entry of the schedule must be a table; found {}", to_text(element)));
    }
    check_any_fires(member->place);
    return std::move(entries_);
  }

 private:
  void read_entry(const Written& element) {
    check_subtables(*element.table());
    const HostTable table(*element.table(), schedule_keys(), problems_);
    ScheduleEntry entry;
    entry.place = element.place;
    entry.run = table.get<std::string>("run");
    for (const auto& [key, tick] : {std::pair{"from", &entry.from}, {"until", &entry.until}, {"at", &entry.at}})
      if (table.has(key)) *tick = table.get<int64_t>(key);
    entry.every = table.get<int64_t>("every");
    entry.times = table.get<int64_t>("times");
    entry.at_start = table.get<bool>("at_start");
    const Written::Member* run = find(*element.table(), "run");
    if (!run) return problems_.error(element.place, fmt::format("{}; {}", missing(schedule_keys(), "run"), can_run()));
    if (!run->value.text() && entry.run.empty()) return;
    check_at(*element.table(), table);
    check_stage(entry, run->value.place);
    check_fires(entry);
    entries_.push_back(entry);
  }

  std::string can_run() const {
    return fmt::format("the schedule can run {}", enumerate(schedulable_, "nothing in this graph"));
  }

  void check_stage(const ScheduleEntry& entry, const Place& place) {
    const auto found = drafts_.find(entry.run);
    if (found == drafts_.end())
      return problems_.error(place, fmt::format("there is no stage '{}'; {}{}", entry.run, can_run(),
                                                suggestion(entry.run, schedulable_)));
    const TypeRecord* type = found->second.node.type;
    if (type && !type->type->schedulable)
      problems_.error(place, fmt::format("{} cannot be scheduled; {}", named(found->second), can_run()));
  }

  /// A key [schedule.NAME] below [[schedule]] belongs, in TOML, to the entry above it.
  void check_subtables(const Written::Table& entry) {
    for (const Written::Member& member : entry)
      if (member.value.table() && std::find(schedulable_.begin(), schedulable_.end(), member.key) != schedulable_.end())
        problems_.error(
            member.place,
            fmt::format("[schedule.{}] below [[schedule]]: a file has either [[schedule]] entries, which "
                        "are the whole schedule, or [schedule.STAGE] tables, which change inherited entries",
                        member.key));
  }

  void check_at(const Written::Table& written, const HostTable& table) {
    if (!table.has("at")) return;
    for (const char* key : {"from", "every", "until"})
      if (table.has(key))
        problems_.error(find(written, key)->place,
                        fmt::format("'{}' and 'at' exclude each other: an entry with 'at' fires once", key));
  }

  bool fires(const ScheduleEntry& entry) const {
    return entry.at_start || entry.first() <= std::min(ticks_, entry.until.value_or(ticks_));
  }

  void check_fires(const ScheduleEntry& entry) {
    if (ticks_ < 1 || fires(entry)) return;
    const std::string message =
        fmt::format("'{}' never fires in ticks 1 to {}: its first tick would be {}{}", entry.run, ticks_, entry.first(),
                    entry.until ? fmt::format(", its last one {}", *entry.until) : "");
    if (source_.shortened)
      problems_.note(entry.place, message);
    else
      problems_.error(entry.place, fmt::format("{}; change the entry, or raise run.ticks", message));
  }

  void check_any_fires(const Place& place) {
    const auto any = [this](const ScheduleEntry& entry) { return fires(entry); };
    if (!source_.shortened || source_.resumed || ticks_ < 1 || entries_.empty()) return;
    if (std::none_of(entries_.begin(), entries_.end(), any))
      problems_.error(place,
                      fmt::format("no stage would ever run in ticks 1 to {}; raise the number of ticks", ticks_));
  }

  const GraphSource& source_;
  const Drafts& drafts_;
  int64_t ticks_;
  Problems& problems_;
  std::vector<std::string> schedulable_;
  std::vector<ScheduleEntry> entries_;
};

}  // namespace

RunSettings read_run(const GraphSource& source, Problems& problems) {
  RunSettings settings;
  settings.name = source.file.stem().string();
  const Place whole_file{source.file.string(), 0, 0};
  const Written::Member* member = find(source.root, "run");
  if (!member) {
    problems.error(whole_file, "missing [run]; expected [run] with ticks = N, the length of the run");
    return settings;
  }
  const Written::Table* table = member->value.table();
  if (!table) {
    problems.error(member->place, fmt::format("'run' must be a table, [run]; found {}", to_text(member->value)));
    return settings;
  }
  const HostTable values(*table, run_keys(), problems);
  if (values.has("name")) settings.name = values.get<std::string>("name");
  settings.seed = static_cast<uint64_t>(values.get<int64_t>("seed"));
  settings.ticks = values.get<int64_t>("ticks");
  settings.checkpoint = values.get<int64_t>("checkpoint");
  settings.report = values.get<int64_t>("report");
  for (const std::string& file : values.get<std::vector<std::string>>("plugins")) settings.plugins.emplace_back(file);
  const Written::Member* name = find(*table, "name");
  if (!is_run_name(settings.name))
    problems.error(name ? name->value.place : member->value.place,
                   fmt::format("invalid run name {}; expected the name of a folder, without '/' and not beginning with "
                               "a dot",
                               toml_string(settings.name)));
  if (!find(*table, "ticks"))
    problems.error(member->value.place, fmt::format("{}; expected ticks = N", missing(run_keys(), "ticks")));
  return settings;
}

std::vector<ScheduleEntry> read_schedule(const GraphSource& source, const Drafts& drafts, int64_t ticks,
                                         Problems& problems) {
  return Schedule(source, drafts, ticks, problems).read();
}

}  // namespace weft::host
