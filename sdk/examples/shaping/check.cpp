// check.potential_finite: `weft validate` runs it on every component that offers the service of potential.h.
#include <cmath>
#include <string>
#include <vector>

#include "potential.h"
#include "weft/core/plugin.h"

namespace {

class PotentialFinite final : public weft::Stage {
 public:
  static void describe(weft::Description<PotentialFinite>& type) {
    type.summary("The potential of random observations is finite.");
    type.slot<example::Potential>("potential", "the potential to check");
  }

  explicit PotentialFinite(weft::Setup& setup) : potential_(setup.service<example::Potential>("potential")) {}

  void run() override {
    weft::Random random(1);
    std::vector<double> observation(static_cast<std::size_t>(potential_->observation_size()));
    for (int count = 0; count < 100; ++count) {
      for (double& number : observation) number = random.normal();
      const double potential = potential_->at(observation);
      if (!std::isfinite(potential))
        throw weft::Error("the potential is " + std::to_string(potential) + "; a finite number was expected");
    }
  }

 private:
  weft::Wire<example::Potential> potential_;
};

}  // namespace

WEFT_PLUGIN("check_potential", "1.0.0", "MIT", weft::component_type<PotentialFinite>("check.potential_finite"))
