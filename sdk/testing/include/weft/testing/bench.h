/// A bench for components: loads a real plugin from disk and makes one component at a time, with parameters
/// as TOML text and services wired by hand. For tests of one component; whole graphs go through the host.
#pragma once

#include <dlfcn.h>

#include <toml++/toml.h>

#include <cmath>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "weft/core/abi.h"
#include "weft/core/component.h"
#include "weft/core/random.h"
#include "weft/testing/archive.h"

namespace weft::testing {

/// What a component recorded and where its streams go. One per bench component.
class BenchContext final : public Context {
 public:
  explicit BenchContext(std::string name) : name_(std::move(name)) {}
  const char* name() const override { return name_.c_str(); }
  uint64_t seed(const char* stream) const override { return run_seed((name_ + "/" + stream).c_str()); }
  uint64_t run_seed(const char* stream) const override {
    uint64_t seed = run;
    for (const char* letter = stream; *letter; ++letter) seed = mix_seed(seed ^ static_cast<uint64_t>(*letter));
    return seed;
  }
  int64_t tick() const override { return now; }
  int threads() const override { return thread_count; }
  void record(const char* metric, double value) override {
    if (!std::isfinite(value)) throw Error(std::string("metric ") + metric + " is not finite");
    metrics[metric].push_back(value);
  }
  void log(LogLevel, const std::string& message) override { messages.push_back(message); }
  void progress(const std::string&) override {}
  void work(const char* unit, double amount) override { done[unit] += amount; }
  void enter(const void*) noexcept override {}
  void leave(const void*, bool throwing) noexcept override { charged += throwing ? 1 : 0; }

  uint64_t run = 0;  ///< the run's seed
  int64_t now = 0;   ///< the current tick
  int thread_count = 1;
  std::map<std::string, std::vector<double>> metrics;  ///< everything recorded, by metric
  std::vector<std::string> messages;
  std::map<std::string, double> done;  ///< work reported, by unit
  int charged = 0;  ///< exceptions that left a call into another component, which a host charges to that one

 private:
  std::string name_;
};

/// A component on the bench, with its context.
struct Made {
  std::unique_ptr<BenchContext> context;
  std::map<std::string, std::vector<Receiver>> receivers;  ///< by stream
  const weft_component_type* type = nullptr;
  std::unique_ptr<Component> component;

  /// The service `name` of the component.
  template <class I>
  I& service(const std::string& name) const {
    for (uint32_t index = 0; index < type->offer_count; ++index) {
      const weft_offer& offer = *type->offers[index];
      if (name == offer.name && std::string(offer.interface_id) == I::interface_id && !offer.stream)
        return *static_cast<I*>(offer.service(component.get()));
    }
    throw std::runtime_error("no service " + name + " in " + type->name);
  }
  Stage& stage() const { return static_cast<Stage&>(*component); }
  /// Sends stream `name` to an object of the test's.
  template <class I>
  void connect(const std::string& name, I& sink) {
    receivers[name].push_back({&sink, nullptr});
  }
  Archive save() const {
    Archive archive;
    StateWriter writer(archive, "");
    component->save(writer);
    return archive;
  }
  void load(Archive& archive) const {
    StateReader reader(archive, "");
    component->load(reader);
  }
};

/// Services by slot name: `{{"value", wire(value)}}`.
struct BenchWire {
  void* object = nullptr;
  std::string interface_id;
};
template <class I>
BenchWire wire(I& service) {
  return {&service, I::interface_id};
}
using Wires = std::map<std::string, BenchWire>;

class BenchSetup final : public Setup {
 public:
  BenchSetup(Made& made, const std::string& parameters, Wires wires) : made_(made), wires_(std::move(wires)) {
    values_ = toml::parse(parameters);
    for (const auto& [key, value] : values_) {
      bool known = false;
      for (uint32_t index = 0; index < made.type->parameter_count; ++index)
        known = known || key.str() == made.type->parameters[index]->key;
      if (!known) throw std::runtime_error("no parameter " + std::string(key.str()) + " in " + made.type->name);
    }
    for (uint32_t index = 0; index < made.type->parameter_count; ++index) {
      const weft_parameter& row = *made.type->parameters[index];
      if (!values_.contains(row.key) && row.default_value)
        values_.insert(row.key, *toml::parse(std::string("v = ") + row.default_value).get("v"));
    }
  }
  Context& context() override { return *made_.context; }
  bool flag(const char* key) const override { return need(key).value<bool>().value(); }
  int64_t integer(const char* key) const override { return need(key).value<int64_t>().value(); }
  double real(const char* key) const override { return need(key).value<double>().value(); }
  std::string text(const char* key) const override { return need(key).value<std::string>().value(); }
  std::vector<int64_t> integers(const char* key) const override { return list<int64_t>(key); }
  std::vector<double> reals(const char* key) const override { return list<double>(key); }
  Ramp ramp(const char* key) const override {
    const auto node = need(key);
    if (const toml::table* table = node.as_table()) {
      const toml::array& ticks = *table->get("between")->as_array();
      return {table->get("from")->value<double>().value(), table->get("to")->value<double>().value(),
              ticks[0].value<int64_t>().value(), ticks[1].value<int64_t>().value()};
    }
    const double value = node.value<double>().value();
    return {value, value, 0, 0};
  }
  std::string path(const char* key) const override { return values_[key].value_or(std::string()); }
  void* find_service(const char* slot, const char* interface_id, const void** owner) override {
    *owner = nullptr;
    const auto found = wires_.find(slot);
    if (found == wires_.end()) return nullptr;
    if (found->second.interface_id != interface_id) throw std::runtime_error(std::string("wrong service in ") + slot);
    return found->second.object;
  }
  const std::vector<Receiver>* find_receivers(const char* stream, const char*) override {
    return &made_.receivers[stream];
  }

 private:
  toml::node_view<const toml::node> need(const char* key) const {
    const auto node = values_[key];
    if (!node) throw SetupError(key, "no such parameter, or no value");
    return node;
  }
  template <class T>
  std::vector<T> list(const char* key) const {
    std::vector<T> values;
    for (const toml::node& element : *need(key).as_array()) values.push_back(element.value<T>().value());
    return values;
  }

  Made& made_;
  Wires wires_;
  toml::table values_;
};

/// A plugin of the build folder, by name.
class Plugin {
 public:
  explicit Plugin(const std::string& name) {
    const std::string file = std::string(WEFT_PLUGIN_FOLDER) + "/" + name + ".so";
    void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) throw std::runtime_error(dlerror());
    entry_ = reinterpret_cast<const weft_plugin_entry* (*)()>(dlsym(library, WEFT_ENTRY_SYMBOL))();
  }

  /// Makes a component of type `type` named `name`; `parameters` is TOML text ("hidden = [8, 8]\nmembers = 2").
  std::unique_ptr<Made> make(const std::string& type, const std::string& parameters = "", Wires wires = {},
                             uint64_t run_seed = 0, const std::string& name = "component", int threads = 1) const {
    for (uint32_t index = 0; index < entry_->type_count; ++index) {
      if (type != entry_->types[index]->name) continue;
      auto made = std::make_unique<Made>();
      made->context = std::make_unique<BenchContext>(name);
      made->context->run = run_seed;
      made->context->thread_count = threads;
      made->type = entry_->types[index];
      BenchSetup setup(*made, parameters, std::move(wires));
      Setup* base = &setup;
      made->component.reset(static_cast<Component*>(made->type->create(base)));
      return made;
    }
    throw std::runtime_error("no type " + type);
  }

 private:
  const weft_plugin_entry* entry_;
};

}  // namespace weft::testing
