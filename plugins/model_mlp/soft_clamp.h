/// Bounds for log-variances.
#pragma once

#include <cstdint>

namespace weft::model_mlp {

/// Bends `values` smoothly into (low, high): v = high - softplus(high - v), then low + softplus(v - low) (Chua
/// et al., NeurIPS 2018, appendix A.1). Writes the derivative of both steps together to `derivative`, unless null.
void soft_clamp(int64_t count, float low, float high, float* values, float* derivative);

}  // namespace weft::model_mlp
