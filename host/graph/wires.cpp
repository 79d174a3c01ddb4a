#include "host/graph/wires.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/base/rows.h"
#include "host/graph/components.h"

namespace weft::host {
namespace {

std::string kind_and_id(bool stream, const char* interface_id) {
  return fmt::format("the {} {}", stream ? "stream" : "service", interface_id);
}

/// "name.offer" of what fits a slot.
std::vector<std::string> fitting(const Draft& draft, const weft_slot& slot) {
  std::vector<std::string> names;
  for (const weft_offer& offer : offers_of(*draft.node.type->type))
    if (fits(offer, slot)) names.push_back(draft.node.name + "." + offer.name);
  return names;
}

class Wiring {
 public:
  Wiring(Drafts& drafts, Problems& problems) : drafts_(drafts), problems_(problems) {}

  void resolve() {
    for (auto& [name, draft] : drafts_) {
      if (!draft.node.type) continue;
      for (const weft_slot& slot : slots_of(*draft.node.type->type)) resolve_slot(draft, slot);
    }
  }

 private:
  void resolve_slot(Draft& draft, const weft_slot& slot) {
    const auto found = draft.wires.find(slot.name);
    if (found == draft.wires.end()) {
      if (!slot.optional)
        problems_.error(draft.use_place, fmt::format("'{}': missing wire; {}", draft.node.name, taken(draft, slot)));
      return;
    }
    const Written& written = found->second;
    const std::string* text = written.text();
    if (!text || std::count(text->begin(), text->end(), '.') > 1)
      return problems_.error(written.place,
                             fmt::format("'{}' is a wire; expected \"NAME\" or \"NAME.{}\", found {}", slot.name,
                                         slot.stream ? "STREAM" : "SERVICE", to_text(written)));
    const std::size_t dot = text->find('.');
    const std::string target = text->substr(0, dot);
    const auto other = drafts_.find(target);
    if (other == drafts_.end()) return unknown_target(draft, slot, target, written.place);
    // An unknown type has been reported; what it would offer is not known.
    if (!other->second.node.type) return;
    const std::string offer = dot == std::string::npos ? single_offer(draft, slot, other->second, written.place)
                                                       : named_offer(draft, slot, other->second, *text, written.place);
    if (!offer.empty()) draft.node.wires[slot.name] = {target, offer};
  }

  /// "slot 'data' of stage.fit takes the service x.data/1, which 'store.rows' offers here".
  std::string taken(const Draft& draft, const weft_slot& slot) const {
    std::vector<std::string> names;
    for (const auto& [name, other] : drafts_) {
      if (!other.node.type || name == draft.node.name) continue;
      const std::vector<std::string> more = fitting(other, slot);
      names.insert(names.end(), more.begin(), more.end());
    }
    const char* type = draft.node.type->type->name;
    return fmt::format("slot '{}' of {} takes {}, which ", slot.name, type,
                       kind_and_id(slot.stream, slot.interface_id)) +
           (names.empty() ? fmt::format("nothing in this graph offers ('weft inspect {}' lists types that do)", type)
                          : fmt::format("{} {} here", enumerate(names), names.size() == 1 ? "offers" : "offer"));
  }

  void unknown_target(const Draft& draft, const weft_slot& slot, const std::string& target, const Place& place) {
    std::vector<std::string> known;
    for (const auto& [name, other] : drafts_) known.push_back(name);
    problems_.error(
        place, fmt::format("there is no component '{}'; {}", target, taken(draft, slot)) + suggestion(target, known));
  }

  std::string single_offer(const Draft& draft, const weft_slot& slot, const Draft& other, const Place& place) {
    const std::vector<std::string> names = fitting(other, slot);
    if (names.size() == 1) return names.front().substr(other.node.name.size() + 1);
    if (names.empty())
      problems_.error(place, fmt::format("{} offers nothing that fits; {}", named(other), taken(draft, slot)));
    else
      problems_.error(place, fmt::format("ambiguous wire: {} fit the slot '{}' of {}; write one of them",
                                         enumerate(names), slot.name, draft.node.type->type->name));
    return "";
  }

