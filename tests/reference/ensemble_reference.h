/// The ensemble in plain LibTorch: autograd, baddbmm, torch::optim. Readable, not fast; tests and benchmarks
/// compare the fast path with it.
#pragma once

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/optim/adam.h>

#include <string>
#include <utility>
#include <vector>

#include "weft/rl/model.h"

namespace weft::reference {

struct EnsembleShape {
  int64_t members = 1, inputs = 1;
  std::vector<int64_t> hidden;
  int64_t outputs = 1;  ///< n + 1
  std::string activation = "silu";
  bool gaussian = false;
  double min_log_variance = -10.0, max_log_variance = 0.5;
};

class Ensemble {
 public:
  /// `parameters` [members, P]; for each member and layer the weights [in, out], then the bias [out].
  Ensemble(EnsembleShape shape, const at::Tensor& parameters) : shape_(std::move(shape)) {
    std::vector<int64_t> sizes{shape_.inputs};
    sizes.insert(sizes.end(), shape_.hidden.begin(), shape_.hidden.end());
    sizes.push_back(shape_.outputs * (shape_.gaussian ? 2 : 1));
    int64_t at = 0;
    for (std::size_t layer = 0; layer + 1 < sizes.size(); ++layer) {
      const int64_t in = sizes[layer], out = sizes[layer + 1];
      layers_.push_back(take(parameters, at, {shape_.members, in, out}));
      layers_.push_back(take(parameters, at, {shape_.members, 1, out}));
    }
    mean = at::zeros({shape_.inputs});
    deviation = at::ones({shape_.inputs});
  }

  /// Observation and action as in rl::DynamicsModel::predict.
  rl::Prediction predict(const at::Tensor& observation, const at::Tensor& action) const {
    at::Tensor x = (at::cat({observation, action}, -1) - mean) / deviation;
    for (std::size_t layer = 0; layer < layers_.size(); layer += 2) {
      x = at::baddbmm(layers_[layer + 1], x, layers_[layer]);
      if (layer + 2 < layers_.size()) x = activated(x);
    }
    if (!shape_.gaussian) return {x, {}};
    const double low = shape_.min_log_variance, high = shape_.max_log_variance;
    at::Tensor log_variance = high - at::softplus(high - x.slice(-1, shape_.outputs));
    log_variance = low + at::softplus(log_variance - low);
    return {x.slice(-1, 0, shape_.outputs), log_variance};
  }

  void step(const rl::AdamSettings& settings) {
    if (!adam_)
      adam_ = std::make_unique<torch::optim::Adam>(layers_, torch::optim::AdamOptions(settings.learning_rate)
                                                                .betas({settings.beta1, settings.beta2})
                                                                .eps(settings.epsilon)
                                                                .weight_decay(settings.weight_decay));
    adam_->step();
    adam_->zero_grad();
  }

  /// [members, P], in the order of the constructor.
  at::Tensor parameters() const {
    return flat([](const at::Tensor& layer) { return layer.detach(); });
  }
  at::Tensor gradients() const {
    return flat([](const at::Tensor& layer) { return layer.grad(); });
  }

  at::Tensor mean, deviation;  ///< [inputs], of the input normalizer

 private:
  static at::Tensor take(const at::Tensor& parameters, int64_t& at, const std::vector<int64_t>& shape) {
    const int64_t count = shape[1] * shape[2];
    const at::Tensor layer = parameters.slice(1, at, at + count).clone().view(shape);
    at += count;
    return layer.requires_grad_();
  }
  at::Tensor activated(const at::Tensor& x) const {
    if (shape_.activation == "relu") return at::relu(x);
    return shape_.activation == "silu" ? at::silu(x) : at::tanh(x);
  }
  template <class Of>
  at::Tensor flat(Of of) const {
    std::vector<at::Tensor> flat_layers;
    for (const at::Tensor& layer : layers_) flat_layers.push_back(of(layer).reshape({shape_.members, -1}));
    return at::cat(flat_layers, 1);
  }

  EnsembleShape shape_;
  std::vector<at::Tensor> layers_;  // alternately weights [members, in, out] and bias [members, 1, out]
  std::unique_ptr<torch::optim::Adam> adam_;
};

}  // namespace weft::reference
