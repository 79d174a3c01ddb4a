/// The element-wise loops behind dense.h, one function per fused pass. Compiled for several instruction sets; the
/// widest one of the machine is selected when the library is loaded.
#pragma once

#include <cstdint>

// Sanitizers instrument the code that selects a version, which runs before they are initialized; clang does not accept
// such a list.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define WEFT_DENSE_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define WEFT_DENSE_CLONES
#endif

namespace weft::dense::elementwise {

// Forward: `values` [rows, width] holds products; adds `bias` [width] and applies the activation.
// silu_with_derivative() writes the activations to `out` and leaves their derivatives in `values`.
void add_bias(int64_t rows, int64_t width, const float* bias, float* values);
void relu(int64_t rows, int64_t width, const float* bias, float* values);
void tanh(int64_t rows, int64_t width, const float* bias, float* values);
void silu(int64_t rows, int64_t width, const float* bias, float* values);
void silu_with_derivative(int64_t rows, int64_t width, const float* bias, float* values, float* out);

// Backward: turns `gradient` [rows, width] with respect to activations into that with respect to products.
void relu_backward(int64_t count, const float* activation, float* gradient);
void tanh_backward(int64_t count, const float* activation, float* gradient);
void silu_backward(int64_t count, const float* derivative, float* gradient);

/// sum += values.
void add(int64_t count, const float* values, float* sum);

/// sums [width] (+)= the columns of `values` [rows, width].
void column_sums(int64_t rows, int64_t width, const float* values, bool add, float* sums);

/// `rate`: the learning rate over the first bias correction; `root`: one over the root of the second.
struct AdamFactors {
  float rate, root, decay, beta1, beta2, epsilon;
};
void adam(AdamFactors factors, int64_t count, float* parameters, const float* gradient, float* first, float* second);
void soft_update(float tau, int64_t count, float* target, const float* source);
void exp(int64_t count, const float* in, float* out);

}  // namespace weft::dense::elementwise
