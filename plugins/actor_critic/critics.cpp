#include "actor_critic/critics.h"

#include <algorithm>

#include "dense/parallel.h"

namespace weft::actor_critic {

CriticLearner::CriticLearner(const Setup& setup, Networks& networks)
    : networks_(networks),
      gamma_(setup.real("gamma")),
      reward_scale_(setup.real("reward_scale")),
      learning_rate_(setup.real("critic_learning_rate")),
      tau_(setup.real("tau")),
      value_range_(gamma_, reward_scale_) {}

double CriticLearner::flop() const {
  return 2.0 * (2.0 * networks_.critic_shape.forward_flop() + networks_.critic_shape.backward_flop(true, 0));
}

void CriticLearner::save(StateWriter& writer) const {
  writer.number("updates", updates_);
  value_range_.save(writer);
}

void CriticLearner::load(StateReader& reader) {
  updates_ = reader.number<int64_t>("updates");
  value_range_.load(reader);
}

CriticReport CriticLearner::update(const rl::TransitionBatch& batch, const NextActions& next, bool move_targets,
                                   int threads) {
  ++updates_;
  const dense::Mlp& shape = networks_.critic_shape;
  const int64_t features = networks_.features.size(), actions = networks_.bounds.size();
  const auto rows = static_cast<std::size_t>(batch.size);
  input_.resize(rows * static_cast<std::size_t>(features + actions));
  networks_.features.write(batch.size, batch.observation, input_.data(), features + actions);
  for (int64_t row = 0; row < batch.size; ++row)
    networks_.bounds.normalize(batch.action + row * actions, input_.data() + row * (features + actions) + features);

  dense::for_units(threads, 2, [&](int64_t unit, int) {
    const auto i = static_cast<std::size_t>(unit);
    const float* const value =
        shape.evaluate(networks_.targets[i].data(), next.critic_input, batch.size, workspace_[i]);
    target_value_[i].assign(value, value + batch.size);
  });

  const auto alpha = static_cast<float>(next.alpha);
  const auto gamma = static_cast<float>(gamma_), scale = static_cast<float>(reward_scale_);
  std::array<double, 2> loss{};
  dense::for_units(threads, 2, [&](int64_t unit, int) {
    const auto i = static_cast<std::size_t>(unit);
    Trained& critic = networks_.critics[i];
    const float* const value = shape.forward(critic.weights.data(), input_.data(), batch.size, workspace_[i]);
    value_[i].assign(value, value + batch.size);
    value_gradient_[i].resize(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      float after = std::min(target_value_[0][row], target_value_[1][row]);
      if (next.log_probability) after -= alpha * (*next.log_probability)[row];
      const float target = scale * batch.reward[row] + (batch.terminated[row] ? 0.0f : gamma * after);
      const float error = value[row] - target;
      loss[i] += static_cast<double>(error) * static_cast<double>(error);
      value_gradient_[i][row] = 2.0f * error / static_cast<float>(batch.size);
    }
    dense::Gradients wanted;
    wanted.parameters = critic.gradient.data();
    shape.backward(critic.weights.data(), value_gradient_[i].data(), workspace_[i], wanted);
    critic.step(learning_rate_);
    // The targets are moved here, where each has its own thread; no later part of an agent's update reads them.
    if (move_targets)
      dense::soft_update(tau_, shape.parameter_count(), networks_.targets[i].data(), critic.weights.data());
  });

  CriticReport report;
  report.loss = (loss[0] + loss[1]) / static_cast<double>(batch.size);
  report.value = 0.5 * (mean(value_[0]) + mean(value_[1]));
  require_finite_loss("critic", report.loss, updates_, batch);
  const double bonus = next.log_probability ? -next.alpha * mean(*next.log_probability) : 0.0;
  report.left_range = value_range_.check(batch, bonus, report.value);
  return report;
}

}  // namespace weft::actor_critic
