/// TD3 on LibTorch's autograd and optimizers, as the paper describes it: agent.td3 is tested against it. Readable, not
/// fast.
#pragma once

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/optim/adam.h>

#include <array>
#include <cstdint>
#include <vector>

#include "reference/network_reference.h"

namespace weft::reference {

struct Td3Options {
  double gamma = 0.99, tau = 0.005;
  double critic_learning_rate = 3e-4, actor_learning_rate = 3e-4;
  double reward_scale = 1.0, target_noise = 0.2, target_noise_clip = 0.5;
  int64_t actor_every = 2;
};

/// Rows of a batch, with standard normal noise for the targets' actions.
struct Td3Batch : Rows {
  at::Tensor next_noise;
};

class Td3 {
 public:
  /// Weights as flat buffers, for networks of these layer sizes; every tensor has `type`.
  Td3(const std::vector<int64_t>& policy_sizes, const std::vector<int64_t>& critic_sizes,
      const std::vector<float>& policy_weights, const std::array<std::vector<float>, 2>& critic_weights,
      const Td3Options& options_of, at::ScalarType type)
      : options(options_of),
        policy(policy_sizes, policy_weights, type),
        policy_target(policy_sizes, policy_weights, type),
        critics{Network(critic_sizes, critic_weights[0], type), Network(critic_sizes, critic_weights[1], type)},
        targets{Network(critic_sizes, critic_weights[0], type), Network(critic_sizes, critic_weights[1], type)},
        actor_optimizer_(policy.parameters, torch::optim::AdamOptions(options.actor_learning_rate)),
        critic_optimizer_(both(critics), torch::optim::AdamOptions(options.critic_learning_rate)) {
    for (const Network& target : targets) target.freeze(true);
    policy_target.freeze(true);
  }

  void update(const Td3Batch& batch) {
    ++updates_;
    const at::Tensor noise =
        (options.target_noise * batch.next_noise).clamp(-options.target_noise_clip, options.target_noise_clip);
    const at::Tensor next_action = (policy_target(batch.next_observation).tanh() + noise).clamp(-1.0, 1.0);
    const at::Tensor next = at::cat({batch.next_observation, next_action}, 1);
    const at::Tensor smaller = at::minimum(targets[0](next), targets[1](next)).squeeze(1);
    const at::Tensor target = options.reward_scale * batch.reward + options.gamma * (1.0 - batch.terminated) * smaller;
    const auto [loss, mean] = reference::critic_loss(critics, batch, target);
    critic_optimizer_.zero_grad();
    loss.backward();
    critic_optimizer_.step();
    critic_loss = loss.item<double>();
    value = mean;
    if (updates_ % options.actor_every == 0) update_actor(batch.observation);
  }

  Td3Options options;
  Network policy, policy_target;
  std::array<Network, 2> critics, targets;
  double critic_loss = 0.0, actor_loss = 0.0, value = 0.0;  ///< of the last update

 private:
  void update_actor(const at::Tensor& observation) {
    critics[0].freeze(true);
    const at::Tensor loss = -critics[0](at::cat({observation, policy(observation).tanh()}, 1)).mean();
    actor_optimizer_.zero_grad();
    loss.backward();
    actor_optimizer_.step();
    critics[0].freeze(false);
    actor_loss = loss.item<double>();
    for (std::size_t i = 0; i < 2; ++i) move_target(options.tau, targets[i], critics[i]);
    move_target(options.tau, policy_target, policy);
  }

  torch::optim::Adam actor_optimizer_, critic_optimizer_;
  int64_t updates_ = 0;
};

}  // namespace weft::reference
