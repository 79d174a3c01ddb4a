#include "elementwise.h"

#include <cmath>
#include <cstring>

// Jump threading turns a clamped argument into a jump to the result for the bound, which in vector code becomes a
// selection after every later operation. Without it, SiLU takes two thirds of the time (GCC 12).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-thread-jumps")
#endif

namespace weft::dense::elementwise {
namespace {

#define WEFT_INLINE inline __attribute__((always_inline))

WEFT_INLINE float bits_to_float(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
WEFT_INLINE uint32_t float_to_bits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

// e^x = 2^n e^r with |r| <= ln(2) / 2: the quotient is rounded by adding 1.5 * 2^23, whose low mantissa bits
// then hold n; ln 2 is subtracted in two parts; e^r is its series to the sixth power.
WEFT_INLINE float exp_of(float x) {
  constexpr float shift = 12582912.0f;
  x = x > 88.3f ? 88.3f : x;
  x = x < -87.3f ? -87.3f : x;
  const float shifted = x * 1.44269504f + shift;
  const float n = shifted - shift;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float series = 1.98756915e-4f;
  series = series * r + 1.39819995e-3f;
  series = series * r + 8.33345192e-3f;
  series = series * r + 4.16657962e-2f;
  series = series * r + 1.66666655e-1f;
  series = series * r + 5.00000000e-1f;
  series = series * (r * r) + r + 1.0f;
  return series * bits_to_float((float_to_bits(shifted) << 23) + 0x3f800000u);
}

// Near zero, 1 - 2 / (e^2x + 1) cancels; an odd polynomial is used there.
WEFT_INLINE float tanh_of(float x) {
  const float square = x * x;
  float series = -5.70498872745e-3f;
  series = series * square + 2.06390887954e-2f;
  series = series * square - 5.37397155531e-2f;
  series = series * square + 1.33314422036e-1f;
  series = series * square - 3.33332819422e-1f;
  const float near_zero = series * square * x + x;
  const float magnitude = 1.0f - 2.0f / (exp_of(2.0f * std::fabs(x)) + 1.0f);
  return std::fabs(x) < 0.625f ? near_zero : std::copysign(magnitude, x);
}

WEFT_INLINE float sigmoid_of(float x) { return 1.0f / (1.0f + exp_of(-x)); }

}  // namespace

WEFT_DENSE_CLONES void add_bias(int64_t rows, int64_t width, const float* __restrict bias, float* __restrict values) {
  for (int64_t row = 0; row < rows; ++row, values += width)
    for (int64_t unit = 0; unit < width; ++unit) values[unit] += bias[unit];
}

WEFT_DENSE_CLONES void relu(int64_t rows, int64_t width, const float* __restrict bias, float* __restrict values) {
  for (int64_t row = 0; row < rows; ++row, values += width)
    for (int64_t unit = 0; unit < width; ++unit) {
      const float value = values[unit] + bias[unit];
      values[unit] = value < 0.0f ? 0.0f : value;  // propagates NaN
    }
}

WEFT_DENSE_CLONES void tanh(int64_t rows, int64_t width, const float* __restrict bias, float* __restrict values) {
  for (int64_t row = 0; row < rows; ++row, values += width)
    for (int64_t unit = 0; unit < width; ++unit) values[unit] = tanh_of(values[unit] + bias[unit]);
}

WEFT_DENSE_CLONES void silu(int64_t rows, int64_t width, const float* __restrict bias, float* __restrict values) {
  for (int64_t row = 0; row < rows; ++row, values += width)
    for (int64_t unit = 0; unit < width; ++unit) {
      const float value = values[unit] + bias[unit];
      values[unit] = value * sigmoid_of(value);
    }
}

WEFT_DENSE_CLONES void silu_with_derivative(int64_t rows, int64_t width, const float* __restrict bias,
                                            float* __restrict values, float* __restrict out) {
  for (int64_t row = 0; row < rows; ++row, values += width, out += width)
    for (int64_t unit = 0; unit < width; ++unit) {
      const float value = values[unit] + bias[unit];
      const float sigmoid = sigmoid_of(value);
      const float activated = value * sigmoid;
      out[unit] = activated;
      values[unit] = sigmoid + activated * (1.0f - sigmoid);
    }
}

WEFT_DENSE_CLONES void relu_backward(int64_t count, const float* __restrict activation, float* __restrict gradient) {
  for (int64_t index = 0; index < count; ++index) gradient[index] = activation[index] > 0.0f ? gradient[index] : 0.0f;
}

WEFT_DENSE_CLONES void tanh_backward(int64_t count, const float* __restrict activation, float* __restrict gradient) {
  for (int64_t index = 0; index < count; ++index) gradient[index] *= 1.0f - activation[index] * activation[index];
}

WEFT_DENSE_CLONES void silu_backward(int64_t count, const float* __restrict derivative, float* __restrict gradient) {
  for (int64_t index = 0; index < count; ++index) gradient[index] *= derivative[index];
}

WEFT_DENSE_CLONES void add(int64_t count, const float* __restrict values, float* __restrict sum) {
  for (int64_t index = 0; index < count; ++index) sum[index] += values[index];
}

WEFT_DENSE_CLONES void column_sums(int64_t rows, int64_t width, const float* __restrict values, bool add,
                                   float* __restrict sums) {
  constexpr int64_t most = 64;  // columns at a time: their sums stay in registers
  for (int64_t first = 0; first < width; first += most) {
    const int64_t columns = width - first < most ? width - first : most;
    float block[most] = {};
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t unit = 0; unit < columns; ++unit) block[unit] += values[row * width + first + unit];
    for (int64_t unit = 0; unit < columns; ++unit)
      sums[first + unit] = add ? sums[first + unit] + block[unit] : block[unit];
  }
}

WEFT_DENSE_CLONES void adam(AdamFactors f, int64_t count, float* __restrict parameters,
                            const float* __restrict gradient, float* __restrict first, float* __restrict second) {
  for (int64_t index = 0; index < count; ++index) {
    const float decayed = gradient[index] + f.decay * parameters[index];
    first[index] = f.beta1 * first[index] + (1.0f - f.beta1) * decayed;
    second[index] = f.beta2 * second[index] + (1.0f - f.beta2) * decayed * decayed;
    parameters[index] -= f.rate * first[index] / (std::sqrt(second[index]) * f.root + f.epsilon);
  }
}

WEFT_DENSE_CLONES void soft_update(float tau, int64_t count, float* __restrict target, const float* __restrict source) {
  for (int64_t index = 0; index < count; ++index) target[index] = (1.0f - tau) * target[index] + tau * source[index];
}

WEFT_DENSE_CLONES void exp(int64_t count, const float* in, float* out) {
  for (int64_t index = 0; index < count; ++index) out[index] = exp_of(in[index]);
}

}  // namespace weft::dense::elementwise
