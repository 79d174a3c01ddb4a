// agent.td3: updates against autograd in double precision, its policy, its values, and its saved state.
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <cmath>
#include <limits>

#include "reference/td3_reference.h"
#include "support/agent_bench.h"
#include "weft/rl/value_function.h"
#include "weft/rl/value_snapshot.h"
#include "weft/testing/catch.h"

using namespace weft;
using reference::relative_error;
using reference::tensor;
using testing::hopper_like;
using testing::Task;
using testing::Td3;

namespace {

/// The rows of a batch as the reference takes them, with the noise that the next update of `agent` draws: one seed of
/// its stream, then one engine per block of 128 rows.
reference::Td3Batch reference_batch(const rl::TransitionBatch& batch, const rl::EnvironmentSpec& spec,
                                    const testing::Archive& agent) {
  const int64_t rows = batch.size, m = spec.action_size;
  reference::Td3Batch result;
  static_cast<reference::Rows&>(result) = reference::rows_of(batch, spec);
  Random random;
  std::copy_n(agent.at("random").bytes.data(), 32, reinterpret_cast<unsigned char*>(&random));
  const uint64_t seed = random.next();
  std::vector<float> noise(static_cast<std::size_t>(rows * m));
  for (int64_t unit = 0, first = 0; first < rows; ++unit, first += 128)
    Random(mix_seed(seed + static_cast<uint64_t>(unit)))
        .normal(noise.data() + first * m, std::min<int64_t>(128, rows - first) * m);
  result.next_noise = tensor(noise.data(), {rows, m});
  return result;
}

reference::Td3 reference_of(const testing::Archive& start, const reference::Td3Options& options) {
  return {{5, 33, 20, 3},
          {8, 33, 20, 1},
          testing::network(start, "policy"),
          {testing::network(start, "critic_0"), testing::network(start, "critic_1")},
          options,
          at::kDouble};
}

/// Trains briefly, so that critics and targets differ and biases are not zero.
void train(Td3& td3, int updates) {
  rl::TransitionBuffer buffer;
  for (int update = 0; update < updates; ++update) {
    testing::fill(buffer, td3.task.spec(), 32, static_cast<uint64_t>(update));
    td3.agent.update(buffer.batch());
  }
}

}  // namespace

TEST_CASE("updates equal those of autograd; policy and targets change in every second one") {
  for (const int64_t rows : {1, 37, 300}) {
    CAPTURE(rows);
    Td3 td3(hopper_like, R"(hidden = [33, 20]
      gamma = 0.9
      tau = 0.1
      reward_scale = 0.5
      critic_learning_rate = 1e-3
      target_noise = 0.4
      target_noise_clip = 0.5)");
    reference::Td3Options options;
    options.gamma = 0.9;
    options.tau = 0.1;
    options.reward_scale = 0.5;
    options.critic_learning_rate = 1e-3;
    options.target_noise = 0.4;
    reference::Td3 plain = reference_of(td3.made->save(), options);
    rl::TransitionBuffer buffer;
    for (int64_t update = 1; update <= 6; ++update) {
      CAPTURE(update);
      const testing::Archive before = td3.made->save();
      testing::fill(buffer, td3.task.spec(), rows, static_cast<uint64_t>(update));
      plain.update(reference_batch(buffer.batch(), td3.task.spec(), before));
      td3.agent.update(buffer.batch());
      const testing::Archive after = td3.made->save();
      CHECK(td3.last("critic_loss") == Approx(plain.critic_loss).epsilon(1e-4));
      CHECK(td3.last("value") == Approx(plain.value).epsilon(1e-4).margin(1e-5));
      if (update % 2 == 0) CHECK(td3.last("actor_loss") == Approx(plain.actor_loss).epsilon(1e-4).margin(1e-5));
      // The first moments are 0.1 times the gradient then: one update tests every gradient.
      if (update == 1)
        CHECK(relative_error(testing::network(after, "critic_1.first_moment"), 0.1 * plain.critics[1].gradient()) <
              1e-5);
      if (update == 2)
        CHECK(relative_error(testing::network(after, "policy.first_moment"), 0.1 * plain.policy.gradient()) < 1e-4);
      CHECK(relative_error(testing::network(after, "policy"), plain.policy.flat()) < 1e-5);
      CHECK(relative_error(testing::network(after, "policy_target"), plain.policy_target.flat()) < 1e-5);
      for (std::size_t i = 0; i < 2; ++i) {
        const std::string number = std::to_string(i);
        CHECK(relative_error(testing::network(after, "critic_" + number), plain.critics[i].flat()) < 1e-5);
        CHECK(relative_error(testing::network(after, "target_" + number), plain.targets[i].flat()) < 1e-5);
      }
      for (const char* name : {"policy", "policy_target", "target_0", "target_1"})
        CHECK((testing::network(after, name) == testing::network(before, name)) == (update % 2 != 0));
    }
  }
}

