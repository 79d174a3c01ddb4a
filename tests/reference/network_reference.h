/// A network on LibTorch's autograd, for the references of agents.
#pragma once

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "weft/rl/environment.h"
#include "weft/rl/transitions.h"

namespace weft::reference {

/// Linear layers with ReLU between them, taken from one flat buffer: for each layer weights [in, out], then bias [out].
class Network {
 public:
  Network(const std::vector<int64_t>& sizes, const std::vector<float>& flat, at::ScalarType type) {
    const at::Tensor all = at::tensor(flat).to(type);
    int64_t at = 0;
    for (std::size_t layer = 0; layer + 1 < sizes.size(); ++layer) {
      const int64_t in = sizes[layer], out = sizes[layer + 1];
      parameters.push_back(all.slice(0, at, at + in * out).view({in, out}).clone().requires_grad_());
      at += in * out;
      parameters.push_back(all.slice(0, at, at + out).clone().requires_grad_());
      at += out;
    }
  }
  at::Tensor operator()(at::Tensor x) const {
    for (std::size_t i = 0; i < parameters.size(); i += 2) {
      x = at::addmm(parameters[i + 1], x, parameters[i]);
      if (i + 2 < parameters.size()) x = at::relu(x);
    }
    return x;
  }
  at::Tensor flat() const {
    std::vector<at::Tensor> flat_layers;
    for (const at::Tensor& parameter : parameters) flat_layers.push_back(parameter.detach().flatten());
    return at::cat(flat_layers);
  }
  /// The gradient of the last backward pass, flat.
  at::Tensor gradient() const {
    std::vector<at::Tensor> flat_layers;
    for (const at::Tensor& parameter : parameters) flat_layers.push_back(parameter.grad().flatten());
    return at::cat(flat_layers);
  }
  void freeze(bool frozen) const {
    for (const at::Tensor& parameter : parameters) parameter.requires_grad_(!frozen);
  }

  std::vector<at::Tensor> parameters;
};

/// Numbers of a plugin in double precision.
inline at::Tensor tensor(const float* values, at::IntArrayRef shape) {
  return at::from_blob(const_cast<float*>(values), shape, at::kFloat).to(at::kDouble);
}

/// The rows of a batch in double precision: actions in [-1, 1], terminated 0 or 1.
struct Rows {
  at::Tensor observation, action, next_observation, reward, terminated;
};
inline Rows rows_of(const rl::TransitionBatch& batch, const rl::EnvironmentSpec& spec) {
  const int64_t rows = batch.size, n = spec.observation_size, m = spec.action_size;
  const at::Tensor low = at::tensor(at::ArrayRef<double>(spec.action_low), at::kDouble);
  const at::Tensor high = at::tensor(at::ArrayRef<double>(spec.action_high), at::kDouble);
  Rows result;
  result.observation = tensor(batch.observation, {rows, n});
  result.action = 2.0 * (tensor(batch.action, {rows, m}) - low) / (high - low) - 1.0;
  result.next_observation = tensor(batch.next_observation, {rows, n});
  result.reward = tensor(batch.reward, {rows});
  result.terminated = at::zeros({rows}, at::kDouble);
  for (int64_t row = 0; row < rows; ++row) result.terminated[row] = static_cast<double>(batch.terminated[row]);
  return result;
}

/// The mean squared errors of both critics at the rows, whose sum is their loss, and the mean of their values.
inline std::pair<at::Tensor, double> critic_loss(const std::array<Network, 2>& critics, const Rows& rows,
                                                 const at::Tensor& target) {
  const at::Tensor input = at::cat({rows.observation, rows.action}, 1);
  const at::Tensor first = critics[0](input).squeeze(1), second = critics[1](input).squeeze(1);
  return {at::mse_loss(first, target) + at::mse_loss(second, target),
          0.5 * (first.mean() + second.mean()).item<double>()};
}

/// Length of the difference, relative to the length of the expected vector.
inline double relative_error(const std::vector<float>& found, const at::Tensor& expected) {
  return ((tensor(found.data(), {static_cast<int64_t>(found.size())}) - expected).norm() / expected.norm())
      .item<double>();
}

/// The parameters of both networks, for one optimizer.
inline std::vector<at::Tensor> both(const std::array<Network, 2>& networks) {
  std::vector<at::Tensor> all = networks[0].parameters;
  all.insert(all.end(), networks[1].parameters.begin(), networks[1].parameters.end());
  return all;
}

/// target = (1 - tau) target + tau network.
inline void move_target(double tau, const Network& target, const Network& network) {
  const at::NoGradGuard no_gradients;
  for (std::size_t j = 0; j < target.parameters.size(); ++j)
    target.parameters[j].mul_(1.0 - tau).add_(network.parameters[j], tau);
}

}  // namespace weft::reference
