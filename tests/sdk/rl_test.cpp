// Helpers for authors: weft/rl/acting.h and weft/rl/rows.h.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "weft/rl/acting.h"
#include "weft/rl/rows.h"
#include "weft/testing/bench.h"
#include "weft/testing/catch.h"

using namespace weft;
using weft::testing::Equals;

namespace {

struct Sizes {
  int64_t observation_size() const { return observations; }
  int64_t action_size() const { return actions; }
  int64_t observations, actions;
};

}  // namespace

TEST_CASE("numbers become float32, and what does not fit is refused by name") {
  float out[2];
  const std::vector<double> numbers = {0.1, -3e38};
  rl::to_float32(numbers, out, "the observation");
  CHECK(out[0] == 0.1f);
  CHECK(out[1] == -3e38f);
  for (const double bad : {1e39, std::nan("")}) {
    const std::vector<double> with_bad = {0.0, bad};
    CHECK_THROWS_WITH(rl::to_float32(with_bad, out, "the observation"),
                      Equals(std::string("the observation is not finite: number 1 of 2 is ") +
                             (std::isnan(bad) ? "nan" : "inf") + "; a finite number was expected"));
  }
}

TEST_CASE("an action lies inside the bounds, whatever float32 rounded them to") {
  rl::EnvironmentSpec spec;
  spec.action_low = {-0.1, -1.0, -1.0};
  spec.action_high = {0.1, 1.0, 1.0};
  std::vector<double> action(3);
  const float wanted[3] = {0.1f, -2.0f, 0.25f};
  REQUIRE(static_cast<double>(wanted[0]) > 0.1);
  rl::to_action(wanted, spec, action);
  CHECK(action == std::vector<double>{0.1, -1.0, 0.25});
  const float bad[3] = {0.0f, std::numeric_limits<float>::quiet_NaN(), 0.0f};
  CHECK_THROWS_WITH(
      rl::to_action(bad, spec, action),
      Equals("the action of the policy is not finite: number 1 of 3 is nan; a finite number was expected"));
}

TEST_CASE("a service of other sizes than the environment is an error at its slot") {
  rl::EnvironmentSpec spec;
  spec.observation_size = 2;
  spec.action_size = 1;
  testing::BenchContext context("component");
  Sizes fits{2, 1}, other{3, 1};
  rl::require_sizes("policy", Wire<Sizes>(&fits, &context, nullptr), spec);
  try {
    rl::require_sizes("policy", Wire<Sizes>(&other, &context, nullptr), spec);
    FAIL("another size was accepted");
  } catch (const SetupError& error) {
    CHECK(error.key() == "policy");
    CHECK(
        std::string(error.what()) ==
        "what is wired into 'policy' has observation size 3 and action size 1, but the environment of this stage has 2 "
        "and 1; wire both to the same environment");
  }
}

TEST_CASE("row numbers in order, shuffled and drawn") {
  CHECK(rl::all_rows(0).empty());
  const std::vector<int64_t> all = rl::all_rows(50);
  CHECK(all.front() == 0);
  CHECK(all.back() == 49);

  Random random(1), same(1);
  std::vector<int64_t> shuffled = all, again = all;
  rl::shuffle_rows(shuffled, random);
  rl::shuffle_rows(again, same);
  CHECK(shuffled == again);
  CHECK(shuffled != all);
  std::sort(shuffled.begin(), shuffled.end());
  CHECK(shuffled == all);

  std::vector<int64_t> drawn(1000);
  rl::draw_rows(drawn, 10, random);
  const std::set<int64_t> values(drawn.begin(), drawn.end());
  CHECK(values.size() == 10);
  CHECK(*values.begin() == 0);
  CHECK(*values.rbegin() == 9);
}
