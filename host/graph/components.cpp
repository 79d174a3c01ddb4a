#include "host/graph/components.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/base/rows.h"
#include "host/plugin/entry.h"

namespace weft::host {
namespace {

std::vector<std::string> keys_of(const weft_component_type& type) {
  std::vector<std::string> keys{"use"};
  for (const weft_slot& slot : slots_of(type)) keys.emplace_back(slot.name);
  for (const weft_parameter& parameter : parameters_of(type)) keys.emplace_back(parameter.key);
  return keys;
}

class Components {
 public:
  Components(const GraphSource& source, const Registry& registry, Problems& problems)
      : source_(source), registry_(registry), problems_(problems), unloadable_(registry.unloadable()) {}

  Drafts read() {
    for (const char* section : {"components", "stages"}) {
      const Written::Member* member = find(source_.root, section);
      if (!member) continue;
      const Written::Table* table = member->value.table();
      if (!table) {
        problems_.error(member->place, fmt::format("'{0}' must consist of tables, [{0}.NAME]; found {1}", section,
                                                   to_text(member->value)));
        continue;
      }
      for (const Written::Member& component : *table) add(component, section);
    }
    return std::move(drafts_);
  }

 private:
  void add(const Written::Member& member, const std::string& section) {
    if (!is_name(member.key))
      problems_.error(
          member.place,
          fmt::format("invalid name '{}'; use lowercase letters, digits and '_', beginning with a letter", member.key));
    if (const auto other = drafts_.find(member.key); other != drafts_.end()) {
      other->second.node.type = nullptr;  // which of the two is meant elsewhere is not known
      return problems_.error(
          member.place,
          fmt::format("'{}' is both a component and a stage; they share their names, so rename one of them",
                      member.key));
    }
    Draft& draft = drafts_[member.key];
    draft.node.name = member.key;
    draft.node.stage = section == "stages";
    draft.node.place = member.value.place;
    draft.table = member.value.table();
    if (!draft.table)
      return problems_.error(member.place, fmt::format("'{0}' must be a table [{1}.{0}]; found {2}", member.key,
                                                       section, to_text(member.value)));
    find_type(draft);
    if (!draft.node.type) return;
    read_keys(draft);
    fill_in_defaults(draft);
  }

  void find_type(Draft& draft) {
    const Written::Member* use = find(*draft.table, "use");
    if (!use)
      return problems_.error(draft.node.place,
                             fmt::format("'{}' has no type; expected use = \"KIND.NAME\"", draft.node.name));
    const Written type = read_option(use->value, true);
    draft.use_place = type.place;
    draft.use_layer = use->layer;
    if (!type.text())
      return problems_.error(type.place, fmt::format("'use' must be the name of a type; found {}", to_text(type)));
    draft.node.key_places["use"] = type.place;
    draft.node.type = registry_.find(*type.text());
    if (!draft.node.type) return unknown_type(*type.text(), type.place);
    const bool stage = type.text()->starts_with("stage.");
    if (stage != draft.node.stage)
      problems_.error(type.place,
                      fmt::format("{0} belongs under [{1}.{3}], not under [{2}.{3}]", *type.text(),
                                  stage ? "stages" : "components", stage ? "components" : "stages", draft.node.name));
  }

  void unknown_type(const std::string& name, const Place& place) {
    std::vector<std::string> known;
    for (const auto& [type, record] : registry_.types()) known.push_back(type);
    std::string message =
        fmt::format("unknown type '{}'; 'weft plugins' lists all types", name) + suggestion(name, known);
    for (const UnloadablePlugin& plugin : std::exchange(unloadable_, {}))
      message += fmt::format("\n  it may be in a plugin that cannot be loaded: {}", plugin.message);
    problems_.error(place, message);
  }

  void read_keys(Draft& draft) {
    const weft_component_type& type = *draft.node.type->type;
    for (const Written::Member& member : *draft.table) {
      if (member.key == "use") continue;
      const weft_parameter* row = row_named(parameters_of(type), &weft_parameter::key, member.key);
      if (!row && !row_named(slots_of(type), &weft_slot::name, member.key)) {
        unknown_key(draft, member);
        continue;
      }
      draft.node.key_places[member.key] = member.value.place;
      if (!row)
        draft.wires[member.key] = read_option(member.value, true);
      else if (std::optional<Value> value = read_parameter(member.value, *row, type.name, problems_))
        draft.node.parameters[member.key] = std::move(*value);
    }
  }

  /// An inherited key was written for the type before, so it is dropped with it; a key written for this type is an
  /// error.
  void unknown_key(const Draft& draft, const Written::Member& member) {
    const weft_component_type& type = *draft.node.type->type;
    if (member.layer < draft.use_layer)
      problems_.note(member.place, fmt::format("'{}' is dropped: '{}' is now {}, which does not take it", member.key,
                                               draft.node.name, type.name));
    else
      problems_.error(member.place, unknown("key", member.key, keys_of(type), type.name));
  }

  void fill_in_defaults(Draft& draft) {
    const weft_component_type& type = *draft.node.type->type;
    for (const weft_parameter& row : parameters_of(type)) {
      if (draft.node.key_places.contains(row.key)) continue;
      if (!row.default_value && !row.optional) {
        problems_.error(draft.use_place,
                        fmt::format("'{}': missing parameter '{}' of {} ({}); expected {}", draft.node.name, row.key,
                                    type.name, row.sentence, expectation(row)));
        continue;
      }
      if (std::optional<Value> value = default_value(row, type.name, problems_))
        draft.node.parameters[row.key] = std::move(*value);
    }
  }

  const GraphSource& source_;
  const Registry& registry_;
  Problems& problems_;
  std::vector<UnloadablePlugin> unloadable_;  ///< reported once, with the first unknown type
  Drafts drafts_;
};

}  // namespace

std::string named(const Draft& draft) {
  return draft.node.type ? fmt::format("'{}' ({})", draft.node.name, draft.node.type->type->name)
                         : fmt::format("'{}'", draft.node.name);
}

Drafts draft_components(const GraphSource& source, const Registry& registry, Problems& problems) {
  return Components(source, registry, problems).read();
}

}  // namespace weft::host
