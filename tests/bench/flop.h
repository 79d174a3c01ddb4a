/// FLOP of matrix products: two for each multiply-add; biases, activations and optimizers are not counted.
#pragma once

#include <cstdint>
#include <vector>

namespace weft::bench {

/// Layer sizes of a network: input, hidden layers, output.
inline std::vector<int64_t> network(int64_t inputs, const std::vector<int64_t>& hidden, int64_t outputs) {
  std::vector<int64_t> sizes{inputs};
  sizes.insert(sizes.end(), hidden.begin(), hidden.end());
  sizes.push_back(outputs);
  return sizes;
}

/// Of one row, forward; the gradients of the weights take as many.
inline double forward_flop(const std::vector<int64_t>& sizes) {
  double sum = 0.0;
  for (std::size_t layer = 0; layer + 1 < sizes.size(); ++layer)
    sum += 2.0 * static_cast<double>(sizes[layer]) * static_cast<double>(sizes[layer + 1]);
  return sum;
}

/// Gradients of one row with respect to the activations and the last `inputs` inputs.
inline double input_gradient_flop(const std::vector<int64_t>& sizes, int64_t inputs) {
  return forward_flop(sizes) - 2.0 * static_cast<double>((sizes[0] - inputs) * sizes[1]);
}

/// A training step: forward pass, gradients of weights and activations.
inline double training_flop(const std::vector<int64_t>& sizes) {
  return 2.0 * forward_flop(sizes) + input_gradient_flop(sizes, 0);
}

/// One SAC update: actions and target values at the next observations; the critics' training; the policy's, through
/// the critics' gradients with respect to the action only.
inline double sac_flop(int64_t batch, int64_t observations, int64_t actions, const std::vector<int64_t>& hidden) {
  const std::vector<int64_t> policy = network(observations, hidden, 2 * actions);
  const std::vector<int64_t> critic = network(observations + actions, hidden, 1);
  const double target = forward_flop(policy) + 2.0 * forward_flop(critic);
  const double critics = 2.0 * training_flop(critic);
  const double actor = training_flop(policy) + 2.0 * (forward_flop(critic) + input_gradient_flop(critic, actions));
  return static_cast<double>(batch) * (target + critics + actor);
}

}  // namespace weft::bench
