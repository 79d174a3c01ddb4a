#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <limits>

#include "agent_sac/squashed_gaussian.h"
#include "reference/sac_reference.h"
#include "sac_bench.h"

using namespace weft;
using testing::read;
using testing::Sac;
using testing::Task;

namespace {

const Task hopper_like(5, {-1.0, -2.0, 0.0}, {1.0, 2.0, 0.5});

at::Tensor tensor(const float* values, at::IntArrayRef shape) {
  return at::from_blob(const_cast<float*>(values), shape, at::kFloat).to(at::kDouble);
}

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
  const int64_t rows = batch.size, n = spec.observation_size, m = spec.action_size;
  reference::SacBatch result;
  result.observation = tensor(batch.observation, {rows, n});
  result.next_observation = tensor(batch.next_observation, {rows, n});
  result.reward = tensor(batch.reward, {rows});
  const at::Tensor low = at::tensor(at::ArrayRef<double>(spec.action_low), at::kDouble);
  const at::Tensor high = at::tensor(at::ArrayRef<double>(spec.action_high), at::kDouble);
  result.action = 2.0 * (tensor(batch.action, {rows, m}) - low) / (high - low) - 1.0;
  result.terminated = at::zeros({rows}, at::kDouble);
  for (int64_t row = 0; row < rows; ++row) result.terminated[row] = static_cast<double>(batch.terminated[row]);
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
          read<float>(start, "policy.weights"),
          {read<float>(start, "critic_0.weights"), read<float>(start, "critic_1.weights")},
          static_cast<double>(read<float>(start, "log_alpha.weights")[0]),
          options,
          at::kDouble};
}

/// Length of the difference over the length of what was expected.
double error(const std::vector<float>& found, const at::Tensor& expected) {
  return ((tensor(found.data(), {static_cast<int64_t>(found.size())}) - expected).norm() / expected.norm())
      .item<double>();
}

/// Of each layer's weights and bias by itself, against a tenth of the reference's gradient.
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

TEST_CASE("log-probability and deviation have the reference's numbers") {
  CHECK(sac::log_deviation(-1.0f) == Approx(-4.16557955).epsilon(1e-7));
  CHECK(sac::log_deviation(0.0f) == Approx(-1.5).epsilon(1e-7));
  CHECK(sac::log_deviation(1.0f) == Approx(1.16557955).epsilon(4e-7));
  const float raw = static_cast<float>(std::atanh((-0.5 + 5.0) / 3.5 - 1.0));
  const float output[] = {0.2f, raw}, noise[] = {0.3f};
  float action = 0.0f;
  CHECK(sac::sample_action(1, output, noise, &action) == Approx(-0.32146098).margin(5e-7));
  CHECK(action == Approx(0.36440771).margin(1e-7));
}

TEST_CASE("updates equal those of autograd, and go where they should") {
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
    CHECK(read<float>(start, "target_1") == read<float>(start, "critic_1.weights"));

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
          CHECK(error(read<float>(after, "critic_" + std::to_string(i) + ".first_moment"),
                      0.1 * plain.critics[i].gradient()) < 1e-5);
      if (update == 2) CHECK(error(read<float>(after, "policy.first_moment"), 0.1 * plain.policy.gradient()) < 1e-4);
      CHECK(error(read<float>(after, "policy.weights"), plain.policy.flat()) < 1e-5);
      for (std::size_t i = 0; i < 2; ++i) {
        const std::string number = std::to_string(i);
        CHECK(error(read<float>(after, "critic_" + number + ".weights"), plain.critics[i].flat()) < 1e-5);
        CHECK(error(read<float>(after, "target_" + number), plain.targets[i].flat()) < 1e-5);
      }
      // Without its turn, nothing of the actor moves; nor do the targets.
      CHECK((after.at("policy.weights") == before.at("policy.weights")) == (update % 2 != 0));
      CHECK((after.at("log_alpha.weights") == before.at("log_alpha.weights")) == (update % 2 != 0));
      CHECK((after.at("target_0") == before.at("target_0")) == (update % 3 != 0));
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
      check_layers(read<float>(after, "critic_0.first_moment"), plain.critics[0]);
      check_layers(read<float>(after, "critic_1.first_moment"), plain.critics[1]);
      check_layers(read<float>(after, "policy.first_moment"), plain.policy);
      CHECK(read<float>(after, "log_alpha.first_moment")[0] ==
            Approx(0.1 * plain.log_alpha.grad().item<double>()).epsilon(1e-5));
    }
}

