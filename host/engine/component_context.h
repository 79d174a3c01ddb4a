/// The host's implementation of weft::Context for one component.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "host/engine/call_tracker.h"
#include "host/engine/instance.h"
#include "weft/core/context.h"

namespace weft::host {

/// The seed of a random stream: mix_seed over the run's seed, then over each byte of `text`. A component's own streams
/// have the text "<component>/<stream>", those of the run "/<stream>"; component names contain no slash, so no two
/// streams share a text.
uint64_t derive_seed(uint64_t run_seed, std::string_view text);

/// What all components of an instance share.
struct Shared {
  CallTracker& tracker;
  Listener& listener;
  uint64_t seed;
  int threads;
};

class ComponentContext final : public weft::Context {
 public:
  ComponentContext(const ComponentNode& node, const Shared& shared) : node_(node), shared_(shared) {}

  const char* name() const override { return node_.name.c_str(); }
  uint64_t seed(const char* stream) const override;
  uint64_t run_seed(const char* stream) const override;
  int64_t tick() const override { return shared_.tracker.tick(); }
  int threads() const override { return shared_.threads; }
  void record(const char* metric, double value) override;
  void log(weft::LogLevel level, const std::string& message) override { shared_.listener.log(node_, level, message); }
  void progress(const std::string& message) override { shared_.listener.progress(node_, message); }
  void work(const char* unit, double amount) override { shared_.listener.work(unit, amount); }
  void enter(const void* owner) noexcept override { shared_.tracker.enter(static_cast<const Callee*>(owner)); }
  void leave(const void*, bool throwing) noexcept override { shared_.tracker.leave(throwing); }

 private:
  const weft_metric& declared_metric(const std::string& name);

  const ComponentNode& node_;
  const Shared& shared_;
  std::map<std::string, weft_metric> numbered_;  ///< members of metric families, by their own names
};

}  // namespace weft::host
