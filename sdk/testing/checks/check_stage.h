/// Checks as component types. `weft validate` runs those whose first slot fits a service that the tested type offers.
#pragma once

#include <type_traits>
#include <utility>
#include <vector>

#include "weft/core/plugin.h"
#include "weft/rl/environment.h"

namespace weft::checks {

/// A check of the service I. `Rule::run(service)`, or `Rule::run(service, spec)` if the check needs sizes and bounds,
/// throws Error with its finding; `Rule::summary` describes the check.
template <class I, class Rule>
class Check final : public Stage {
  static constexpr bool sized = std::is_invocable_v<decltype(Rule::run), I&, const rl::EnvironmentSpec&>;

 public:
  static void describe(Description<Check>& type) {
    type.summary(Rule::summary);
    type.template slot<I>("subject", "the service to check");
    if (sized) type.template slot<rl::Environment>("env", "the environment that defines sizes and bounds");
  }
  explicit Check(Setup& setup) : subject_(setup.service<I>("subject")) {
    if (sized) spec_ = setup.service<rl::Environment>("env")->spec();
  }
  void run() override {
    // While the pointer exists, exceptions are charged to the component that is checked.
    const GuardedPointer<I> subject = subject_.operator->();
    if constexpr (sized)
      Rule::run(*subject.operator->(), spec_);
    else
      Rule::run(*subject.operator->());
  }

 private:
  Wire<I> subject_;
  rl::EnvironmentSpec spec_;
};

/// Uses the service I as stages do and records the numbers that `Rule::run(service, spec, seed)` returns. The host
/// compares them between equal seeds, thread counts, and a continued and an uninterrupted run. Has no state of its own.
template <class I, class Rule>
class Use final : public Stage {
 public:
  static void describe(Description<Use>& type) {
    type.summary(Rule::summary);
    type.template slot<I>("subject", "the service to use");
    type.template slot<rl::Environment>("env", "the environment that defines sizes and bounds");
    type.metric("number", "numbers that the service returned");
  }
  explicit Use(Setup& setup)
      : context_(setup.context()),
        subject_(setup.service<I>("subject")),
        spec_(setup.service<rl::Environment>("env")->spec()) {}
  void run() override {
    const uint64_t seed = context_.seed("use") + static_cast<uint64_t>(context_.tick());
    std::vector<double> numbers;
    {
      const GuardedPointer<I> subject = subject_.operator->();
      numbers = Rule::run(*subject.operator->(), spec_, seed);
    }
    for (const double number : numbers) context_.record("number", number);
  }

 private:
  Context& context_;
  Wire<I> subject_;
  rl::EnvironmentSpec spec_;
};

}  // namespace weft::checks
