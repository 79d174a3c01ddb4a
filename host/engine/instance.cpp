#include "host/engine/instance.h"

#include <algorithm>
#include <set>

#include "host/base/rows.h"
#include "host/engine/component_setup.h"
#include "weft/core/error.h"

namespace weft::host {
namespace {

/// Whether a constructor would ask one of these components for a service.
bool needs_any(const ComponentNode& node, const std::set<std::string>& names) {
  const Rows slots = slots_of(*node.type->type);
  return std::any_of(slots.begin(), slots.end(), [&](const weft_slot& slot) {
    const auto wire = node.wires.find(slot.name);
    return !slot.stream && wire != node.wires.end() && names.count(wire->second.component) > 0;
  });
}

}  // namespace

struct Instance::Parts {
  Parts(const Graph& graph, Listener& listener, int threads) : shared{tracker, listener, graph.run.seed, threads} {}
  ~Parts() {
    for (; !made.empty(); made.pop_back()) {
      Made& last = *made.back();
      tracker.guard(last, Phase::destruction, [&last] { last.component.reset(); });
    }
  }

  Made& find(const std::string& name) const {
    for (const std::unique_ptr<Made>& each : made)
      if (each->node.name == name) return *each;
    throw weft::Error("there is no component '" + name + "'");
  }

  /// All components, by name.
  std::vector<Made*> by_name() const {
    std::vector<Made*> sorted;
    for (const std::unique_ptr<Made>& each : made) sorted.push_back(each.get());
    std::sort(sorted.begin(), sorted.end(),
              [](const Made* left, const Made* right) { return left->node.name < right->node.name; });
    return sorted;
  }

  void make_all(const std::vector<ComponentNode>& nodes);
  void make(const ComponentNode& node);
  void connect_streams() const;

  mutable CallTracker tracker;
  Shared shared;
  std::vector<std::unique_ptr<Made>> made;  ///< in the order of making
};

void Instance::Parts::make_all(const std::vector<ComponentNode>& nodes) {
  std::set<std::string> missing;
  std::vector<Diagnostic> refusals;
  for (const ComponentNode& node : nodes) {
    if (needs_any(node, missing)) {
      missing.insert(node.name);
      continue;
    }
    try {
      make(node);
    } catch (const Failure& failure) {
      refusals.insert(refusals.end(), failure.diagnostics().begin(), failure.diagnostics().end());
      if (failure.code() != ExitCode::wrong_input) throw Failure(failure.code(), refusals);
      missing.insert(node.name);
    }
  }
  if (!refusals.empty()) throw Failure(ExitCode::wrong_input, refusals);
}

void Instance::Parts::make(const ComponentNode& node) {
  made.push_back(std::make_unique<Made>(node, shared));
  Made& self = *made.back();
  tracker.guard(self, Phase::construction, [&] {
    ComponentSetup setup(self, [this](const std::string& name) -> const Made& { return find(name); });
    try {
      weft::Setup* argument = &setup;
      self.component.reset(static_cast<weft::Component*>(node.type->type->create(argument)));
    } catch (const weft::SetupError& error) {
      const auto place = node.key_places.find(error.key());
      const std::string subject = error.key().empty() ? self.label : "'" + error.key() + "' of " + self.label;
      throw Failure(ExitCode::wrong_input,
                    {{Severity::error, place == node.key_places.end() ? node.place : place->second,
                      subject + ": " + error.what()}});
    }
    if (!self.component)
      throw Failure(ExitCode::plugin_failed,
                    {{Severity::error, node.place,
                      self.label + ": its factory returned nothing; a component was expected: the plugin " +
                          node.type->plugin->file.string() + " is broken"}});
  });
}

void Instance::Parts::connect_streams() const {
  for (const Made* receiver : by_name()) {
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
    : parts_(std::make_unique<Parts>(graph, listener, threads)) {
  parts_->make_all(graph.nodes);
  parts_->connect_streams();
}

Instance::~Instance() = default;

void Instance::set_tick(int64_t tick) { parts_->tracker.set_tick(tick); }

void Instance::run(const std::string& stage) {
  Made& made = parts_->find(stage);
  parts_->tracker.guard(made, Phase::run, [&made] { static_cast<weft::Stage&>(*made.component).run(); });
}

void Instance::save(weft::StateSink& sink) const {
  for (Made* made : parts_->by_name())
    parts_->tracker.guard(*made, Phase::save, [&] {
      weft::StateWriter writer(sink, made->node.name + ".");
      made->component->save(writer);
    });
}

void Instance::load(weft::StateSource& source) {
  for (Made* made : parts_->by_name())
    parts_->tracker.guard(*made, Phase::load, [&] {
      weft::StateReader reader(source, made->node.name + ".");
      made->component->load(reader);
    });
}

void* Instance::service(const std::string& component, const std::string& interface_id) {
  const Made& made = parts_->find(component);
  for (const weft_offer& offer : offers_of(*made.node.type->type))
    if (!offer.stream && interface_id == offer.interface_id) return made.service(offer.name);
  throw weft::Error(made.label + " offers no service '" + interface_id + "'");
}

}  // namespace weft::host
