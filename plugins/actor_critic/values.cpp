#include "actor_critic/values.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/sum.h>
#include <fmt/format.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>

#include "dense/parallel.h"
#include "weft/core/error.h"

namespace weft::actor_critic {
namespace {

/// The forward pass computes both values and gradients: backward() then needs little memory, and values() and
/// gradients() agree because they share one implementation.
class StateValues : public torch::autograd::Function<StateValues> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& observations,
                            Values* function) {
    const int64_t batch = observations.size(0);
    const at::Tensor values = at::empty({function->heads(), batch}, observations.options());
    const at::Tensor gradients = at::empty({function->heads(), batch, observations.size(1)}, observations.options());
    function->compute(batch, observations.data_ptr<float>(), values.data_ptr<float>(), gradients.data_ptr<float>());
    context->save_for_backward({gradients});
    return values;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& output_gradients) {
    const at::Tensor gradients = context->get_saved_variables()[0];
    return {(output_gradients[0].unsqueeze(-1) * gradients).sum(0), {}};
  }
};

at::Tensor checked(const at::Tensor& observations, int64_t observation_size) {
  if (observations.dim() != 2 || observations.size(1) != observation_size || observations.scalar_type() != at::kFloat) {
    throw Error(fmt::format(
        "the value function was called with observations of shape [{}] and type {}; [batch, {}] of Float "
        "was expected",
        fmt::join(observations.sizes(), ", "), c10::toString(observations.scalar_type()), observation_size));
  }
  return observations.contiguous();
}

/// The weights of the heads that a parameter `value_heads` names.
std::vector<const float*> heads_of(const Networks& networks, const std::string& which) {
  if (which == "first") return {networks.critics[0].weights.data()};
  std::vector<const float*> heads;
  if (which != "targets")
    for (const Trained& critic : networks.critics) heads.push_back(critic.weights.data());
  if (which != "critics")
    for (const std::vector<float>& target : networks.targets) heads.push_back(target.data());
  return heads;
}

}  // namespace

Values::Values(Setup& setup, const Networks& networks)
    : networks_(networks),
      critics_(heads_of(networks, setup.text("value_heads"))),
      follow_(setup.text("value_action") == "follow"),
      workers_(static_cast<std::size_t>(setup.context().threads())) {
  const int64_t features = networks.features.size(), inputs = networks.critic_shape.inputs();
  const auto room = [](int64_t columns) { return static_cast<std::size_t>(dense::rows_per_unit * columns); };
  for (Worker& worker : workers_) {
    worker.features.resize(room(features));
    worker.critic_input.resize(room(inputs));
    worker.critic_gradient.resize(room(inputs));
    worker.output_gradient.assign(room(networks.policy_shape.outputs()), 0.0f);  // also of those that no action sees
    worker.feature_gradient.resize(room(features));
    worker.ones.assign(room(1), 1.0f);
  }
}

at::Tensor Values::values(const at::Tensor& observations) {
  const at::Tensor input = checked(observations, networks_.features.observation_size());
  if (input.requires_grad() && at::GradMode::is_enabled()) return StateValues::apply(input, this);
  const at::Tensor values = at::empty({heads(), input.size(0)}, input.options());
  compute(input.size(0), input.data_ptr<float>(), values.data_ptr<float>(), nullptr);
  return values;
}

at::Tensor Values::gradients(const at::Tensor& observations) {
  const at::Tensor input = checked(observations, networks_.features.observation_size());
  const at::Tensor gradients = at::empty({heads(), input.size(0), input.size(1)}, input.options());
  compute(input.size(0), input.data_ptr<float>(), nullptr, gradients.data_ptr<float>());
  return gradients;
}

void Values::compute(int64_t batch, const float* observations, float* values, float* gradients) {
  const dense::Mlp &policy = networks_.policy_shape, &critic = networks_.critic_shape;
  double head = critic.forward_flop();
  if (gradients) head += critic.backward_flop(false, critic.inputs());
  if (gradients && follow_) head += policy.backward_flop(false, policy.inputs());
  flop_ += static_cast<double>(batch) * (policy.forward_flop() + static_cast<double>(heads()) * head);
  dense::for_units(static_cast<int>(workers_.size()), dense::row_units(batch), [&](int64_t unit, int worker) {
    const int64_t first = unit * dense::rows_per_unit;
    block(workers_[static_cast<std::size_t>(worker)], batch, first, std::min(dense::rows_per_unit, batch - first),
          observations, values, gradients);
  });
}

void Values::block(Worker& worker, int64_t batch, int64_t first, int64_t rows, const float* observations, float* values,
                   float* gradients) const {
  const Features& features = networks_.features;
  const int64_t stride = networks_.critic_shape.inputs(), actions = stride - features.size();
  const int64_t outputs = networks_.policy_shape.outputs();
  const float* const observed = observations + first * features.observation_size();
  features.write(rows, observed, worker.features.data(), features.size());
  const float* const weights = networks_.policy.weights.data();
  const float* const output =
      gradients && follow_ ? networks_.policy_shape.forward(weights, worker.features.data(), rows, worker.policy)
                           : networks_.policy_shape.evaluate(weights, worker.features.data(), rows, worker.policy);
  for (int64_t row = 0; row < rows; ++row) {
    float* const input = worker.critic_input.data() + row * stride;
    std::copy_n(worker.features.data() + row * features.size(), features.size(), input);
    for (int64_t i = 0; i < actions; ++i) input[features.size() + i] = std::tanh(output[row * outputs + i]);
  }
  for (std::size_t head = 0; head < critics_.size(); ++head) {
    const dense::Mlp& shape = networks_.critic_shape;
    const int64_t at = static_cast<int64_t>(head) * batch + first;
    const float* const value = gradients
                                   ? shape.forward(critics_[head], worker.critic_input.data(), rows, worker.critic)
                                   : shape.evaluate(critics_[head], worker.critic_input.data(), rows, worker.critic);
    if (values) std::copy_n(value, rows, values + at);
    if (!gradients) continue;
    head_gradient(worker, critics_[head], rows);
    features.chain(rows, observed, worker.critic_gradient.data(), stride, gradients + at * features.observation_size());
  }
}

/// Writes the gradient of one head with respect to the features into the first columns of `critic_gradient`.
void Values::head_gradient(Worker& worker, const float* critic, int64_t rows) const {
  const int64_t features = networks_.features.size(), inputs = networks_.critic_shape.inputs();
  const int64_t actions = inputs - features, outputs = networks_.policy_shape.outputs();
  dense::Gradients wanted;
  wanted.input = worker.critic_gradient.data();
  networks_.critic_shape.backward(critic, worker.ones.data(), worker.critic, wanted);
  if (!follow_) return;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < actions; ++i) {
      const auto at = static_cast<std::size_t>(row * inputs + features + i);
      const float action = worker.critic_input[at];
      worker.output_gradient[static_cast<std::size_t>(row * outputs + i)] =
          worker.critic_gradient[at] * (1.0f - action * action);
    }
  wanted.input = worker.feature_gradient.data();
  networks_.policy_shape.backward(networks_.policy.weights.data(), worker.output_gradient.data(), worker.policy,
                                  wanted);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < features; ++i)
      worker.critic_gradient[static_cast<std::size_t>(row * inputs + i)] +=
          worker.feature_gradient[static_cast<std::size_t>(row * features + i)];
}

}  // namespace weft::actor_critic
