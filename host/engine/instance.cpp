#include "host/engine/instance.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/base/rows.h"
#include "host/engine/component_setup.h"
#include "weft/core/error.h"

namespace weft::host {
namespace {

/// Whether the component needs a service of one of the named components.
bool needs_any(const ComponentNode& node, const std::set<std::string>& names) {
  const Rows slots = slots_of(*node.type->type);
  return std::any_of(slots.begin(), slots.end(), [&](const weft_slot& slot) {
    const auto wire = node.wires.find(slot.name);
    return !slot.stream && wire != node.wires.end() && names.count(wire->second.component) > 0;
  });
}

}  // namespace

struct Instance::Components {
  Components(const Graph& graph, Listener& listener, int threads)
      : shared{tracker, listener, graph.run.seed, threads} {}
  ~Components() {
    for (; !all.empty(); all.pop_back()) {
      ComponentInstance& last = *all.back();
      tracker.guard(last, Phase::destruction, [&last] { last.component.reset(); });
    }
  }

  ComponentInstance& find(const std::string& name) const {
    for (const std::unique_ptr<ComponentInstance>& each : all)
      if (each->node.name == name) return *each;
    throw weft::Error(fmt::format("there is no component '{}'", name));
  }

  /// All components, by name.
  std::vector<ComponentInstance*> by_name() const {
    std::vector<ComponentInstance*> sorted;
    for (const std::unique_ptr<ComponentInstance>& each : all) sorted.push_back(each.get());
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* left, const auto* right) { return left->node.name < right->node.name; });
    return sorted;
  }

  void make_all(const std::vector<ComponentNode>& nodes);
  void make(const ComponentNode& node);
  void connect_streams() const;

  mutable CallTracker tracker;
  Shared shared;
  std::vector<std::unique_ptr<ComponentInstance>> all;  ///< in construction order
};

void Instance::Components::make_all(const std::vector<ComponentNode>& nodes) {
  std::set<std::string> missing;
  std::vector<Diagnostic> errors;
  for (const ComponentNode& node : nodes) {
    if (needs_any(node, missing)) {
      missing.insert(node.name);
      continue;
    }
    try {
      make(node);
    } catch (const Failure& failure) {
      errors.insert(errors.end(), failure.diagnostics().begin(), failure.diagnostics().end());
      if (failure.code() != ExitCode::wrong_input) throw Failure(failure.code(), errors);
      missing.insert(node.name);
    }
  }
  if (!errors.empty()) throw Failure(ExitCode::wrong_input, errors);
}

void Instance::Components::make(const ComponentNode& node) {
  all.push_back(std::make_unique<ComponentInstance>(node, shared));
  ComponentInstance& self = *all.back();
  tracker.guard(self, Phase::construction, [&] {
    ComponentSetup setup(self, [this](const std::string& name) -> const ComponentInstance& { return find(name); });
    try {
      weft::Setup* argument = &setup;
      self.component.reset(static_cast<weft::Component*>(node.type->type->create(argument)));
    } catch (const weft::SetupError& error) {
      const auto place = node.key_places.find(error.key());
      const std::string subject = error.key().empty() ? "" : fmt::format("'{}' of ", error.key());
      throw wrong_input(place == node.key_places.end() ? node.place : place->second,
                        fmt::format("{}{}: {}", subject, self.label, error.what()));
    }
    if (!self.component)
      throw Failure(
          ExitCode::plugin_failed, node.place,
          fmt::format("{}: its factory returned null; a component was expected; this is a bug in the plugin {}",
                      self.label, quoted(node.type->plugin->file)));
  });
}

void Instance::Components::connect_streams() const {
  for (const ComponentInstance* receiver : by_name()) {
    for (const weft_slot& slot : slots_of(*receiver->node.type->type)) {
      const auto wire = receiver->node.wires.find(slot.name);
      if (!slot.stream || wire == receiver->node.wires.end()) continue;
      find(wire->second.component)
          .receivers[wire->second.offer]
          .push_back({slot.receiver(receiver->component.get()), static_cast<const Callee*>(receiver)});
    }
  }
}

Instance::Instance(const Graph& graph, Listener& listener, int threads)
    : components_(std::make_unique<Components>(graph, listener, threads)) {
  components_->make_all(graph.nodes);
  components_->connect_streams();
}

Instance::~Instance() = default;

void Instance::set_tick(int64_t tick) { components_->tracker.set_tick(tick); }

void Instance::run(const std::string& stage) {
  ComponentInstance& self = components_->find(stage);
  components_->tracker.guard(self, Phase::run, [&self] { static_cast<weft::Stage&>(*self.component).run(); });
}

void Instance::save(weft::StateSink& sink) const {
  for (ComponentInstance* each : components_->by_name())
    components_->tracker.guard(*each, Phase::save, [&] {
      weft::StateWriter writer(sink, each->node.name + ".");
      each->component->save(writer);
    });
}

void Instance::load(weft::StateSource& source) {
  for (ComponentInstance* each : components_->by_name())
    components_->tracker.guard(*each, Phase::load, [&] {
      weft::StateReader reader(source, each->node.name + ".");
      each->component->load(reader);
    });
}

void* Instance::service(const std::string& component, const std::string& interface_id) {
  const ComponentInstance& owner = components_->find(component);
  for (const weft_offer& offer : offers_of(*owner.node.type->type))
    if (!offer.stream && interface_id == offer.interface_id) return owner.service(offer.name);
  throw weft::Error(fmt::format("{} offers no service '{}'", owner.label, interface_id));
}

}  // namespace weft::host
