#include "host/validate/trial_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/base/rows.h"
#include "host/graph/components.h"
#include "host/graph/wires.h"
#include "host/validate/trial.h"

namespace weft::host {
namespace {

/// The offer of a type that fits a slot, or null.
const weft_offer* offer_for(const weft_component_type& type, const weft_slot& slot) {
  const Rows offers = offers_of(type);
  const auto found =
      std::find_if(offers.begin(), offers.end(), [&](const weft_offer& offer) { return fits(offer, slot); });
  return found == offers.end() ? nullptr : &*found;
}

void add_text(Written::Table& table, const std::string& key, const std::string& text) {
  Written::Member& member = table.emplace_back();
  member.key = key;
  member.value.value = text;
}

void add_table(Written::Table& table, const std::string& key, const Written::Table& inner) {
  Written::Member& member = table.emplace_back();
  member.key = key;
  member.value.value = inner;
}

/// The graph of the tables that its file would contain, without [run] and a schedule.
Graph resolve(const std::map<std::string, Written::Table>& tables, const Registry& registry) {
  Written::Table components, stages;
  for (const auto& [name, table] : tables) {
    const bool stage = find(table, "use")->value.text()->starts_with("stage.");
    add_table(stage ? stages : components, name, table);
  }
  GraphSource source;
  add_table(source.root, "components", components);
  add_table(source.root, "stages", stages);
  Problems problems;
  Graph graph;
  graph.run.seed = 1;
  Drafts drafts = draft_components(source, registry, problems);
  resolve_wires(drafts, problems);
  graph.nodes = construction_order(drafts, problems);
  if (!problems.errors().empty()) throw Failure(ExitCode::wrong_input, problems.errors());
  return graph;
}

}  // namespace

std::string kind_of(const weft_component_type& type) {
  const std::string name = type.name;
  return name.substr(0, name.find('.'));
}

/// Writes the tables of one graph.
class TrialWriter {
 public:
  TrialWriter(const TrialBench& bench, const TrialOptions& options) : bench_(bench), options_(options) {}

  void add_subject(const weft_component_type& type) {
    if (!add(type, TrialBench::subject)) throw Skipped(missing_);
    subject_ = &type;
  }
  void add_check(const weft_component_type& check) {
    if (!add(check, node_name(check))) throw Skipped(missing_);
  }
  const std::map<std::string, Written::Table>& tables() const { return tables_; }

 private:
  static std::string node_name(const weft_component_type& type) {
    std::string name = type.name;
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
  }

  bool add(const weft_component_type& type, const std::string& name) {
    if (!busy_.insert(type.name).second) return false;  // it would need itself
    const bool complete = write(type, name);
    busy_.erase(type.name);
    return complete;
  }

  bool write(const weft_component_type& type, const std::string& name) {
    const bool is_subject = name == TrialBench::subject;
    Written::Table table;
    add_text(table, "use", type.name);
    if (!write_parameters(type, is_subject, table)) return false;
    for (const weft_slot& slot : slots_of(type)) {
      if (is_subject && options_.open_slot == slot.name) continue;
      if (slot.optional && !(is_subject && options_.optional_slots)) continue;
      const std::string wire = provider(slot, &slot == type.slots[0] && !is_subject && kind_of(type) == "check");
      if (!wire.empty()) {
        add_text(table, slot.name, wire);
      } else if (!slot.optional) {
        missing_ = fmt::format(
            "slot '{}' of {} needs {}, but no loaded plugin offers it in a component that can be created; "
            "add a plugin that does with --plugin-path",
            slot.name, type.name, slot.interface_id);
        return false;
      }
    }
    tables_[name] = std::move(table);
    types_.emplace_back(name, &type);
    return true;
  }

