// Updates against autograd in double precision.
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <cmath>

#include "agent_sac/squashed_gaussian.h"
#include "reference/sac_reference.h"
#include "support/agent_bench.h"
#include "weft/testing/catch.h"

using namespace weft;
using reference::relative_error;
using reference::tensor;
using testing::hopper_like;
using testing::read;
using testing::Sac;
using testing::Task;

namespace {

/// The noise that an update draws: one seed of the agent's stream, then one engine per block of 128 rows, the
/// blocks of the next observations first.
std::array<std::vector<float>, 2> update_noise(Random& random, int64_t rows, int64_t actions, bool actor_turn) {
  std::array<std::vector<float>, 2> noise;
  const uint64_t seed = random.next();
  uint64_t unit = 0;
  for (std::size_t pass = 0; pass < 2; ++pass) {
    noise[pass].resize(static_cast<std::size_t>(rows * actions));
    if (pass == 1 && !actor_turn) break;
    for (int64_t first = 0; first < rows; first += 128, ++unit)
      Random(mix_seed(seed + unit))
          .normal(noise[pass].data() + first * actions, std::min<int64_t>(128, rows - first) * actions);
  }
  return noise;
}

reference::SacBatch reference_batch(const rl::TransitionBatch& batch, const rl::EnvironmentSpec& spec,
                                    const std::array<std::vector<float>, 2>& noise) {
  const int64_t rows = batch.size, m = spec.action_size;
  reference::SacBatch result;
  static_cast<reference::Rows&>(result) = reference::rows_of(batch, spec);
  result.next_noise = tensor(noise[0].data(), {rows, m});
  result.noise = tensor(noise[1].data(), {rows, m});
  return result;
}

reference::Sac reference_of(const testing::Archive& start, const std::vector<int64_t>& hidden, int64_t n, int64_t m,
                            const reference::SacOptions& options) {
  std::vector<int64_t> policy = {n}, critic = {n + m};
  for (const int64_t width : hidden) {
    policy.push_back(width);
    critic.push_back(width);
  }
  policy.push_back(2 * m);
  critic.push_back(1);
  return {policy,
          critic,
          testing::network(start, "policy"),
          {testing::network(start, "critic_0"), testing::network(start, "critic_1")},
          static_cast<double>(read<float>(start, "log_alpha.value")[0]),
          options,
          at::kDouble};
}

/// Compares the weights and the bias of each layer separately with a tenth of the reference's gradient.
void check_layers(const std::vector<float>& moment, const reference::Network& plain) {
  auto begin = moment.begin();
  for (const at::Tensor& parameter : plain.parameters) {
    const at::Tensor expected = 0.1 * parameter.grad().flatten();
    const std::vector<float> found(begin, begin + expected.numel());
    begin += expected.numel();
    const at::Tensor difference = tensor(found.data(), expected.sizes()) - expected;
    CAPTURE(parameter.sizes());
    CHECK(difference.norm().item<double>() <= 1e-5 * expected.norm().item<double>());
  }
  REQUIRE(begin == moment.end());
}

}  // namespace

TEST_CASE("log-probability and log deviation have the reference values") {
  CHECK(sac::log_deviation(-1.0f) == Approx(-4.16557955).epsilon(1e-7));
  CHECK(sac::log_deviation(0.0f) == Approx(-1.5).epsilon(1e-7));
  CHECK(sac::log_deviation(1.0f) == Approx(1.16557955).epsilon(4e-7));
  const float raw = static_cast<float>(std::atanh((-0.5 + 5.0) / 3.5 - 1.0));
  const float output[] = {0.2f, raw}, noise[] = {0.3f};
  float action = 0.0f;
  CHECK(sac::sample_action(1, output, noise, &action) == Approx(-0.32146098).margin(5e-7));
  CHECK(action == Approx(0.36440771).margin(1e-7));
}

