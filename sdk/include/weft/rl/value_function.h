/// Value functions, as model losses use them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace weft::rl {

/// The service of a value function: values V(s) of observations, in one or more heads (for SAC: critics and target
/// critics). Its weights are frozen: no call changes them or gives them gradients.
class ValueFunction {
 public:
  static constexpr const char* interface_id = "weft.rl.value_function/1";
  virtual ~ValueFunction() = default;

  /// Number of heads, at least 1.
  virtual int64_t heads() const = 0;
  /// Numbers in one observation (`obs` below).
  virtual int64_t observation_size() const = 0;

  /// The values at `observations` `[batch, obs]`, float32, as `[heads, batch]`, float32; differentiable in
  /// `observations`. Throws Error if `observations` has another shape or element type.
  virtual at::Tensor values(const at::Tensor& observations) = 0;

  /// The gradients dV/ds at `observations` `[batch, obs]`, float32, as `[heads, batch, obs]`, float32, detached. They
  /// equal the derivative of values(). Throws Error if `observations` has another shape or element type.
  virtual at::Tensor gradients(const at::Tensor& observations) = 0;
};

}  // namespace weft::rl
