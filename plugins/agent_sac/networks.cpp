#include "networks.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "weft/core/error.h"

namespace weft::sac {
namespace {

std::vector<int64_t> layers(int64_t in, const std::vector<int64_t>& hidden, int64_t out) {
  std::vector<int64_t> sizes = {in};
  sizes.insert(sizes.end(), hidden.begin(), hidden.end());
  sizes.push_back(out);
  return sizes;
}

/// Orthogonal weights, zero biases.
void initialize(const dense::Mlp& shape, Random& random, std::vector<float>& weights) {
  for (int64_t layer = 0; layer < shape.layers(); ++layer)
    dense::orthogonal(random, 1.0, shape.layer_inputs(layer), shape.layer_outputs(layer),
                      weights.data() + shape.weight_offset(layer));
}

/// The float nearest to `value` that lies inside [low, high].
float inside(double value, double low, double high) {
  auto result = static_cast<float>(value);
  constexpr float infinity = std::numeric_limits<float>::infinity();
  if (static_cast<double>(result) > high) result = std::nextafter(result, -infinity);
  if (static_cast<double>(result) < low) result = std::nextafter(result, infinity);
  return result;
}

}  // namespace

void Features::write(int64_t rows, const float* observations, float* out, int64_t stride) const {
  for (int64_t row = 0; row < rows; ++row, observations += observation_size_, out += stride) {
    float* rest = out;
    if (angle_) {
      *rest++ = std::cos(observations[0]);
      *rest++ = std::sin(observations[0]);
    }
    std::copy(observations + (angle_ ? 1 : 0), observations + observation_size_, rest);
  }
}

void Features::chain(int64_t rows, const float* observations, const float* gradient, int64_t stride, float* out) const {
  for (int64_t row = 0; row < rows; ++row, observations += observation_size_, gradient += stride) {
    const float* rest = gradient;
    if (angle_) {
      *out++ = gradient[1] * std::cos(observations[0]) - gradient[0] * std::sin(observations[0]);
      rest += 2;
    }
    out = std::copy(rest, gradient + size(), out);
  }
}

ActionBounds::ActionBounds(const rl::EnvironmentSpec& spec) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(spec.action_size); ++i) {
    const double low = spec.action_low[i], high = spec.action_high[i];
    if (!std::isfinite(low) || !std::isfinite(high) || !(low < high))
      throw SetupError(
          "env", fmt::format("action {} has the bounds [{}, {}]; agent.sac needs finite bounds with low < high", i, low,
                             high));
    low_.push_back(inside(low, low, high));
    high_.push_back(inside(high, low, high));
    center_.push_back(static_cast<float>(0.5 * (high + low)));
    half_.push_back(static_cast<float>(0.5 * (high - low)));
  }
}

void ActionBounds::normalize(const float* action, float* out) const {
  for (std::size_t i = 0; i < center_.size(); ++i) out[i] = (action[i] - center_[i]) / half_[i];
}

void ActionBounds::denormalize(const float* action, float* out) const {
  for (std::size_t i = 0; i < center_.size(); ++i) {
    const float value = center_[i] + half_[i] * action[i];
    out[i] = value < low_[i] ? low_[i] : value > high_[i] ? high_[i] : value;
  }
}

void Trained::resize(int64_t count) {
  for (std::vector<float>* values : {&weights, &gradient, &first, &second})
    values->assign(static_cast<std::size_t>(count), 0.0f);
}

void Trained::step(double learning_rate) {
  dense::AdamStep settings;
  settings.learning_rate = learning_rate;
  settings.step = ++steps;
  dense::adam(settings, static_cast<int64_t>(weights.size()), weights.data(), gradient.data(), first.data(),
              second.data());
}

void Trained::save(StateWriter& writer, const std::string& name) const {
  StateWriter scope = writer.scope(name);
  scope.array("weights", weights);
  scope.array("first_moment", first);
  scope.array("second_moment", second);
  scope.number("steps", steps);
}

void Trained::load(StateReader& reader, const std::string& name) {
  StateReader scope = reader.scope(name);
  const std::vector<int64_t> shape = {static_cast<int64_t>(weights.size())};
  scope.array("weights", shape, weights.data());
  scope.array("first_moment", shape, first.data());
  scope.array("second_moment", shape, second.data());
  steps = scope.number<int64_t>("steps");
}

Networks::Networks(const Features& features_of, const ActionBounds& bounds_of, const std::vector<int64_t>& hidden,
                   double initial_alpha, Random& random)
    : features(features_of),
      bounds(bounds_of),
      policy_shape(layers(features.size(), hidden, 2 * bounds.size()), dense::Activation::relu),
      critic_shape(layers(features.size() + bounds.size(), hidden, 1), dense::Activation::relu) {
  policy.resize(policy_shape.parameter_count());
  initialize(policy_shape, random, policy.weights);
  for (std::size_t i = 0; i < 2; ++i) {
    critics[i].resize(critic_shape.parameter_count());
    initialize(critic_shape, random, critics[i].weights);
    targets[i] = critics[i].weights;
  }
  log_alpha.resize(1);
  log_alpha.weights[0] = static_cast<float>(std::log(initial_alpha));
}

double Networks::alpha() const { return std::exp(static_cast<double>(log_alpha.weights[0])); }

void Networks::save(StateWriter& writer) const {
  policy.save(writer, "policy");
  critics[0].save(writer, "critic_0");
  critics[1].save(writer, "critic_1");
  writer.array("target_0", targets[0]);
  writer.array("target_1", targets[1]);
  log_alpha.save(writer, "log_alpha");
}

void Networks::load(StateReader& reader) {
  policy.load(reader, "policy");
  critics[0].load(reader, "critic_0");
  critics[1].load(reader, "critic_1");
  const std::vector<int64_t> shape = {critic_shape.parameter_count()};
  reader.array("target_0", shape, targets[0].data());
  reader.array("target_1", shape, targets[1].data());
  log_alpha.load(reader, "log_alpha");
}

void Networks::save_weights(StateWriter& writer) const {
  writer.array("policy", policy.weights);
  writer.array("critic_0", critics[0].weights);
  writer.array("critic_1", critics[1].weights);
  writer.array("target_0", targets[0]);
  writer.array("target_1", targets[1]);
}

void Networks::load_weights(StateReader& reader) {
  const std::vector<int64_t> shape = {critic_shape.parameter_count()};
  reader.array("policy", {policy_shape.parameter_count()}, policy.weights.data());
  reader.array("critic_0", shape, critics[0].weights.data());
  reader.array("critic_1", shape, critics[1].weights.data());
  reader.array("target_0", shape, targets[0].data());
  reader.array("target_1", shape, targets[1].data());
}

}  // namespace weft::sac
