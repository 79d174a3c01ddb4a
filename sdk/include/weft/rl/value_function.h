/// Value functions, as model losses ask for them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace weft::rl {

/// The service: state values V(s), in one or more heads (for SAC: critics and target critics), with the
/// weights frozen: no call gives them gradients.
class ValueFunction {
 public:
  static constexpr const char* interface_id = "weft.rl.value_function/1";
  virtual ~ValueFunction() = default;

  virtual int64_t heads() const = 0;
  virtual int64_t observation_size() const = 0;

  /// `observations` `[batch, obs]` float32 -> `[heads, batch]`, differentiable in `observations`.
  virtual at::Tensor values(const at::Tensor& observations) = 0;

  /// dV/ds at `observations` `[batch, obs]` -> `[heads, batch, obs]`, detached; equals the derivative of
  /// values().
  virtual at::Tensor gradients(const at::Tensor& observations) = 0;
};

}  // namespace weft::rl
