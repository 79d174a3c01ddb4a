/// A network on LibTorch's autograd, for the references of agents.
#pragma once

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <array>
#include <cstdint>
#include <vector>

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

/// Actions in [-1, 1] from actions `[rows, m]` between `low` and `high`.
inline at::Tensor normalized(const at::Tensor& action, const std::vector<double>& low,
                             const std::vector<double>& high) {
  const at::Tensor least = at::tensor(at::ArrayRef<double>(low), at::kDouble);
  return 2.0 * (action - least) / (at::tensor(at::ArrayRef<double>(high), at::kDouble) - least) - 1.0;
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
