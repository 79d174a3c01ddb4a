/// Fast dense networks on a CPU: forward and backward passes of multilayer perceptrons over flat parameter buffers, a
/// fused Adam, and the usual initializations. A static library that plugins may share. Needs no Torch.
///
/// Everything here runs on the calling thread, and results depend only on the arguments. Plugins run several networks
/// (members, critics) in parallel with one Workspace each.
///
/// Matrix products use oneDNN: `dnnl_sgemm`, and for dX, with its transposed weights, the matmul primitive (from 16
/// rows and 2 columns on). Measured against OpenBLAS 0.3.21 (Zen 4, one core, us):
///
///     product            oneDNN  OpenBLAS        product             oneDNN  OpenBLAS
///     256x200 * 200x200     189       199        256x256 * 256x256      296       320
///     its dX                205       202        its dX                 308       325
///     its dW                189       202        its dW                 297       321
///     256x14  * 14x200     15.9      14.1        100x64  * 64x64        8.2       7.1
///     256x200 * 200x24     29.1      30.4        256x1024 * 1024x1024  4898      5394
///
/// and sgemm against matmul, for dX (dW is equally fast with both; forward passes are 2 to 4 % faster with matmul,
/// which does not change the time of the ensemble's whole step):
///
///     product               sgemm  matmul        product               sgemm  matmul
///     256x200 * 200x200       205     186        256x256 * 256x256       307     291
///     256x24  * 24x200       26.8    24.5        256x256 * 256x14       27.5    18.7
///     256x64  * 64x64        21.9    19.0        256x1024 * 1024x1024   5338    4743
///     8x200   * 200x200       6.6     9.6        256x200 * 200x1         2.3    14.4
///
/// oneDNN is 3 to 9 % faster for the products that take most of the time, has no thread pool besides OpenMP's (it runs
/// serially inside a parallel region), comes with LibTorch, and does not depend on the system's BLAS.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "weft/core/random.h"
#include "weft/core/state.h"

namespace weft::dense {

enum class Activation { relu, silu, tanh };

/// Memory for the pass of one network over one batch. It grows to the largest batch and is reused from call to call.
/// Any Mlp may use it, one at a time.
class Workspace {
 public:
  Workspace();
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  Workspace(Workspace&& other) noexcept;
  Workspace& operator=(Workspace&& other) noexcept;

 private:
  friend class Mlp;
  class TransposedProduct;
  float* reserve(int64_t count);
  void multiply_by_transposed(int64_t layer, int64_t m, int64_t n, int64_t k, const float* a, const float* b,
                              float* out);

  float* data_ = nullptr;
  int64_t capacity_ = 0;
  const float* input_ = nullptr;                              // of the last forward()
  int64_t batch_ = 0;                                         // of the last forward()
  std::vector<std::unique_ptr<TransposedProduct>> products_;  // of the last backward(), one per layer
};

/// What backward() writes.
struct Gradients {
  float* parameters = nullptr;  ///< [parameter_count]; null: not computed, for frozen weights
  bool add = false;             ///< add to `parameters` instead of overwriting them
  float* input = nullptr;       ///< [batch, inputs - input_first], overwritten; null: not computed
  int64_t input_first = 0;      ///< first input column whose gradient is computed; all later ones are, too
};

/// The shape of a multilayer perceptron: linear layers with the activation between them, none after the last.
/// Parameters are a flat buffer: for each layer the weights `[in, out]`, row-major, then the bias `[out]`.
class Mlp {
 public:
  /// `sizes`: input, hidden layers, output; at least two numbers, each at least 1. Throws Error otherwise.
  Mlp(std::vector<int64_t> sizes, Activation activation);