TEST_CASE("updates equal those of autograd, with each part updated at its own interval") {
  const std::vector<int64_t> hidden = {33, 20};
  for (const int64_t rows : {1, 37, 300}) {
    CAPTURE(rows);
    Sac sac(hopper_like, R"(hidden = [33, 20]
      gamma = 0.9
      tau = 0.1
      reward_scale = 0.5
      critic_learning_rate = 1e-3
      alpha_learning_rate = 2e-3
      target_entropy_per_dimension = -0.5
      actor_every = 2
      target_every = 3)");
    reference::SacOptions options;
    options.gamma = 0.9;
    options.tau = 0.1;
    options.reward_scale = 0.5;
    options.critic_learning_rate = 1e-3;
    options.alpha_learning_rate = 2e-3;
    options.target_entropy = -1.5;
    options.actor_every = 2;
    options.target_every = 3;
    const testing::Archive start = sac.made->save();
    reference::Sac plain = reference_of(start, hidden, 5, 3, options);
    CHECK(testing::network(start, "target_1") == testing::network(start, "critic_1"));

    rl::TransitionBuffer buffer;
    for (int64_t update = 1; update <= 7; ++update) {
      CAPTURE(update);
      const testing::Archive before = sac.made->save();
      Random random;
      std::copy_n(before.at("random").bytes.data(), 32, reinterpret_cast<unsigned char*>(&random));
      testing::fill(buffer, sac.task.spec(), rows, static_cast<uint64_t>(update));
      plain.update(reference_batch(buffer.batch(), sac.task.spec(), update_noise(random, rows, 3, update % 2 == 0)));
      sac.agent.update(buffer.batch());
      const testing::Archive after = sac.made->save();

      CHECK(sac.last("critic_loss") == Approx(plain.critic_loss).epsilon(1e-4));
      CHECK(sac.last("value") == Approx(plain.value).epsilon(1e-4).margin(1e-5));
      if (update % 2 == 0) {
        CHECK(sac.last("actor_loss") == Approx(plain.actor_loss).epsilon(1e-4));
        CHECK(sac.last("entropy") == Approx(plain.entropy).epsilon(1e-4));
      }
      CHECK(sac.last("alpha") == Approx(plain.log_alpha.exp().item<double>()).epsilon(1e-6));
      // The first moments are 0.1 times the gradient then: one update tests every gradient.
      if (update == 1)
        for (std::size_t i = 0; i < 2; ++i)
          CHECK(relative_error(testing::network(after, "critic_" + std::to_string(i) + ".first_moment"),
                               0.1 * plain.critics[i].gradient()) < 1e-5);
      if (update == 2)
        CHECK(relative_error(testing::network(after, "policy.first_moment"), 0.1 * plain.policy.gradient()) < 1e-4);
      CHECK(relative_error(testing::network(after, "policy"), plain.policy.flat()) < 1e-5);
      for (std::size_t i = 0; i < 2; ++i) {
        const std::string number = std::to_string(i);
        CHECK(relative_error(testing::network(after, "critic_" + number), plain.critics[i].flat()) < 1e-5);
        CHECK(relative_error(testing::network(after, "target_" + number), plain.targets[i].flat()) < 1e-5);
      }
      // In other updates, neither the actor nor the targets change.
      CHECK((testing::network(after, "policy") == testing::network(before, "policy")) == (update % 2 != 0));
      CHECK((after.at("log_alpha.value") == before.at("log_alpha.value")) == (update % 2 != 0));
      CHECK((testing::network(after, "target_0") == testing::network(before, "target_0")) == (update % 3 != 0));
    }
  }
}

TEST_CASE("every layer's gradient equals autograd's, for odd sizes and a batch of one") {
  for (const std::vector<int64_t>& hidden : std::vector<std::vector<int64_t>>{{33, 20}, {1}, {7, 3, 5}, {64, 64}})
    for (const int64_t rows : {1, 5, 129, 256}) {
      CAPTURE(hidden, rows);
      std::string list;
      for (const int64_t width : hidden) list += std::to_string(width) + ", ";
      Sac sac(hopper_like, "hidden = [" + list + "]");
      const testing::Archive before = sac.made->save();
      reference::SacOptions options;
      options.target_entropy = -3.0;
      reference::Sac plain = reference_of(before, hidden, 5, 3, options);
      Random random;
      std::copy_n(before.at("random").bytes.data(), 32, reinterpret_cast<unsigned char*>(&random));
      rl::TransitionBuffer buffer;
      testing::fill(buffer, sac.task.spec(), rows, 1);
      plain.update(reference_batch(buffer.batch(), sac.task.spec(), update_noise(random, rows, 3, true)));
      sac.agent.update(buffer.batch());
      const testing::Archive after = sac.made->save();
      // After the first update the first moments are 0.1 times the gradients.
      check_layers(testing::network(after, "critic_0.first_moment"), plain.critics[0]);
      check_layers(testing::network(after, "critic_1.first_moment"), plain.critics[1]);
      check_layers(testing::network(after, "policy.first_moment"), plain.policy);
      CHECK(read<float>(after, "log_alpha.first_moment")[0] ==
            Approx(0.1 * plain.log_alpha.grad().item<double>()).epsilon(1e-5));
    }
}

TEST_CASE("the reported work of an update is that of its matrix products") {
  Sac sac(Task(11, {-1.0, -1.0, -1.0}, {1.0, 1.0, 1.0}), "hidden = [256, 256]");
  rl::TransitionBuffer buffer;
  testing::fill(buffer, sac.task.spec(), 256, 1);
  sac.agent.update(buffer.batch());
  CHECK(sac.made->context->done.at("FLOP") == 2.0 * 256 * 1'096'448);  // multiply-adds per row
}

TEST_CASE("only a termination cuts off the value of the next state") {
  // With a huge value behind it, a row that is truncated bootstraps, one that is terminated does not.
  const auto loss = [](bool terminated, bool truncated) {
    Sac sac(Task(1, {-1.0}, {1.0}), "hidden = [8]\ninitial_alpha = 1000.0\ntemperature = \"fixed\"");
    rl::TransitionBuffer buffer;
    testing::fill(buffer, sac.task.spec(), 1, 1);
    buffer.rows().terminated[0] = terminated;
    buffer.rows().truncated[0] = truncated;
    sac.agent.update(buffer.batch());
    CHECK(sac.last("alpha") == Approx(1000.0).epsilon(1e-6));  // fixed
    return sac.last("critic_loss");
  };
  CHECK(loss(false, false) > 1e3);
  CHECK(loss(false, true) == loss(false, false));
  CHECK(loss(true, false) < 100.0);
  CHECK(loss(true, true) == loss(true, false));
}
