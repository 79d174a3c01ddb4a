// potential.quadratic: a component that offers the service of potential.h.
#include <string>
#include <vector>

#include "potential.h"
#include "weft/core/plugin.h"

namespace {

class QuadraticPotential final : public weft::Component, public example::Potential {
 public:
  static void describe(weft::Description<QuadraticPotential>& type) {
    type.summary("Minus the weighted squared distance of the observation to a goal.");
    type.offers<example::Potential>("potential", "the potential");
    type.reals("goal", {0.0, 0.0}, weft::any_number(), "observation with the highest potential");
    type.reals("weights", {1.0, 0.1}, weft::at_least(0.0), "weight of the squared distance in each dimension");
  }

  explicit QuadraticPotential(weft::Setup& setup) : goal_(setup.reals("goal")), weights_(setup.reals("weights")) {
    if (goal_.size() != weights_.size())
      throw weft::SetupError("weights", "it has " + std::to_string(weights_.size()) + " numbers, and 'goal' has " +
                                            std::to_string(goal_.size()) + "; equal numbers were expected");
  }

  int64_t observation_size() const override { return static_cast<int64_t>(goal_.size()); }

  double at(weft::Span<const double> observation) const override {
    double sum = 0.0;
    for (std::size_t index = 0; index < goal_.size(); ++index) {
      const double distance = observation[index] - goal_[index];
      sum -= weights_[index] * distance * distance;
    }
    return sum;
  }

 private:
  std::vector<double> goal_, weights_;
};

}  // namespace

WEFT_PLUGIN("potential_quadratic", "1.0.0", "MIT", weft::component_type<QuadraticPotential>("potential.quadratic"))