TEST_CASE("the work of an update is that of its matrix products") {
  Sac sac(Task(11, {-1.0, -1.0, -1.0}, {1.0, 1.0, 1.0}), "hidden = [256, 256]");
  rl::TransitionBuffer buffer;
  testing::fill(buffer, sac.task.spec(), 256, 1);
  sac.agent.update(buffer.batch());
  CHECK(sac.made->context->done.at("FLOP") == 2.0 * 256 * 1'096'448);  // multiply-adds a row
}

TEST_CASE("only a termination ends the value of what follows") {
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

TEST_CASE("an angle is seen as a point on the circle") {
  Sac sac(Task(2, {-2.0}, {2.0}), "hidden = [16]\nfeatures = \"angle\"");
  const float turn = 6.28318531f;
  const float observations[] = {0.5f, 1.0f, 0.5f + turn, 1.0f, 0.6f, 1.0f};
  float actions[3];
  sac.policy.mean(3, observations, actions);
  CHECK(actions[0] == Approx(actions[1]).margin(1e-6));
  CHECK(std::fabs(actions[0] - actions[2]) > 1e-4);
  // Updates see the same: a full turn changes the loss by rounding alone.
  rl::TransitionBuffer buffer;
  testing::fill(buffer, sac.task.spec(), 9, 3);
  Sac turned(Task(2, {-2.0}, {2.0}), "hidden = [16]\nfeatures = \"angle\"");
  sac.agent.update(buffer.batch());
  for (int64_t row = 0; row < 9; ++row) {
    buffer.rows().observation[2 * row] += turn;
    buffer.rows().next_observation[2 * row] -= turn;
  }
  turned.agent.update(buffer.batch());
  CHECK(turned.last("critic_loss") == Approx(sac.last("critic_loss")).epsilon(1e-5));
  CHECK(turned.last("actor_loss") == Approx(sac.last("actor_loss")).epsilon(1e-5));
}

TEST_CASE("features of an angle need an environment that begins with one") {
  const std::string parameters = "hidden = [4]\nfeatures = \"angle\"";
  for (const double period : {0.0, 2.0, 1.0, 180.0}) {  // nothing wrapped, or something else than a turn in rad
    Task task(2, {-2.0}, {2.0});
    task.period = period;
    CHECK_THROWS_WITH(Sac(task, parameters), Catch::Contains("\"angle\" needs observations whose first number is an") &&
                                                 Catch::Contains("use features = \"none\", or wire an environment"));
    CHECK_NOTHROW(Sac(task, "hidden = [4]"));
  }

  const testing::Plugin classic("env_classic"), distracted("env_distracted");
  const auto agent_of = [&](const testing::Made& environment) {
    auto& task = environment.service<rl::Environment>("environment");
    Sac::plugin().make("agent.sac", parameters, {{"env", testing::wire<rl::Environment>(task)}});
  };
  const auto angle = classic.make("env.pendulum", "observe = \"angle\"");
  const testing::Wires inside = {{"env", testing::wire(angle->service<rl::Environment>("environment"))}};
  CHECK_NOTHROW(agent_of(*angle));
  CHECK_NOTHROW(agent_of(*distracted.make("env.distracted", "", inside)));
  CHECK_THROWS_AS(agent_of(*classic.make("env.pendulum", "observe = \"trig\"")), SetupError);
  CHECK_THROWS_AS(agent_of(*classic.make("env.cartpole")), SetupError);
}

TEST_CASE("actions stay inside the bounds of the environment") {
  // 0.4 as a float is more than 0.4.
  Sac sac(Task(1, {-0.4, -0.3, 0.7}, {0.4, 0.1, 0.9}), "hidden = [4]");
  std::vector<float> observations(1000);
  Random random(1);
  random.normal(observations.data(), 1000);
  for (float& value : observations) value *= 100.0f;  // saturates
  std::vector<float> actions(3000);
  for (const bool drawn : {true, false}) {
    if (drawn) {
      sac.policy.sample(1000, observations.data(), random, actions.data());
    } else {
      sac.policy.mean(1000, observations.data(), actions.data());
    }
    double lowest = 1.0, highest = -1.0;
    for (std::size_t index = 0; index < actions.size(); ++index) {
      const double value = static_cast<double>(actions[index]);
      CHECK(value >= sac.task.spec().action_low[index % 3]);
      CHECK(value <= sac.task.spec().action_high[index % 3]);
      if (index % 3 != 0) continue;
      lowest = std::min(lowest, value);
      highest = std::max(highest, value);
    }
    CHECK(lowest == Approx(-0.4));
    CHECK(highest == Approx(0.4));
  }
}

TEST_CASE("drawn actions have the distribution of the policy") {
  Sac sac(Task(1, {-2.0}, {2.0}), "hidden = [4]");
  // With weights of zero the output is the bias: mean 0.2, log deviation -1.5.
  testing::Archive archive = sac.made->save();
  std::vector<float> weights(read<float>(archive, "policy.weights").size());
  weights[weights.size() - 2] = 0.2f;
  std::memcpy(archive.entries["policy.weights"].bytes.data(), weights.data(), weights.size() * sizeof(float));
  sac.made->load(archive);
  const int64_t count = 40000;
  std::vector<float> observations(count, 0.0f), actions(count);
  Random random(5);
  sac.policy.sample(count, observations.data(), random, actions.data());
  double sum = 0.0, squares = 0.0;
  for (const float action : actions) {
    const double x = std::atanh(0.5 * static_cast<double>(action));
    sum += x;
    squares += x * x;
  }
  const double mean = sum / count;
  CHECK(mean == Approx(0.2).margin(0.005));
  CHECK(std::sqrt(squares / count - mean * mean) == Approx(std::exp(-1.5)).epsilon(0.02));
  sac.policy.mean(1, observations.data(), actions.data());
  CHECK(actions[0] == Approx(2.0 * std::tanh(0.2)).epsilon(1e-6));
}

TEST_CASE("a saved agent goes on with the same bytes, for any number of threads") {
  rl::TransitionBuffer buffer;
  const std::string parameters = "hidden = [32, 32]\nactor_every = 2\ntarget_every = 2";
  Sac whole(hopper_like, parameters, 1), first(hopper_like, parameters, 2);
  for (uint64_t update = 0; update < 5; ++update) {
    testing::fill(buffer, whole.task.spec(), 300, update);
    whole.agent.update(buffer.batch());
    first.agent.update(buffer.batch());
  }
  testing::Archive saved = first.made->save();
  CHECK(same(saved, whole.made->save()));
  Sac second(hopper_like, parameters, 2, 99);  // another seed: everything comes from the file
  CHECK_FALSE(same(second.made->save(), saved));
  second.made->load(saved);
  for (uint64_t update = 5; update < 9; ++update) {
    testing::fill(buffer, whole.task.spec(), 300, update);
    whole.agent.update(buffer.batch());
    second.agent.update(buffer.batch());
  }
  CHECK(same(second.made->save(), whole.made->save()));
  CHECK(second.last("actor_loss") == whole.last("actor_loss"));

  std::vector<float> observations(300 * 5, 0.3f), one(900), two(900);
  Random random_one(1), random_two(1);
  whole.policy.sample(300, observations.data(), random_one, one.data());
  second.policy.sample(300, observations.data(), random_two, two.data());
  CHECK(one == two);
}

TEST_CASE("a loss that is not finite says which one, and what was wrong") {
  Sac sac(hopper_like, "hidden = [8]");
  rl::TransitionBuffer buffer;
  testing::fill(buffer, sac.task.spec(), 6, 1);
  buffer.rows().reward[4] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH(sac.agent.update(buffer.batch()), Catch::Contains("the critic loss is") &&
                                                          Catch::Contains("in update 1; a finite number") &&
                                                          Catch::Contains("the reward of row 4 of the batch is nan"));
  Sac other(hopper_like, "hidden = [8]");
  testing::fill(buffer, sac.task.spec(), 6, 1);
  testing::Archive archive = other.made->save();
  auto weights = read<float>(archive, "policy.weights");
  weights.back() = std::numeric_limits<float>::infinity();
  weights[0] = std::numeric_limits<float>::quiet_NaN();
  std::memcpy(archive.entries["policy.weights"].bytes.data(), weights.data(), weights.size() * sizeof(float));
  other.made->load(archive);
  std::fill_n(buffer.rows().terminated, 6, uint8_t{1});  // the critics' loss stays finite
  CHECK_THROWS_WITH(other.agent.update(buffer.batch()), Catch::Contains("the actor loss is nan in update 1") &&
                                                            Catch::Contains("lower the learning rates"));
}

TEST_CASE("batches and environments that do not fit are refused") {
  Sac sac(hopper_like, "hidden = [8]");
  rl::TransitionBuffer buffer;
  testing::fill(buffer, Task(4, {-1.0, -1.0, -1.0}, {1.0, 1.0, 1.0}).spec(), 2, 1);
  CHECK_THROWS_WITH(sac.agent.update(buffer.batch()),
                    Catch::Contains("observations of 4") && Catch::Contains("5 and 3 was expected"));
  buffer.resize(0, 5, 3);
  CHECK_THROWS_WITH(sac.agent.update(buffer.batch()), Catch::Contains("a batch of 0 rows"));
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH(Sac(Task(2, {-infinity}, {1.0}), ""), Catch::Contains("action 0 is bounded by [-inf, 1"));
  CHECK_THROWS_WITH(Sac(Task(2, {1.0}, {1.0}), ""), Catch::Contains("finite bounds with low < high"));
}
