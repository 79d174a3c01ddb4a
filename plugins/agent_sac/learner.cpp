#include "learner.h"

#include <algorithm>
#include <cmath>

#include "dense/parallel.h"
#include "squashed_gaussian.h"

namespace weft::sac {

using actor_critic::mean;

namespace {

std::size_t length(int64_t count) { return static_cast<std::size_t>(count); }

Settings read_settings(const Setup& setup, int64_t action_size) {
  Settings settings;
  settings.actor_learning_rate = setup.real("actor_learning_rate");
  settings.alpha_learning_rate = setup.real("alpha_learning_rate");
  settings.target_entropy = setup.real("target_entropy_per_dimension") * static_cast<double>(action_size);
  settings.learn_alpha = setup.text("temperature") == "learned";
  settings.actor_every = setup.integer("actor_every");
  settings.target_every = setup.integer("target_every");
  return settings;
}

}  // namespace

Learner::Learner(const Setup& setup, Networks& networks)
    : networks_(networks), settings_(read_settings(setup, networks.bounds.size())), critics_(setup, networks) {}

Report Learner::update(const rl::TransitionBatch& batch, Random& random, int threads) {
  const int64_t update = critics_.updates() + 1;
  resize(batch.size);
  Report report;
  report.actor_updated = update % settings_.actor_every == 0;
  report.flop = flop(report.actor_updated);
  draw(batch, report.actor_updated, random.next(), threads);
  report.critics = critics_.update(batch, {next_.critic_input.data(), networks_.alpha(), &next_.log_probability},
                                   update % settings_.target_every == 0, threads);
  if (report.actor_updated) {
    update_actor(threads, report);
    actor_critic::require_finite_loss("actor", report.actor_loss, update, batch);
  }
  return report;
}

double Learner::flop(bool with_actor) const {
  const dense::Mlp &policy = networks_.policy_shape, &critic = networks_.critic_shape;
  double row = policy.forward_flop() + critics_.flop();
  if (with_actor)
    row += policy.forward_flop() + policy.backward_flop(true, 0) +
           2.0 * (critic.forward_flop() + critic.backward_flop(false, networks_.bounds.size()));
  return row * static_cast<double>(batch_);
}

int64_t Learner::rows_of(int64_t block) const {
  return std::min(dense::rows_per_unit, batch_ - block * dense::rows_per_unit);
}

void Learner::resize(int64_t batch) {
  if (batch == batch_) return;
  batch_ = batch;
  const int64_t features = networks_.features.size(), actions = networks_.bounds.size();
  for (Drawn* drawn : {&next_, &current_}) {
    drawn->critic_input.resize(length(batch * (features + actions)));
    drawn->noise.resize(length(batch * actions));
    drawn->log_probability.resize(length(batch));
  }
  for (std::size_t i = 0; i < 2; ++i) {
    value_[i].resize(length(batch));
    value_gradient_[i].resize(length(batch));
    action_gradient_[i].resize(length(batch * actions));
  }
  for (std::vector<Block>* blocks : {&next_blocks_, &current_blocks_}) {
    blocks->resize(length(dense::row_units(batch)));
    for (Block& block : *blocks) block.features.resize(length(dense::rows_per_unit * features));
  }
  for (Block& block : current_blocks_) {
    block.output_gradient.resize(length(dense::rows_per_unit * 2 * actions));
    block.parameter_gradient.resize(networks_.policy.weights.size());
  }
}

void Learner::draw(const rl::TransitionBatch& batch, bool for_actor, uint64_t seed, int threads) {
  // Actions at the next observations and, if the actor is updated, at the observations: the critics' step in between
  // does not change the policy.
  const int64_t blocks = dense::row_units(batch_);
  dense::for_units(threads, for_actor ? 2 * blocks : blocks, [&](int64_t unit, int) {
    const bool current = unit >= blocks;
    const int64_t block = current ? unit - blocks : unit;
    draw_block((current ? current_blocks_ : next_blocks_)[length(block)],
               current ? batch.observation : batch.next_observation, block * dense::rows_per_unit, rows_of(block),
               mix_seed(seed + static_cast<uint64_t>(unit)), current, current ? current_ : next_);
  });
}

void Learner::draw_block(Block& block, const float* observations, int64_t first, int64_t rows, uint64_t seed, bool keep,
                         Drawn& drawn) {
  const actor_critic::Features& features = networks_.features;
  const int64_t actions = networks_.bounds.size(), stride = features.size() + actions;
  const dense::Mlp& shape = networks_.policy_shape;
  const float* const weights = networks_.policy.weights.data();
  features.write(rows, observations + first * features.observation_size(), block.features.data(), features.size());
  block.output = keep ? shape.forward(weights, block.features.data(), rows, block.workspace)
                      : shape.evaluate(weights, block.features.data(), rows, block.workspace);
  Random(seed).normal(drawn.noise.data() + first * actions, rows * actions);
  for (int64_t row = 0; row < rows; ++row) {
    float* const input = drawn.critic_input.data() + (first + row) * stride;
    std::copy_n(block.features.data() + row * features.size(), features.size(), input);
    drawn.log_probability[length(first + row)] =
        sample_action(actions, block.output + row * 2 * actions, drawn.noise.data() + (first + row) * actions,
                      input + features.size());
  }
}

void Learner::update_actor(int threads, Report& report) {
  const dense::Mlp& shape = networks_.critic_shape;
  dense::for_units(threads, 2, [&](int64_t unit, int) {
    const auto i = length(unit);
    const float* const value =
        shape.forward(networks_.critics[i].weights.data(), current_.critic_input.data(), batch_, critics_.workspace(i));
    std::copy_n(value, batch_, value_[i].data());
  });

  const double alpha = networks_.alpha();
  double minimum = 0.0;
  for (std::size_t row = 0; row < length(batch_); ++row) {
    const std::size_t smaller = value_[0][row] <= value_[1][row] ? 0 : 1;
    minimum += static_cast<double>(value_[smaller][row]);
    value_gradient_[smaller][row] = -1.0f / static_cast<float>(batch_);
    value_gradient_[1 - smaller][row] = 0.0f;
  }
  report.entropy = -mean(current_.log_probability);
  report.actor_loss = -alpha * report.entropy - minimum / static_cast<double>(batch_);

  dense::for_units(threads, 2, [&](int64_t unit, int) {
    const auto i = length(unit);
    dense::Gradients wanted;  // the critics' weights are frozen here
    wanted.input = action_gradient_[i].data();
    wanted.input_first = networks_.features.size();
    shape.backward(networks_.critics[i].weights.data(), value_gradient_[i].data(), critics_.workspace(i), wanted);
  });
  policy_gradient(threads, static_cast<float>(alpha));
  networks_.policy.step(settings_.actor_learning_rate);
  if (settings_.learn_alpha) {
    networks_.log_alpha.gradient[0] = static_cast<float>(alpha * (report.entropy - settings_.target_entropy));
    networks_.log_alpha.step(settings_.alpha_learning_rate);
  }
}

void Learner::policy_gradient(int threads, float alpha) {
  const int64_t actions = networks_.bounds.size(), stride = networks_.features.size() + actions;
  const int64_t blocks = dense::row_units(batch_);
  dense::for_units(threads, blocks, [&](int64_t unit, int) {
    Block& block = current_blocks_[length(unit)];
    const int64_t first = unit * dense::rows_per_unit;
    for (int64_t row = 0; row < rows_of(unit); ++row) {
      const int64_t at = (first + row) * actions;
      float* const action_gradient = action_gradient_[0].data() + at;
      for (int64_t i = 0; i < actions; ++i) action_gradient[i] += action_gradient_[1][length(at + i)];
      sample_gradient(actions, block.output + row * 2 * actions, current_.noise.data() + at,
                      current_.critic_input.data() + (first + row + 1) * stride - actions,
                      alpha / static_cast<float>(batch_), action_gradient,
                      block.output_gradient.data() + row * 2 * actions);
    }
    dense::Gradients wanted;
    wanted.parameters = unit == 0 ? networks_.policy.gradient.data() : block.parameter_gradient.data();
    networks_.policy_shape.backward(networks_.policy.weights.data(), block.output_gradient.data(), block.workspace,
                                    wanted);
  });
  std::vector<float>& sum = networks_.policy.gradient;
  for (std::size_t block = 1; block < length(blocks); ++block)
    dense::add(static_cast<int64_t>(sum.size()), current_blocks_[block].parameter_gradient.data(), sum.data());
}

}  // namespace weft::sac
