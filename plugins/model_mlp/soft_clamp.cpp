#include "soft_clamp.h"

#include <algorithm>
#include <cmath>

#include "dense/dense.h"

namespace weft::model_mlp {
namespace {

constexpr int64_t chunk = 256;

/// log(1 + u) for u in [0, 1], as 2 artanh(u / (2 + u)). The argument is at most a third, so eight terms of the series
/// reach float precision.
inline float log_one_plus(float u) {
  const float z = u / (2.0f + u);
  const float square = z * z;
  float series = 1.0f / 15.0f;
  series = series * square + 1.0f / 13.0f;
  series = series * square + 1.0f / 11.0f;
  series = series * square + 1.0f / 9.0f;
  series = series * square + 1.0f / 7.0f;
  series = series * square + 1.0f / 5.0f;
  series = series * square + 1.0f / 3.0f;
  series = series * square + 1.0f;
  return 2.0f * z * series;
}

/// Replaces each x in `distance`, at most `chunk` numbers, with log(1 + e^-|x|) = softplus(x) - max(x, 0), and writes
/// the derivative of softplus.
void softplus_parts(int64_t count, float* distance, float* derivative) {
  for (int64_t index = 0; index < count; ++index) derivative[index] = -std::fabs(distance[index]);
  dense::exp(count, derivative, derivative);
  for (int64_t index = 0; index < count; ++index) {
    const float u = derivative[index];
    derivative[index] = (distance[index] > 0.0f ? 1.0f : u) / (1.0f + u);
    distance[index] = log_one_plus(u);
  }
}

}  // namespace

void soft_clamp(int64_t count, float low, float high, float* values, float* derivative) {
  float excess[chunk], upper[chunk], lower[chunk];
  for (int64_t begin = 0; begin < count; begin += chunk) {
    const int64_t size = std::min(chunk, count - begin);
    float* const part = values + begin;
    for (int64_t index = 0; index < size; ++index) excess[index] = high - part[index];
    softplus_parts(size, excess, upper);
    for (int64_t index = 0; index < size; ++index) part[index] = std::min(part[index], high) - excess[index];
    for (int64_t index = 0; index < size; ++index) excess[index] = part[index] - low;
    softplus_parts(size, excess, lower);
    for (int64_t index = 0; index < size; ++index) part[index] = std::max(part[index], low) + excess[index];
    if (!derivative) continue;
    for (int64_t index = 0; index < size; ++index) derivative[begin + index] = upper[index] * lower[index];
  }
}

}  // namespace weft::model_mlp
