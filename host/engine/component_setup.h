/// What the host hands to a component's constructor.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/engine/component_context.h"
#include "weft/core/component.h"

namespace weft::host {

/// A component of an instance, with what the host keeps for it. Its address is its token in wires.
struct Made : Callee {
  Made(const ComponentNode& of, const Shared& shared) : Callee(of), context(of, shared) {}

  /// The service behind an offer of this component; throws Error when there is none.
  void* service(const std::string& offer) const;

  ComponentContext context;
  std::map<std::string, std::vector<weft::Receiver>> receivers;  ///< by stream that it emits
  std::unique_ptr<weft::Component> component;
};

/// Parameters and wires of one node. Lives while its constructor runs.
class ComponentSetup final : public weft::Setup {
 public:
  /// `find` gives a component that was made already, by its name.
  ComponentSetup(Made& made, std::function<const Made&(const std::string&)> find)
      : made_(made), find_(std::move(find)) {}

  weft::Context& context() override { return made_.context; }
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

  Made& made_;
  std::function<const Made&(const std::string&)> find_;
};

}  // namespace weft::host
