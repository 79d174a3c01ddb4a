#include "learner.h"

#include <algorithm>
#include <cmath>

#include "dense/parallel.h"

namespace weft::td3 {

namespace {

std::size_t length(int64_t count) { return static_cast<std::size_t>(count); }

Settings read_settings(const Setup& setup) {
  Settings settings;
  settings.tau = setup.real("tau");
  settings.actor_learning_rate = setup.real("actor_learning_rate");
  settings.target_noise = setup.real("target_noise");
  settings.target_noise_clip = setup.real("target_noise_clip");
  settings.actor_every = setup.integer("actor_every");
  return settings;
}

}  // namespace

Learner::Learner(const Setup& setup, Networks& networks)
    : networks_(networks), settings_(read_settings(setup)), critics_(setup, networks) {}

Report Learner::update(const rl::TransitionBatch& batch, Random& random, int threads) {
  const int64_t update = critics_.updates() + 1;
  resize(batch.size);
  Report report;
  report.actor_updated = update % settings_.actor_every == 0;
  report.flop = flop(report.actor_updated);
  draw_next_actions(batch, random.next(), threads);
  report.critics = critics_.update(batch, {next_input_.data()}, report.actor_updated, threads);
  if (report.actor_updated) {
    update_actor(batch, threads, report);
    actor_critic::require_finite_loss("actor", report.actor_loss, update, batch);
    dense::soft_update(settings_.tau, networks_.policy_shape.parameter_count(), networks_.policy_target.data(),
                       networks_.policy.weights.data());
  }
  return report;
}

double Learner::flop(bool with_actor) const {
  const dense::Mlp &policy = networks_.policy_shape, &critic = networks_.critic_shape;
  double row = policy.forward_flop() + critics_.flop();
  if (with_actor)
    row += policy.forward_flop() + policy.backward_flop(true, 0) + critic.forward_flop() +
           critic.backward_flop(false, networks_.bounds.size());
  return row * static_cast<double>(batch_);
}

int64_t Learner::rows_of(int64_t block) const {
  return std::min(dense::rows_per_unit, batch_ - block * dense::rows_per_unit);
}

void Learner::resize(int64_t batch) {
  if (batch == batch_) return;
  batch_ = batch;
  const int64_t features = networks_.features.size(), actions = networks_.bounds.size();
  next_input_.resize(length(batch * (features + actions)));
  blocks_.resize(length(dense::row_units(batch)));
  const auto room = [](int64_t columns) { return length(dense::rows_per_unit * columns); };
  for (Block& block : blocks_) {
    block.features.resize(room(features));
    block.noise.resize(room(actions));
    block.critic_input.resize(room(features + actions));
    block.value_gradient.assign(room(1), -1.0f / static_cast<float>(batch));
    block.output_gradient.resize(room(actions));
    block.parameter_gradient.resize(networks_.policy.weights.size());
  }
}

void Learner::draw_next_actions(const rl::TransitionBatch& batch, uint64_t seed, int threads) {
  const actor_critic::Features& features = networks_.features;
  const int64_t actions = networks_.bounds.size(), stride = features.size() + actions;
  const auto deviation = static_cast<float>(settings_.target_noise);
  const auto most = static_cast<float>(settings_.target_noise_clip);
  dense::for_units(threads, static_cast<int64_t>(blocks_.size()), [&](int64_t unit, int) {
    Block& block = blocks_[length(unit)];
    const int64_t first = unit * dense::rows_per_unit, rows = rows_of(unit);
    float* const input = next_input_.data() + first * stride;
    features.write(rows, batch.next_observation + first * features.observation_size(), input, stride);
    features.write(rows, batch.next_observation + first * features.observation_size(), block.features.data(),
                   features.size());
    const float* const output =
        networks_.policy_shape.evaluate(networks_.policy_target.data(), block.features.data(), rows, block.policy);
    Random(mix_seed(seed + static_cast<uint64_t>(unit))).normal(block.noise.data(), rows * actions);
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t i = 0; i < actions; ++i) {
        const auto at = row * actions + i;
        const float noise = std::clamp(deviation * block.noise[length(at)], -most, most);
        input[row * stride + features.size() + i] = std::clamp(std::tanh(output[at]) + noise, -1.0f, 1.0f);
      }
  });
}

void Learner::update_actor(const rl::TransitionBatch& batch, int threads, Report& report) {
  std::vector<float>& sum = networks_.policy.gradient;
  dense::for_units(threads, static_cast<int64_t>(blocks_.size()), [&](int64_t unit, int) {
    Block& block = blocks_[length(unit)];
    actor_gradient(block, batch.observation + unit * dense::rows_per_unit * batch.observation_size, rows_of(unit),
                   unit == 0 ? sum.data() : block.parameter_gradient.data());
  });
  double value = 0.0;
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    value += blocks_[block].value;
    if (block > 0) dense::add(static_cast<int64_t>(sum.size()), blocks_[block].parameter_gradient.data(), sum.data());
  }
  report.actor_loss = -value / static_cast<double>(batch_);
  networks_.policy.step(settings_.actor_learning_rate);
}

/// The gradient of -Q_1(s, pi(s)), summed over the rows of a block and divided by the rows of the batch.
void Learner::actor_gradient(Block& block, const float* observations, int64_t rows, float* gradient) const {
  const dense::Mlp &policy = networks_.policy_shape, &critic = networks_.critic_shape;
  const float* const weights = networks_.policy.weights.data();
  const float* const critic_weights = networks_.critics[0].weights.data();
  const int64_t features = networks_.features.size(), actions = networks_.bounds.size(), stride = features + actions;
  networks_.features.write(rows, observations, block.features.data(), features);
  networks_.features.write(rows, observations, block.critic_input.data(), stride);
  const float* const output = policy.forward(weights, block.features.data(), rows, block.policy);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < actions; ++i)
      block.critic_input[length(row * stride + features + i)] = std::tanh(output[row * actions + i]);

  const float* const value = critic.forward(critic_weights, block.critic_input.data(), rows, block.critic);
  block.value = 0.0;
  for (int64_t row = 0; row < rows; ++row) block.value += static_cast<double>(value[row]);
  dense::Gradients wanted;  // the critic's weights are frozen here
  wanted.input = block.output_gradient.data();
  wanted.input_first = features;
  critic.backward(critic_weights, block.value_gradient.data(), block.critic, wanted);

  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < actions; ++i) {
      const float action = block.critic_input[length(row * stride + features + i)];
      block.output_gradient[length(row * actions + i)] *= 1.0f - action * action;
    }
  wanted = {};
  wanted.parameters = gradient;
  policy.backward(weights, block.output_gradient.data(), block.policy, wanted);
}

}  // namespace weft::td3