  bool write_parameters(const weft_component_type& type, bool is_subject, Written::Table& table) {
    std::map<std::string, Written> values = is_subject ? options_.values : std::map<std::string, Written>();
    if (const auto set = bench_.values_.find(type.name); set != bench_.values_.end())
      values.insert(set->second.begin(), set->second.end());
    for (const weft_parameter& row : parameters_of(type)) {
      if (row.default_value || row.optional || values.count(row.key) > 0) continue;
      missing_ = fmt::format("missing parameter '{0}' of {1}, which has no default; set it with --set {1}.{0}=...",
                             row.key, type.name);
      return false;
    }
    for (const auto& [key, value] : values) table.push_back({key, value.place, 0, value});
    return true;
  }

  /// "name.offer" of a component that offers what the slot needs, which is added if there is none yet. Empty when no
  /// type offers it.
  std::string provider(const weft_slot& slot, bool subject_only) {
    for (const auto& [name, type] : types_) {
      if (subject_only && type != subject_) continue;
      if (const weft_offer* offer = offer_for(*type, slot)) return fmt::format("{}.{}", name, offer->name);
    }
    if (subject_only) return "";
    for (const bool standin : {true, false}) {
      for (const auto& [name, record] : bench_.registry_.types()) {
        const weft_component_type& type = *record.type;
        const weft_offer* offer = offer_for(type, slot);
        if (!offer || (kind_of(type) == "standin") != standin || !add(type, node_name(type))) continue;
        return fmt::format("{}.{}", node_name(type), offer->name);
      }
    }
    return "";
  }

  const TrialBench& bench_;
  const TrialOptions& options_;
  std::map<std::string, Written::Table> tables_;
  std::vector<std::pair<std::string, const weft_component_type*>> types_;  ///< in the order of adding
  std::set<std::string> busy_;
  const weft_component_type* subject_ = nullptr;
  std::string missing_;  ///< why the last type could not be added
};

TrialBench::TrialBench(const Registry& registry, const std::vector<std::string>& sets) : registry_(registry) {
  std::vector<std::string> names;
  for (const auto& [name, record] : registry.types()) names.push_back(name);
  for (const std::string& set : sets) {
    const std::size_t equals = set.find('='), dot = set.rfind('.', equals);
    const Place place{fmt::format("--set {}", set)};
    if (equals == std::string::npos || dot == std::string::npos || dot == 0)
      throw wrong_input(fmt::format("{}: expected TYPE.KEY=VALUE", place.file));
    const std::string type = set.substr(0, dot);
    if (!registry.find(type))
      throw wrong_input(
          fmt::format("{}: there is no component type '{}'{}", place.file, type, suggestion(type, names)));
    Written& value = values_[type][set.substr(dot + 1, equals - dot - 1)];
    value.place = place;
    value.value = Written::OptionText{set.substr(equals + 1)};
  }
}

TrialGraph TrialBench::graph(const weft_component_type& type, const TrialOptions& options) const {
  TrialWriter writer(*this, options);
  writer.add_subject(type);
  for (const weft_component_type* check : options.checks) writer.add_check(*check);
  TrialGraph trial;
  trial.graph = resolve(writer.tables(), registry_);
  const auto watches = [](const ComponentNode& node) {
    return kind_of(*node.type->type) == "check" && node.type->type->slot_count == 0;
  };
  std::stable_partition(trial.graph.nodes.begin(), trial.graph.nodes.end(), watches);
  for (const bool watch : {false, true})
    for (const ComponentNode& node : trial.graph.nodes)
      if (node.type->type->schedulable && watches(node) == watch) trial.stages.push_back(node.name);
  return trial;
}

std::vector<const weft_component_type*> TrialBench::checks_of(const weft_component_type& type) const {
  std::vector<const weft_component_type*> checks;
  for (const auto& [name, record] : registry_.types()) {
    const weft_component_type& check = *record.type;
    if (kind_of(check) != "check" || !check.schedulable) continue;
    if (check.slot_count == 0 || offer_for(type, *check.slots[0])) checks.push_back(&check);
  }
  return checks;
}

}  // namespace weft::host
