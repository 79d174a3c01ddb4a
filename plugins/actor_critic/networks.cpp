#include "actor_critic/networks.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "weft/core/error.h"

namespace weft::actor_critic {
namespace {

/// Whether the environment treats the first number of an observation as an angle: wrap() gives the same for it and for
/// a whole turn more.
bool begins_with_angle(const Wire<rl::Environment>& environment, int64_t observation_size) {
  if (observation_size < 1) return false;
  constexpr double angle = 0.5, turn = 6.283185307179586;  // rad
  const auto width = static_cast<std::size_t>(observation_size);
  std::vector<double> rows(2 * width);
  rows[0] = angle;
  rows[width] = angle + turn;
  environment->wrap(rows);
  return std::abs(rows[0] - rows[width]) < 1e-6;
}

/// The float nearest to `value` that lies inside [low, high].
float inside(double value, double low, double high) {
  auto result = static_cast<float>(value);
  constexpr float infinity = std::numeric_limits<float>::infinity();
  if (static_cast<double>(result) > high) result = std::nextafter(result, -infinity);
  if (static_cast<double>(result) < low) result = std::nextafter(result, infinity);
  return result;
}

/// A network with ReLU between these layers.
dense::Mlp network(int64_t inputs, const std::vector<int64_t>& hidden, int64_t outputs) {
  std::vector<int64_t> sizes = {inputs};
  sizes.insert(sizes.end(), hidden.begin(), hidden.end());
  sizes.push_back(outputs);
  return {sizes, dense::Activation::relu};
}

}  // namespace

Features::Features(const Wire<rl::Environment>& environment, bool angle)
    : observation_size_(environment->spec().observation_size), angle_(angle) {
  if (angle && !begins_with_angle(environment, observation_size_))
    throw SetupError("features",
                     "\"angle\" needs observations whose first number is an angle, but the environment in slot 'env' "
                     "does not wrap it at a whole turn; use features = \"none\", or wire an environment whose "
                     "observations begin with an angle, such as env.pendulum with observe = \"angle\"");
}

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

ActionBounds::ActionBounds(const rl::EnvironmentSpec& spec, const char* agent) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(spec.action_size); ++i) {
    const double low = spec.action_low[i], high = spec.action_high[i];
    if (!std::isfinite(low) || !std::isfinite(high) || !(low < high))
      throw SetupError("env", fmt::format("action {} has the bounds [{}, {}]; {} needs finite bounds with low < high",
                                          i, low, high, agent));
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

void Trained::initialize(const dense::Mlp& shape, Random& random) {
  resize(shape.parameter_count());
  for (int64_t layer = 0; layer < shape.layers(); ++layer)
    dense::orthogonal(random, 1.0, shape.layer_inputs(layer), shape.layer_outputs(layer),
                      weights.data() + shape.weight_offset(layer));
}

void Trained::step(double learning_rate) {
  dense::AdamStep settings;
  settings.learning_rate = learning_rate;
  settings.step = ++steps;
  dense::adam(settings, static_cast<int64_t>(weights.size()), weights.data(), gradient.data(), first.data(),
              second.data());
}

void Trained::save(StateWriter writer, const dense::Mlp& shape) const {
  shape.save(writer, weights.data());
  shape.save(writer.scope("first_moment"), first.data());
  shape.save(writer.scope("second_moment"), second.data());
  writer.number("steps", steps);
}

void Trained::load(StateReader reader, const dense::Mlp& shape) {
  shape.load(reader, weights.data());
  shape.load(reader.scope("first_moment"), first.data());
  shape.load(reader.scope("second_moment"), second.data());
  steps = reader.number<int64_t>("steps");
}

Networks::Networks(Setup& setup, const char* agent, int64_t outputs_per_action)
    : Networks(setup, setup.service<rl::Environment>("env"), agent, outputs_per_action) {}

Networks::Networks(Setup& setup, const Wire<rl::Environment>& environment, const char* agent,
                   int64_t outputs_per_action)
    : features(environment, setup.text("features") == "angle"),
      bounds(environment->spec(), agent),
      policy_shape(network(features.size(), setup.integers("hidden"), outputs_per_action * bounds.size())),
      critic_shape(network(features.size() + bounds.size(), setup.integers("hidden"), 1)) {
  Random random(setup.context().seed("weights"));
  policy.initialize(policy_shape, random);
  for (std::size_t i = 0; i < 2; ++i) {
    critics[i].initialize(critic_shape, random);
    targets[i] = critics[i].weights;
  }
}

void Networks::save(StateWriter& writer) const {
  policy.save(writer.scope("policy"), policy_shape);
  critics[0].save(writer.scope("critic_0"), critic_shape);
  critics[1].save(writer.scope("critic_1"), critic_shape);
  critic_shape.save(writer.scope("target_0"), targets[0].data());
  critic_shape.save(writer.scope("target_1"), targets[1].data());
}

void Networks::load(StateReader& reader) {
  policy.load(reader.scope("policy"), policy_shape);
  critics[0].load(reader.scope("critic_0"), critic_shape);
  critics[1].load(reader.scope("critic_1"), critic_shape);
  critic_shape.load(reader.scope("target_0"), targets[0].data());
  critic_shape.load(reader.scope("target_1"), targets[1].data());
}

void Networks::save_weights(StateWriter& writer) const {
  policy_shape.save(writer.scope("policy"), policy.weights.data());
  critic_shape.save(writer.scope("critic_0"), critics[0].weights.data());
  critic_shape.save(writer.scope("critic_1"), critics[1].weights.data());
  critic_shape.save(writer.scope("target_0"), targets[0].data());
  critic_shape.save(writer.scope("target_1"), targets[1].data());
}

void Networks::load_weights(StateReader& reader) {
  policy_shape.load(reader.scope("policy"), policy.weights.data());
  critic_shape.load(reader.scope("critic_0"), critics[0].weights.data());
  critic_shape.load(reader.scope("critic_1"), critics[1].weights.data());
  critic_shape.load(reader.scope("target_0"), targets[0].data());
  critic_shape.load(reader.scope("target_1"), targets[1].data());
}

}  // namespace weft::actor_critic
