#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <cmath>

#include "reference/sac_reference.h"
#include "support/agent_bench.h"
#include "weft/rl/value_function.h"
#include "weft/rl/value_snapshot.h"
#include "weft/testing/catch.h"

using namespace weft;
using testing::Sac;
using testing::Task;

namespace {

const Task task(3, {-1.0, -2.0}, {1.0, 2.0});

at::Tensor observations(int64_t batch, uint64_t seed) {
  at::Tensor result = at::empty({batch, 3}, at::kFloat);
  Random(seed).normal(result.data_ptr<float>(), batch * 3);
  return result;
}

/// Trains briefly, so that critics and targets differ and biases are not zero.
void train(Sac& sac, int updates) {
  rl::TransitionBuffer buffer;
  for (int update = 0; update < updates; ++update) {
    testing::fill(buffer, sac.task.spec(), 32, static_cast<uint64_t>(update));
    sac.agent.update(buffer.batch());
  }
}

std::string parameters(const char* action, const char* features, const char* heads = "all") {
  return std::string("hidden = [24, 24]\ncritic_learning_rate = 1e-2\nactor_learning_rate = 1e-2\nvalue_action = \"") +
         action + "\"\nfeatures = \"" + features + "\"\nvalue_heads = \"" + heads + '"';
}

/// The heads, computed with autograd in double precision.
at::Tensor plain_values(const testing::Archive& state, const at::Tensor& x, bool follow, bool angle) {
  const int64_t n = angle ? 4 : 3;
  const at::Tensor theta = x.slice(1, 0, 1);
  const at::Tensor seen = angle ? at::cat({theta.cos(), theta.sin(), x.slice(1, 1)}, 1) : x;
  const reference::Network policy({n, 24, 24, 4}, testing::network(state, "policy"), at::kDouble);
  const at::Tensor action = policy(seen).slice(1, 0, 2).tanh();
  const at::Tensor input = at::cat({seen, follow ? action : action.detach()}, 1);
  std::vector<at::Tensor> heads;
  for (const char* name : {"critic_0", "critic_1", "target_0", "target_1"})
    heads.push_back(
        reference::Network({n + 2, 24, 24, 1}, testing::network(state, name), at::kDouble)(input).squeeze(1));
  return at::stack(heads);
}

}  // namespace

TEST_CASE("values and gradients equal those of autograd, with the action followed or fixed") {
  for (const bool follow : {true, false})
    for (const bool angle : {true, false}) {
      CAPTURE(follow, angle);
      Sac sac(task, parameters(follow ? "follow" : "fixed", angle ? "angle" : "none"));
      train(sac, 20);
      auto& value = sac.made->service<rl::ValueFunction>("value");
      const at::Tensor x = observations(200, 3);
      const at::Tensor wide = x.to(at::kDouble).requires_grad_();
      const at::Tensor expected = plain_values(sac.made->save(), wide, follow, angle);
      CHECK(at::allclose(value.values(x).to(at::kDouble), expected, 1e-5, 1e-5));
      const at::Tensor found = value.gradients(x).to(at::kDouble);
      for (int64_t head = 0; head < 4; ++head) {
        wide.mutable_grad() = at::Tensor();
        expected[head].sum().backward({}, true);
        CHECK(((found[head] - wide.grad()).norm() / wide.grad().norm()).item<double>() < 1e-5);
      }
    }
}

TEST_CASE("gradients are the derivative of values") {
  for (const char* action : {"follow", "fixed"})
    for (const char* features : {"none", "angle"})
      for (const int64_t batch : {1, 5, 300}) {
        CAPTURE(action, features, batch);
        Sac sac(task, parameters(action, features), 2);
        train(sac, 20);
        auto& value = sac.made->service<rl::ValueFunction>("value");
        REQUIRE(value.heads() == 4);
        const at::Tensor x = observations(batch, 7).requires_grad_();
        const at::Tensor values = value.values(x);
        const at::Tensor gradients = value.gradients(x);
        CHECK(values.sizes() == at::IntArrayRef({4, batch}));
        CHECK(gradients.sizes() == at::IntArrayRef({4, batch, 3}));
        CHECK_FALSE(gradients.requires_grad());
        // Each head alone, then all of them weighted.
        for (int64_t head = 0; head < 4; ++head) {
          x.mutable_grad() = at::Tensor();
          values[head].sum().backward({}, true);
          CHECK(at::allclose(x.grad(), gradients[head], 1e-6, 1e-7));
        }
        x.mutable_grad() = at::Tensor();
        const at::Tensor weights = at::rand({4, batch}, at::make_generator<at::CPUGeneratorImpl>(1), at::kFloat);
        (values * weights).sum().backward();
        CHECK(at::allclose(x.grad(), (weights.unsqueeze(-1) * gradients).sum(0), 1e-5, 1e-6));
        // Without gradients: the same numbers, and no graph.
        const at::Tensor plain = value.values(x.detach());
        CHECK(at::equal(plain, values.detach()));
        CHECK_FALSE(plain.requires_grad());
      }
}

