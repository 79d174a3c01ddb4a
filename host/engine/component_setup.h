/// The host's implementation of weft::Setup, which a component's constructor receives.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/engine/component_context.h"
#include "weft/core/component.h"

namespace weft::host {

/// A component of an instance, with the host's data about it. Its address identifies the component in wires.
struct ComponentInstance : Callee {
  ComponentInstance(const ComponentNode& of, const Shared& shared) : Callee(of), context(of, shared) {}

  /// The service behind an offer of this component; throws Error when it offers none.
  void* service(const std::string& offer) const;

  ComponentContext context;
  std::map<std::string, std::vector<weft::Receiver>> receivers;  ///< by emitted stream
  std::unique_ptr<weft::Component> component;
};

/// The parameters and wires of one node. Exists while the component's constructor runs.
class ComponentSetup final : public weft::Setup {
 public:
  /// `find` returns an already constructed component by name.
  ComponentSetup(ComponentInstance& component, std::function<const ComponentInstance&(const std::string&)> find)
      : component_(component), find_(std::move(find)) {}

  weft::Context& context() override { return component_.context; }
  bool flag(const char* key) const override { return value<bool>(key, {WEFT_FLAG}); }
  int64_t integer(const char* key) const override { return value<int64_t>(key, {WEFT_INTEGER}); }
  double real(const char* key) const override { return value<double>(key, {WEFT_REAL}); }
  std::string text(const char* key) const override { return value<std::string>(key, {WEFT_TEXT}); }
  std::vector<int64_t> integers(const char* key) const override {
    return value<std::vector<int64_t>>(key, {WEFT_INTEGERS});
  }
  std::vector<double> reals(const char* key) const override { return value<std::vector<double>>(key, {WEFT_REALS}); }
  weft::Ramp ramp(const char* key) const override {
    return value<weft::Ramp>(key, {WEFT_REAL_RAMP, WEFT_INTEGER_RAMP});
  }
  std::string path(const char* key) const override { return value<std::string>(key, {WEFT_PATH}); }

  void* find_service(const char* slot, const char* interface_id, const void** owner) override;
  const std::vector<weft::Receiver>* find_receivers(const char* stream, const char* interface_id) override;

 private:
  template <class T>
  T value(const char* key, std::initializer_list<int> kinds) const;

  ComponentInstance& component_;
  std::function<const ComponentInstance&(const std::string&)> find_;
};

}  // namespace weft::host