  int64_t inputs() const { return sizes_.front(); }
  int64_t outputs() const { return sizes_.back(); }
  int64_t layers() const { return static_cast<int64_t>(sizes_.size()) - 1; }
  int64_t parameter_count() const { return offsets_.back(); }
  int64_t layer_inputs(int64_t layer) const { return sizes_[static_cast<std::size_t>(layer)]; }
  int64_t layer_outputs(int64_t layer) const { return sizes_[static_cast<std::size_t>(layer) + 1]; }
  /// Where the weights `[in, out]` of a layer begin in the flat buffer, and where its bias does.
  int64_t weight_offset(int64_t layer) const { return offsets_[static_cast<std::size_t>(layer)]; }
  int64_t bias_offset(int64_t layer) const { return weight_offset(layer) + layer_inputs(layer) * layer_outputs(layer); }

  /// Writes and reads `parameters` as named arrays, for each layer, counted from 0: `layer_<i>.weights` `[in, out]` and
  /// `layer_<i>.bias` `[out]`, so that a layer is `x @ weights + bias` in NumPy. load() throws Error when an array is
  /// missing or has another shape, or when there are more layers.
  void save(StateWriter writer, const float* parameters) const;
  void load(StateReader reader, float* parameters) const;

  /// FLOP of the matrix products per row, two per multiply-add: of a forward pass, and of a backward() for the
  /// gradients of so many inputs and, if `parameters`, of the parameters.
  double forward_flop() const;
  double backward_flop(bool parameters, int64_t input_columns) const;

  /// `input` `[batch, inputs]` -> `[batch, outputs]` in the workspace, valid until its next use. Keeps what backward()
  /// needs; `input` must not change until then.
  const float* forward(const float* parameters, const float* input, int64_t batch, Workspace& workspace) const;

  /// The same numbers, but keeps nothing for backward().
  const float* evaluate(const float* parameters, const float* input, int64_t batch, Workspace& workspace) const;

  /// Backpropagates `output_gradient` `[batch, outputs]` through the last forward() of this workspace, which had the
  /// same parameters. May be called more than once after one forward(). Throws Error without a forward().
  void backward(const float* parameters, const float* output_gradient, Workspace& workspace,
                const Gradients& gradients) const;

 private:
  float* activations(int64_t layer, int64_t batch, float* base) const;
  float* derivatives(int64_t layer, int64_t batch, float* base) const;
  int64_t workspace_size(int64_t batch) const;

  std::vector<int64_t> sizes_;
  std::vector<int64_t> offsets_;  // of each layer, then the end
  Activation activation_;
  int64_t hidden_sum_ = 0;  // units of all hidden layers
  int64_t widest_ = 0;      // of all hidden layers
};

/// One step of Adam (Kingma and Ba, 2015) as in PyTorch: weight decay is added to the gradient, both moments are
/// corrected for bias, and epsilon is added outside the square root.
struct AdamStep {
  double learning_rate = 1e-3;
  double weight_decay = 0.0;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  int64_t step = 1;  ///< the number of this step, counted from 1
};

/// Applies the step to `count` parameters; `first` and `second` are their moments, zeros before step 1.
void adam(const AdamStep& settings, int64_t count, float* parameters, const float* gradient, float* first,
          float* second);

/// target = (1 - tau) target + tau source.
void soft_update(double tau, int64_t count, float* target, const float* source);

/// sum += values.
void add(int64_t count, const float* values, float* sum);

/// out = e^in, accurate to the last bit or two; `out` may be `in`. Arguments are clamped to the range in which the
/// result is a finite normal number.
void exp(int64_t count, const float* in, float* out);

/// Normal numbers with mean zero and this standard deviation; numbers beyond two deviations are drawn again.
void truncated_normal(Random& random, double deviation, int64_t count, float* out);

/// Fills `weights` `[rows, columns]` with orthonormal columns (rows, if there are fewer rows), uniformly distributed,
/// times `gain` (Saxe, McClelland and Ganguli, 2014).
void orthogonal(Random& random, double gain, int64_t rows, int64_t columns, float* weights);

}  // namespace weft::dense
