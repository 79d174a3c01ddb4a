/// The parts of an actor-critic agent's networks: what they see, the actions they give, parameters with their
/// optimizer.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dense/dense.h"
#include "weft/core/component.h"
#include "weft/rl/environment.h"

namespace weft::actor_critic {

/// The input of the networks: the observation, or the observation with its first number, an angle, as cosine and sine.
class Features {
 public:
  /// With `angle`, throws SetupError at key `features` when the environment does not wrap the first number at a turn.
  Features(const Wire<rl::Environment>& environment, bool angle);

  int64_t observation_size() const { return observation_size_; }
  int64_t size() const { return observation_size_ + (angle_ ? 1 : 0); }

  /// `observations` [rows, observation_size] -> the first size() numbers of rows of length `stride`.
  void write(int64_t rows, const float* observations, float* out, int64_t stride) const;

  /// The chain rule: `gradient` with respect to features (rows of length `stride`) -> `out` [rows, observation_size].
  void chain(int64_t rows, const float* observations, const float* gradient, int64_t stride, float* out) const;

 private:
  int64_t observation_size_;
  bool angle_;
};

/// The affine map between [-1, 1] and the bounds of an environment.
class ActionBounds {
 public:
  /// Throws SetupError at slot `env` when a bound is not finite or an interval is empty; `agent` is the type in it.
  ActionBounds(const rl::EnvironmentSpec& spec, const char* agent);

  int64_t size() const { return static_cast<int64_t>(center_.size()); }
  /// One row, from the units of the environment and into them; the result of denormalize() lies inside the bounds.
  void normalize(const float* action, float* out) const;
  void denormalize(const float* action, float* out) const;

 private:
  std::vector<float> low_, high_, center_, half_;
};

/// Parameters with their Adam moments.
struct Trained {
  std::vector<float> weights, gradient, first, second;
  int64_t steps = 0;

  void resize(int64_t count);
  /// Orthogonal weights and zero biases, for a network of this shape.
  void initialize(const dense::Mlp& shape, Random& random);
  /// One step of Adam along `gradient`.
  void step(double learning_rate);
  /// As the arrays of a network of this shape.
  void save(StateWriter writer, const dense::Mlp& shape) const;
  void load(StateReader reader, const dense::Mlp& shape);
};

/// Policy, twin critics and the critics' targets.
struct Networks {
  /// From the slot and the parameters of describe_networks(); `agent` is the type in messages. The policy has
  /// `outputs_per_action` outputs for each number of an action.
  Networks(Setup& setup, const char* agent, int64_t outputs_per_action);

  void save(StateWriter& writer) const;
  void load(StateReader& reader);
  /// The weights that determine state values: policy, critics and targets.
  void save_weights(StateWriter& writer) const;
  void load_weights(StateReader& reader);

  Features features;
  ActionBounds bounds;
  dense::Mlp policy_shape;  ///< features -> the action before tanh, then what no deterministic action depends on
  dense::Mlp critic_shape;  ///< [features, action in [-1, 1]] -> one value
  Trained policy;
  std::array<Trained, 2> critics;
  std::array<std::vector<float>, 2> targets;

 private:
  Networks(Setup& setup, const Wire<rl::Environment>& environment, const char* agent, int64_t outputs_per_action);
};

}  // namespace weft::actor_critic