TEST_CASE("drawn actions are those of the policy plus noise, inside the bounds") {
  // With weights of zero the output is the bias: tanh(0.2).
  for (const double noise : {0.0, 0.1, 5.0}) {
    CAPTURE(noise);
    Td3 td3(Task(1, {-2.0}, {2.0}), "hidden = [4]\nexploration_noise = " + std::to_string(noise));
    testing::Archive archive = td3.made->save();
    std::vector<float> weights(testing::network(archive, "policy").size());
    weights.back() = 0.2f;
    testing::set_network(archive, "policy", weights);
    td3.made->load(archive);
    constexpr int64_t count = 20000;
    const std::vector<float> observations(count, 0.0f);
    std::vector<float> actions(count);
    Random random(5);
    td3.policy.sample(count, observations.data(), random, actions.data());
    double sum = 0.0, squares = 0.0, least = 2.0, most = -2.0;
    for (const float action : actions) {
      const auto a = static_cast<double>(action);
      sum += a;
      squares += a * a;
      least = std::min(least, a);
      most = std::max(most, a);
    }
    const double mean = sum / count, deviation = std::sqrt(std::max(0.0, squares / count - mean * mean));
    float best = 0.0f;
    td3.policy.deterministic(1, observations.data(), &best);
    CHECK(best == Approx(2.0 * std::tanh(0.2)).epsilon(1e-6));
    if (noise < 1.0) {
      CHECK(mean == Approx(2.0 * std::tanh(0.2)).margin(0.01));
      CHECK(deviation == Approx(2.0 * noise).epsilon(0.02).margin(1e-3));
    } else {
      CHECK(least == -2.0);
      CHECK(most == 2.0);
    }
  }
}

TEST_CASE("values are those of the critics at the policy's action, and gradients are their derivative") {
  for (const bool follow : {true, false}) {
    CAPTURE(follow);
    Td3 td3(hopper_like, std::string("hidden = [33, 20]\ncritic_learning_rate = 1e-2\nactor_learning_rate = 1e-2\n") +
                             "value_action = \"" + (follow ? "follow" : "fixed") + '"');
    train(td3, 20);
    const testing::Archive state = td3.made->save();
    auto& value = td3.made->service<rl::ValueFunction>("value");
    REQUIRE(value.heads() == 4);
    at::Tensor x = at::empty({200, 5}, at::kFloat);
    Random(3).normal(x.data_ptr<float>(), x.numel());
    const at::Tensor wide = x.to(at::kDouble).requires_grad_();
    const at::Tensor action =
        reference::Network({5, 33, 20, 3}, testing::network(state, "policy"), at::kDouble)(wide).tanh();
    const at::Tensor input = at::cat({wide, follow ? action : action.detach()}, 1);
    const at::Tensor found = value.values(x), gradients = value.gradients(x).to(at::kDouble);
    const char* heads[] = {"critic_0", "critic_1", "target_0", "target_1"};
    for (int64_t head = 0; head < 4; ++head) {
      const at::Tensor expected =
          reference::Network({8, 33, 20, 1}, testing::network(state, heads[head]), at::kDouble)(input).squeeze(1);
      CHECK(at::allclose(found[head].to(at::kDouble), expected, 1e-5, 1e-5));
      wide.mutable_grad() = at::Tensor();
      expected.sum().backward({}, true);
      CHECK(((gradients[head] - wide.grad()).norm() / wide.grad().norm()).item<double>() < 1e-5);
    }
  }
}

TEST_CASE("a saved TD3 agent continues with the same bytes, for any number of threads") {
  testing::check_continues<Td3>("hidden = [32, 32]");
}

TEST_CASE("a value snapshot of TD3 restores its values and nothing else") {
  Td3 learned(hopper_like, "hidden = [8]"), other(hopper_like, "hidden = [8]", 1, 99);
  train(learned, 20);
  train(other, 3);
  testing::Archive snapshot;
  StateWriter writer(snapshot, "");
  learned.made->service<rl::ValueSnapshot>("snapshot").save_value(writer);
  const testing::Archive before = other.made->save();
  StateReader reader(snapshot, "");
  other.made->service<rl::ValueSnapshot>("snapshot").load_value(reader);
  const at::Tensor x = at::ones({7, 5}, at::kFloat);
  CHECK(other.made->service<rl::ValueFunction>("value").values(x).equal(
      learned.made->service<rl::ValueFunction>("value").values(x)));
  const testing::Archive after = other.made->save();
  CHECK(after.at("random") == before.at("random"));
  CHECK(after.at("policy.first_moment.layer_0.weights") == before.at("policy.first_moment.layer_0.weights"));
}

TEST_CASE("errors of agent.td3 name the loss, the cause and the sizes") {
  Td3 td3(hopper_like, "hidden = [8]");
  rl::TransitionBuffer buffer;
  testing::fill(buffer, td3.task.spec(), 6, 1);
  buffer.rows().reward[4] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH(td3.agent.update(buffer.batch()),
                    weft::testing::Contains("the critic loss is") &&
                        weft::testing::Contains("in update 1; a finite number") &&
                        weft::testing::Contains("the reward of row 4 of the batch is nan"));
  testing::fill(buffer, Task(4, {-1.0}, {1.0}).spec(), 2, 1);
  CHECK_THROWS_WITH(
      td3.agent.update(buffer.batch()),
      weft::testing::Contains("with 2 rows of observation size 4 and action size 1; at least 1 row of 5"));
  CHECK_THROWS_WITH(Td3(Task(2, {1.0}, {1.0}), ""),
                    weft::testing::Contains("agent.td3 needs finite bounds with low < high"));
}
