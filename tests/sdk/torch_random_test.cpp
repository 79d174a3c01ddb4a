// Torch generators that are seeded by the host and saved in checkpoints.
#include <ATen/ops/equal.h>
#include <ATen/ops/randn.h>

#include "weft/rl/torch_random.h"
#include "weft/testing/bench.h"
#include "weft/testing/catch.h"

TEST_CASE("a saved generator continues with the same numbers") {
  at::Generator generator = weft::rl::torch_generator(5);
  at::randn({7}, generator);
  weft::testing::Archive archive;
  weft::StateWriter writer(archive, "");
  weft::rl::save_generator(writer, "noise", generator);
  at::Generator other = weft::rl::torch_generator(6);
  weft::StateReader reader(archive, "");
  weft::rl::load_generator(reader, "noise", other);
  CHECK(at::equal(at::randn({5}, generator), at::randn({5}, other)));
}

TEST_CASE("generators with equal seeds give equal numbers, with other seeds others") {
  at::Generator first = weft::rl::torch_generator(1);
  at::Generator second = weft::rl::torch_generator(1);
  at::Generator third = weft::rl::torch_generator(2);
  const at::Tensor numbers = at::randn({4}, first);
  CHECK(at::equal(numbers, at::randn({4}, second)));
  CHECK_FALSE(at::equal(numbers, at::randn({4}, third)));
}
