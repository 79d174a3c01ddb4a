/// SAC on LibTorch's autograd and optimizers, as the paper describes it: agent.sac is tested and measured against it.
/// Readable, not fast.
#pragma once

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/optim/adam.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "reference/network_reference.h"

namespace weft::reference {

struct SacOptions {
  double gamma = 0.99, tau = 0.005;
  double critic_learning_rate = 3e-4, actor_learning_rate = 3e-4, alpha_learning_rate = 3e-4;
  double target_entropy = -1.0, reward_scale = 1.0;
  int64_t actor_every = 1, target_every = 1;
};

/// Rows of a batch, with standard normal noise for the policy at both observations.
struct SacBatch : Rows {
  at::Tensor next_noise, noise;
};

class Sac {
 public:
  /// Weights as flat buffers, for networks of these layer sizes; every tensor has `type`.
  Sac(const std::vector<int64_t>& policy_sizes, const std::vector<int64_t>& critic_sizes,
      const std::vector<float>& policy_weights, const std::array<std::vector<float>, 2>& critic_weights,
      double log_alpha_of, const SacOptions& options_of, at::ScalarType type)
      : options(options_of),
        policy(policy_sizes, policy_weights, type),
        critics{Network(critic_sizes, critic_weights[0], type), Network(critic_sizes, critic_weights[1], type)},
        targets{Network(critic_sizes, critic_weights[0], type), Network(critic_sizes, critic_weights[1], type)},
        log_alpha(at::full({1}, log_alpha_of, type).requires_grad_()),
        actor_optimizer_(policy.parameters, torch::optim::AdamOptions(options.actor_learning_rate)),
        critic_optimizer_(both(critics), torch::optim::AdamOptions(options.critic_learning_rate)),
        alpha_optimizer_({log_alpha}, torch::optim::AdamOptions(options.alpha_learning_rate)) {
    for (const Network& target : targets) target.freeze(true);
  }

  void update(const SacBatch& batch) {
    ++updates_;
    update_critics(batch);
    if (updates_ % options.actor_every == 0) update_actor(batch);
    if (updates_ % options.target_every == 0) update_targets();
  }

  /// The action in [-1, 1] for this noise, and its log-probability [batch].
  std::pair<at::Tensor, at::Tensor> act(const at::Tensor& observation, const at::Tensor& noise) const {
    const auto output = policy(observation).chunk(2, 1);
    const at::Tensor log_deviation = -5.0 + 3.5 * (at::tanh(output[1]) + 1.0);
    const at::Tensor x = output[0] + log_deviation.exp() * noise;
    const at::Tensor normal = -0.5 * noise.square() - log_deviation - 0.91893853320467274;
    const at::Tensor correction = 2.0 * (0.69314718055994531 - x - at::softplus(-2.0 * x));
    return {at::tanh(x), (normal - correction).sum(1)};
  }

  SacOptions options;
  Network policy;
  std::array<Network, 2> critics, targets;
  at::Tensor log_alpha;
  double critic_loss = 0.0, actor_loss = 0.0, entropy = 0.0, value = 0.0;  ///< of the last update

 private:
  void update_critics(const SacBatch& batch) {
    at::Tensor target;
    {
      const at::NoGradGuard no_gradients;
      const auto [action, log_probability] = act(batch.next_observation, batch.next_noise);
      const at::Tensor input = at::cat({batch.next_observation, action}, 1);
      const at::Tensor smaller = at::minimum(targets[0](input), targets[1](input)).squeeze(1);
      const at::Tensor soft = smaller - log_alpha.exp() * log_probability;
      target = options.reward_scale * batch.reward + options.gamma * (1.0 - batch.terminated) * soft;
    }
    const auto [loss, mean] = reference::critic_loss(critics, batch, target);
    critic_optimizer_.zero_grad();
    loss.backward();
    critic_optimizer_.step();
    critic_loss = loss.item<double>();
    value = mean;
  }

  void update_actor(const SacBatch& batch) {
    for (const Network& critic : critics) critic.freeze(true);
    const auto [action, log_probability] = act(batch.observation, batch.noise);
    const at::Tensor input = at::cat({batch.observation, action}, 1);
    const at::Tensor smaller = at::minimum(critics[0](input), critics[1](input)).squeeze(1);
    const at::Tensor alpha = log_alpha.detach().exp();
    const at::Tensor loss = (alpha * log_probability - smaller).mean();
    actor_optimizer_.zero_grad();
    loss.backward();
    actor_optimizer_.step();
    for (const Network& critic : critics) critic.freeze(false);
    actor_loss = loss.item<double>();
    entropy = -log_probability.mean().item<double>();

    const at::Tensor alpha_loss = (log_alpha.exp() * (-log_probability.detach() - options.target_entropy)).mean();
    alpha_optimizer_.zero_grad();
    alpha_loss.backward();
    alpha_optimizer_.step();
  }

  void update_targets() {
    for (std::size_t i = 0; i < 2; ++i) move_target(options.tau, targets[i], critics[i]);
  }

  torch::optim::Adam actor_optimizer_, critic_optimizer_, alpha_optimizer_;
  int64_t updates_ = 0;
};

}  // namespace weft::reference
