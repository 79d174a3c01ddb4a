/// An environment that has only sizes, for components that read nothing else of it.
#pragma once

#include <memory>
#include <stdexcept>

#include "weft/rl/environment.h"

namespace weft::testing {

class SizedEnvironment final : public rl::Environment {
 public:
  SizedEnvironment(int64_t observation_size, int64_t action_size) {
    spec_.observation_size = observation_size;
    spec_.action_size = action_size;
    spec_.action_low.assign(static_cast<std::size_t>(action_size), -1.0);
    spec_.action_high.assign(static_cast<std::size_t>(action_size), 1.0);
  }
  const rl::EnvironmentSpec& spec() const override { return spec_; }
  std::unique_ptr<rl::Simulation> make() const override { throw std::logic_error("no simulation here"); }
  void terminated(Span<const double>, Span<uint8_t>) const override { throw std::logic_error("no termination here"); }

 private:
  rl::EnvironmentSpec spec_;
};

}  // namespace weft::testing