  std::string named_offer(const Draft& draft, const weft_slot& slot, const Draft& other, const std::string& text,
                          const Place& place) {
    const std::string name = text.substr(other.node.name.size() + 1);
    std::vector<std::string> known;
    for (const weft_offer& offer : offers_of(*other.node.type->type)) {
      known.emplace_back(offer.name);
      if (name != offer.name) continue;
      if (fits(offer, slot)) return name;
      problems_.error(place, fmt::format("'{}' is {}; {}", text, kind_and_id(offer.stream, offer.interface_id),
                                         taken(draft, slot)));
      return "";
    }
    problems_.error(
        place, fmt::format("{} offers no '{}'; {}", named(other), name, taken(draft, slot)) + suggestion(name, known));
    return "";
  }

  Drafts& drafts_;
  Problems& problems_;
};

/// Topological order by Kahn's algorithm (Kahn, 1962), with the names of what is ready in a sorted set.
class Order {
 public:
  Order(const Drafts& drafts, Problems& problems) : drafts_(drafts), problems_(problems) {
    for (const auto& [name, draft] : drafts) {
      std::set<std::string>& needs = needs_[name];
      for (const auto& [slot, target] : draft.node.wires) needs.insert(target.component);
    }
  }

  std::vector<ComponentNode> sort() {
    std::vector<ComponentNode> nodes;
    while (!needs_.empty()) {
      auto ready = std::find_if(needs_.begin(), needs_.end(), [](const auto& entry) { return entry.second.empty(); });
      // A cycle is reported and cut, so that the others are found, too.
      const std::string name = ready != needs_.end() ? ready->first : report_cycle();
      nodes.push_back(drafts_.at(name).node);
      needs_.erase(name);
      for (auto& [other, needs] : needs_) needs.erase(name);
    }
    return nodes;
  }

 private:
  std::string report_cycle() {
    // Every remaining component needs a remaining one: following these wires leads back to a component seen before.
    std::vector<std::string> path;
    std::string next = needs_.begin()->first;
    auto first = path.end();
    while ((first = std::find(path.begin(), path.end(), next)) == path.end()) {
      path.push_back(next);
      next = *needs_.at(next).begin();
    }
    path.erase(path.begin(), first);
    std::rotate(path.begin(), std::min_element(path.begin(), path.end()), path.end());
    report(path);
    return path.front();
  }

  void report(const std::vector<std::string>& path) {
    std::string loop;
    Place place;
    for (std::size_t index = 0; index < path.size(); ++index) {
      const Draft& draft = drafts_.at(path[index]);
      const std::string& next = path[(index + 1) % path.size()];
      const auto wire = std::find_if(draft.node.wires.begin(), draft.node.wires.end(),
                                     [&](const auto& entry) { return entry.second.component == next; });
      if (index == 0) place = draft.node.key_places.at(wire->first);
      loop += fmt::format("{}'{}' needs '{}' for its '{}'", index ? ", " : "", path[index], next, wire->first);
    }
    problems_.error(
        place, fmt::format("wires in a cycle, so that no component can be created first: {}; change one of these wires",
                           loop));
  }

  const Drafts& drafts_;
  Problems& problems_;
  std::map<std::string, std::set<std::string>> needs_;  ///< of each component not sorted yet: those it waits for
};

}  // namespace

bool fits(const weft_offer& offer, const weft_slot& slot) {
  return offer.stream == slot.stream && std::string(offer.interface_id) == slot.interface_id;
}

void resolve_wires(Drafts& drafts, Problems& problems) { Wiring(drafts, problems).resolve(); }

std::vector<ComponentNode> construction_order(const Drafts& drafts, Problems& problems) {
  return Order(drafts, problems).sort();
}

}  // namespace weft::host
