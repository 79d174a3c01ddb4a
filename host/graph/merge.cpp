#include "host/graph/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace weft::host {
namespace {

/// The stage of an entry; empty if it names none.
std::string stage_of(const Written& entry) {
  const Written::Member* run = entry.table() ? find(*entry.table(), "run") : nullptr;
  return run && run->value.text() ? *run->value.text() : "";
}

std::vector<std::string> stages_of(const Written::List& entries) {
  std::vector<std::string> stages;
  for (const Written& entry : entries) stages.push_back(stage_of(entry));
  return stages;
}

void remove(Written::Table& table, const std::string& key) {
  std::erase_if(table, [&](const Written::Member& member) { return member.key == key; });
}

/// The tables [schedule.NAME] of one file, applied to the entries that it inherits.
class Changes {
 public:
  Changes(Written::List& entries, std::vector<Diagnostic>& findings) : entries_(entries), findings_(findings) {}

  void apply(const Written::Member& change) {
    const Written::Table* keys = change.value.table();
    if (!keys)
      return error(change.place, fmt::format("'schedule.{}' must be a table, [schedule.{}]; found {}", change.key,
                                             change.key, to_text(change.value)));
    if (const Written::Member* run = find(*keys, "run"))
      return error(run->place, fmt::format("[schedule.{}] takes no 'run': its name says which stage runs", change.key));
    if (const Written::Member* after = find(*keys, "after")) return add(change, *keys, *after);
    const std::vector<std::string> stages = stages_of(entries_);
    const auto count = std::count(stages.begin(), stages.end(), change.key);
    if (count == 0)
      return error(change.place,
                   fmt::format("the inherited schedule does not run '{}'; it runs {}{}; to add an entry, say after "
                               "which one: after = \"NAME\"",
                               change.key, enumerate(stages, "nothing"), suggestion(change.key, stages)));
    if (count > 1)
      return error(change.place,
                   fmt::format("the inherited schedule has {} entries for '{}', so that [schedule.{}] is ambiguous; "
                               "write the whole schedule with [[schedule]]",
                               count, change.key, change.key));
    const auto place = std::find(stages.begin(), stages.end(), change.key) - stages.begin();
    alter(std::get<Written::Table>(entries_[static_cast<std::size_t>(place)].value), *keys);
  }

 private:
  void error(const Place& place, const std::string& message) { findings_.push_back({Severity::error, place, message}); }

  /// 'at' and the keys of a repeated entry exclude each other: the new ones replace the inherited ones.
  static void alter(Written::Table& entry, const Written::Table& keys) {
    const std::vector<std::string> repeated{"from", "every", "until"};
    const auto has = [&](const std::string& key) { return find(keys, key) != nullptr; };
    if (has("at"))
      for (const std::string& key : repeated) remove(entry, key);
    else if (std::any_of(repeated.begin(), repeated.end(), has))
      remove(entry, "at");
    merge(entry, keys);
  }

  void add(const Written::Member& change, const Written::Table& keys, const Written::Member& after) {
    const std::string* name = after.value.text();
    const std::vector<std::string> stages = stages_of(entries_);
    const auto last = name ? std::find(stages.rbegin(), stages.rend(), *name) : stages.rend();
    if (last == stages.rend())
      return error(after.value.place,
                   fmt::format("'after' of [schedule.{}] must be a stage of the inherited schedule, {}; found {}{}",
                               change.key, enumerate(stages, "which is empty"), to_text(after.value),
                               name ? suggestion(*name, stages) : ""));
    Written entry = change.value;
    auto& table = std::get<Written::Table>(entry.value);
    table = keys;
    remove(table, "after");
    table.insert(table.begin(), {"run", change.place, change.layer, {change.place, change.key}});
    entries_.insert(entries_.begin() + (last.base() - stages.begin()), std::move(entry));
  }

  Written::List& entries_;
  std::vector<Diagnostic>& findings_;
};

/// Names the stages of `inherited` that `own` does not run.
void note_gone(const Written::List& inherited, const Written::Member& own, std::vector<Diagnostic>& findings) {
  const std::vector<std::string> kept = stages_of(*own.value.list());
  std::vector<std::string> gone;
  for (const std::string& stage : stages_of(inherited))
    if (std::find(kept.begin(), kept.end(), stage) == kept.end() &&
        std::find(gone.begin(), gone.end(), stage) == gone.end())
      gone.push_back(stage);
  if (gone.empty()) return;
  findings.push_back({Severity::note, own.place,
                      fmt::format("this schedule replaces the inherited one: {} {} no longer in it. Tables such as "
                                  "[schedule.{}] change single entries instead",
                                  enumerate(gone), gone.size() == 1 ? "is" : "are", gone.front())});
}

}  // namespace

void merge(Written::Table& base, const Written::Table& over) {
  for (const Written::Member& member : over) {
    Written::Member* old = find(base, member.key);
    if (!old) {
      base.push_back(member);
      continue;
    }
    // The same type again does not change what was inherited.
    const Written use = read_option(member.value, true);
    const bool same_type = member.key == "use" && old->value.text() && use.text() && *old->value.text() == *use.text();
    if (!same_type) old->layer = member.layer;
    old->place = member.place;
    old->value.place = member.value.place;
    auto* inner = std::get_if<Written::Table>(&old->value.value);
    if (inner && member.value.table())
      merge(*inner, *member.value.table());
    else
      old->value.value = member.value.value;
  }
}

void merge_schedule(Written::Table& base, Written::Table& own, std::vector<Diagnostic>& findings) {
  const Written::Member* schedule = find(own, "schedule");
  if (!schedule) return;
  Written::Member* inherited = find(base, "schedule");
  auto* entries = inherited ? std::get_if<Written::List>(&inherited->value.value) : nullptr;
  if (!entries) return;
  if (schedule->value.list()) return note_gone(*entries, *schedule, findings);
  if (!schedule->value.table()) return;
  Changes changes(*entries, findings);
  for (const Written::Member& change : *schedule->value.table()) changes.apply(change);
  remove(own, "schedule");
}

}  // namespace weft::host