TEST_CASE("heads are critics, targets, or both, and change with them") {
  const at::Tensor x = observations(6, 1);
  std::vector<at::Tensor> values, gradients;
  for (const char* heads : {"all", "critics", "targets"}) {
    Sac sac(task, parameters("follow", "none", heads));
    auto& value = sac.made->service<rl::ValueFunction>("value");
    CHECK(value.observation_size() == 3);
    const at::Tensor before = value.values(x);
    train(sac, 3);
    CHECK_FALSE(at::allclose(before, value.values(x)));
    values.push_back(value.values(x));
    gradients.push_back(value.gradients(x));
  }
  CHECK(at::equal(values[0], at::cat({values[1], values[2]})));
  CHECK(at::equal(gradients[0], at::cat({gradients[1], gradients[2]})));
  CHECK_FALSE(at::allclose(values[1], values[2]));
}

TEST_CASE("computing values does not change the agent, and its weights get no gradient") {
  Sac sac(task, parameters("follow", "angle"));
  train(sac, 3);
  auto& value = sac.made->service<rl::ValueFunction>("value");
  const testing::Archive before = sac.made->save();
  const at::Tensor x = observations(40, 1).requires_grad_();
  value.values(x).sum().backward();
  value.gradients(x);
  CHECK(same(sac.made->save(), before));
}

TEST_CASE("values do not depend on the number of threads, and a batch may be empty") {
  Sac one(task, parameters("follow", "none"), 1), two(task, parameters("follow", "none"), 2);
  const at::Tensor x = observations(700, 1);
  auto& first = one.made->service<rl::ValueFunction>("value");
  auto& second = two.made->service<rl::ValueFunction>("value");
  CHECK(at::equal(first.values(x), second.values(x)));
  CHECK(at::equal(first.gradients(x), second.gradients(x)));
  CHECK(first.values(x.slice(0, 0, 0)).sizes() == at::IntArrayRef({4, 0}));
}

TEST_CASE("observations of another shape or type are refused") {
  Sac sac(task, parameters("follow", "none"));
  auto& value = sac.made->service<rl::ValueFunction>("value");
  CHECK_THROWS_WITH(value.values(at::zeros({2, 4}, at::kFloat)),
                    weft::testing::Contains("[2, 4]") && weft::testing::Contains("[batch, 3] of Float"));
  CHECK_THROWS_WITH(value.gradients(at::zeros({2, 3}, at::kDouble)), weft::testing::Contains("type Double"));
  CHECK_THROWS_WITH(value.gradients(at::zeros({3}, at::kFloat)), weft::testing::Contains("shape [3]"));
}

TEST_CASE("a value snapshot restores values and gradients bit for bit, and nothing else") {
  Sac learned(task, parameters("follow", "angle")), other(task, parameters("follow", "angle"), 1, 99);
  train(learned, 20);
  train(other, 3);
  testing::Archive snapshot;
  StateWriter writer(snapshot, "");
  learned.made->service<rl::ValueSnapshot>("snapshot").save_value(writer);
  CHECK(snapshot.entries.size() == 5 * 3 * 2);  // networks, layers, weights and bias

  const testing::Archive before = other.made->save();
  StateReader reader(snapshot, "");
  other.made->service<rl::ValueSnapshot>("snapshot").load_value(reader);
  const at::Tensor x = observations(17, 5);
  auto& expected = learned.made->service<rl::ValueFunction>("value");
  auto& loaded = other.made->service<rl::ValueFunction>("value");
  CHECK(loaded.values(x).equal(expected.values(x)));
  CHECK(loaded.gradients(x).equal(expected.gradients(x)));
  const testing::Archive after = other.made->save();
  for (const char* name : {"random", "updates", "policy.first_moment.layer_0.weights",
                           "critic_0.second_moment.layer_1.bias", "log_alpha.value"})
    CHECK(after.at(name) == before.at(name));
  CHECK_FALSE(testing::network(after, "critic_0") == testing::network(before, "critic_0"));
}
