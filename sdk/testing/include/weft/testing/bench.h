/// A bench for components: loads a built plugin and makes one component at a time without the host, with parameters as
/// TOML text and services from the test. Use it to test one component; test whole graphs with the host.
///
///     const weft::testing::Plugin plugin("my_loss");
///     const auto made = plugin.make("loss.my_loss", "reward_weight = 0.5");
///     auto& loss = made->service<weft::rl::ModelLoss>("loss");
///
/// Use weft_add_test in CMake: it defines WEFT_PLUGIN_FOLDER, the folder of the plugins. The bench checks less than the
/// host: neither the ranges of parameters nor that required slots are wired. It reports misuse with std::runtime_error.
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

/// The context of one component on the bench. Its members are for the test to set and to read.
class BenchContext final : public Context {
 public:
  /// The context of a component with this name in the graph.
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
    if (!std::isfinite(value)) throw Error(std::string("the metric '") + metric + "' is not finite");
    metrics[metric].push_back(value);
  }
  void log(LogLevel, const std::string& message) override { messages.push_back(message); }
  void progress(const std::string& message) override { activity.push_back(message); }
  void work(const char* unit, double amount) override { done[unit] += amount; }
  void enter(const void*) noexcept override {}
  void leave(const void*, bool throwing) noexcept override { charged += throwing ? 1 : 0; }

  uint64_t run = 0;                                    ///< seed of the run
  int64_t now = 0;                                     ///< the current tick
  int thread_count = 1;                                ///< what threads() returns
  std::map<std::string, std::vector<double>> metrics;  ///< all recorded values, by metric
  std::vector<std::string> messages;                   ///< all messages for the log
  std::vector<std::string> activity;                   ///< all messages for the progress line
  std::map<std::string, double> done;                  ///< total of the reported work, by unit
  int charged = 0;  ///< exceptions that left a call into another component, which a host charges to that component

 private:
  std::string name_;
};

/// A component on the bench, which it owns, with its context.
struct Made {
  std::unique_ptr<BenchContext> context;
  std::map<std::string, std::vector<Receiver>> receivers;  ///< by stream
  const weft_component_type* type = nullptr;               ///< the tables of its type
  std::unique_ptr<Component> component;

  /// The service `name` of the component, which the type declares with `offers<I>(name, ...)`.
  template <class I>
  I& service(const std::string& name) const {
    for (uint32_t index = 0; index < type->offer_count; ++index) {
      const weft_offer& offer = *type->offers[index];
      if (name == offer.name && std::string(offer.interface_id) == I::interface_id && !offer.stream)
        return *static_cast<I*>(offer.service(component.get()));
    }
    throw std::runtime_error(std::string(type->name) + " offers no service '" + name + "' of the type " +
                             I::interface_id);
  }
  /// The component as a stage; only for stages.
  Stage& stage() const { return static_cast<Stage&>(*component); }
  /// Connects the stream `name` to an object of the test, which must outlive the component's last run().
  template <class I>
  void connect(const std::string& name, I& sink) {
    receivers[name].push_back({&sink, nullptr});
  }
  /// The state that the component saves.
  Archive save() const {
    Archive archive;
    StateWriter writer(archive, "");
    component->save(writer);
    return archive;
  }
  /// Loads a state into the component.
  void load(Archive& archive) const {
    StateReader reader(archive, "");
    component->load(reader);
  }
};

/// A service of the test, to be wired into a slot. Made by wire().
struct BenchWire {
  void* object = nullptr;    ///< its interface
  std::string interface_id;  ///< the id of that interface
};
/// Wires an object of the test, which must outlive the component.
template <class I>
BenchWire wire(I& service) {
  return {&service, I::interface_id};
}
/// Services by slot name: `{{"value", wire(value)}}`. A slot that is not in the map gets an empty wire.
using Wires = std::map<std::string, BenchWire>;

/// What the bench passes to a constructor. Used by Plugin::make.
class BenchSetup final : public Setup {
 public:
  /// Reads `parameters`, which is TOML text, and adds the defaults of the type.
  BenchSetup(Made& made, const std::string& parameters, Wires wires) : made_(made), wires_(std::move(wires)) {
    values_ = toml::parse(parameters);
    for (const auto& [key, value] : values_) {
      bool known = false;
      for (uint32_t index = 0; index < made.type->parameter_count; ++index)
        known = known || key.str() == made.type->parameters[index]->key;
      if (!known)
        throw std::runtime_error(std::string(made.type->name) + " has no parameter '" + std::string(key.str()) + "'");
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
    if (found->second.interface_id != interface_id)
      throw std::runtime_error(std::string("the slot '") + slot + "' is wired to a service of the type " +
                               found->second.interface_id + "; " + interface_id + " was expected");
    return found->second.object;
  }
  const std::vector<Receiver>* find_receivers(const char* stream, const char*) override {
    return &made_.receivers[stream];
  }

 private:
  toml::node_view<const toml::node> need(const char* key) const {
    const auto node = values_[key];
    if (!node)
      throw SetupError(key,
                       std::string("the parameter '") + key + "' is not declared, or has neither value nor default");
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

/// A plugin of the build folder. It stays loaded until the process ends.
class Plugin {
 public:
  /// Loads `<name>.so` from the folder of the plugins. Throws std::runtime_error if the linker cannot load it.
  explicit Plugin(const std::string& name) {
    const std::string file = std::string(WEFT_PLUGIN_FOLDER) + "/" + name + ".so";
    void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) throw std::runtime_error(dlerror());
    entry_ = reinterpret_cast<const weft_plugin_entry* (*)()>(dlsym(library, WEFT_ENTRY_SYMBOL))();
  }

  /// Makes a component of the type `type` with the name `name`. `parameters` is TOML text, such as "hidden = [8,
  /// 8]\nmembers = 2"; parameters that it omits have their defaults. Exceptions of the constructor leave this function.
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
    throw std::runtime_error(std::string("the plugin ") + entry_->name + " has no component type '" + type + "'");
  }

 private:
  const weft_plugin_entry* entry_;
};

}  // namespace weft::testing
