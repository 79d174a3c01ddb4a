#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>
#include <unordered_map>
#include <utility>

#include "dense/dense.h"
#include "elementwise.h"
#include "matmul.h"
#include "weft/core/error.h"

namespace weft::dense {
namespace {

constexpr int64_t floats_per_line = 16;  // a cache line of 64 bytes

int64_t rounded(int64_t count) { return (count + floats_per_line - 1) / floats_per_line * floats_per_line; }

[[noreturn]] void throw_failed(int64_t m, int64_t n, int64_t k, dnnl_status_t status) {
  throw Error(
      fmt::format("oneDNN's matrix product of {} x {} by {} failed with status {}", m, k, n, static_cast<int>(status)));
}

/// out [m, n] = a [m, k] times b [k, n], row-major; 'T': the operand is stored transposed.
void multiply(char transpose_a, char transpose_b, int64_t m, int64_t n, int64_t k, const float* a, const float* b,
              float* out) {
  const int64_t row_a = transpose_a == 'N' ? k : m;
  const int64_t row_b = transpose_b == 'N' ? n : k;
  const dnnl_status_t status = dnnl_sgemm(transpose_a, transpose_b, m, n, k, 1.0f, a, row_a, b, row_b, 0.0f, out, n);
  if (status != dnnl_success) throw_failed(m, n, k, status);
}

}  // namespace

/// out [m, n] = a [m, k] times the transpose of b [n, k], row-major: oneDNN's matmul primitive for these sizes, with
/// all that a call needs. (For sizes that recur, oneDNN keeps the code of the last thousand primitives.)
class Workspace::TransposedProduct {
 public:
  TransposedProduct(int64_t m, int64_t n, int64_t k) : m_(m), n_(n), k_(k) {
    try {
      using dnnl::memory;
      static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
      const auto type = memory::data_type::f32;
      const memory::desc a({m, k}, type, memory::dims{k, 1}), b({k, n}, type, memory::dims{1, k}),
          out({m, n}, type, memory::dims{n, 1});
      product_ = make_matmul(a, b, out, cpu);
      stream_ = dnnl::stream(cpu);
      operands_ = {{DNNL_ARG_SRC, memory(a, cpu, nullptr)},
                   {DNNL_ARG_WEIGHTS, memory(b, cpu, nullptr)},
                   {DNNL_ARG_DST, memory(out, cpu, nullptr)}};
    } catch (const dnnl::error& error) {
      throw_failed(m, n, k, error.status);
    }
  }

  bool is_for(int64_t m, int64_t n, int64_t k) const { return m == m_ && n == n_ && k == k_; }

  void operator()(const float* a, const float* b, float* out) {
    try {
      operands_.at(DNNL_ARG_SRC).set_data_handle(const_cast<float*>(a));
      operands_.at(DNNL_ARG_WEIGHTS).set_data_handle(const_cast<float*>(b));
      operands_.at(DNNL_ARG_DST).set_data_handle(out);
      product_.execute(stream_, operands_);
    } catch (const dnnl::error& error) {
      throw_failed(m_, n_, k_, error.status);
    }
  }

 private:
  int64_t m_, n_, k_;
  dnnl::matmul product_;
  dnnl::stream stream_;
  std::unordered_map<int, dnnl::memory> operands_;
};

/// out [m, n] = a [m, k] times the transpose of b [n, k], of `layer`, with the faster of the two implementations.
void Workspace::multiply_by_transposed(int64_t layer, int64_t m, int64_t n, int64_t k, const float* a, const float* b,
                                       float* out) {
  if (m < 16 || n < 2) return multiply('N', 'T', m, n, k, a, b, out);
  if (static_cast<int64_t>(products_.size()) <= layer) products_.resize(static_cast<std::size_t>(layer) + 1);
  std::unique_ptr<TransposedProduct>& product = products_[static_cast<std::size_t>(layer)];
  if (!product || !product->is_for(m, n, k)) product = std::make_unique<TransposedProduct>(m, n, k);
  (*product)(a, b, out);
}

Workspace::Workspace() = default;
Workspace::~Workspace() { std::free(data_); }
Workspace::Workspace(Workspace&& other) noexcept { *this = std::move(other); }
Workspace& Workspace::operator=(Workspace&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(capacity_, other.capacity_);
  std::swap(input_, other.input_);
  std::swap(batch_, other.batch_);
  std::swap(products_, other.products_);
  return *this;
}

float* Workspace::reserve(int64_t count) {
  if (count > capacity_) {
    std::free(data_);
    capacity_ = 0;
    data_ = static_cast<float*>(std::aligned_alloc(64, sizeof(float) * static_cast<std::size_t>(rounded(count))));
    if (!data_) throw std::bad_alloc();
    capacity_ = count;
  }
  return data_;
}

Mlp::Mlp(std::vector<int64_t> sizes, Activation activation) : sizes_(std::move(sizes)), activation_(activation) {
  if (sizes_.size() < 2) throw Error("a network needs at least the sizes of its input and its output");
  for (const int64_t size : sizes_)
    if (size < 1) throw Error(fmt::format("a layer has {} units; at least 1 was expected", size));
  offsets_.push_back(0);
  for (int64_t layer = 0; layer < layers(); ++layer)
    offsets_.push_back(offsets_.back() + (layer_inputs(layer) + 1) * layer_outputs(layer));
  for (int64_t layer = 0; layer + 1 < layers(); ++layer) {
    hidden_sum_ += layer_outputs(layer);
    widest_ = std::max(widest_, layer_outputs(layer));
  }
}

void Mlp::save(StateWriter writer, const float* parameters) const {
  for (int64_t layer = 0; layer < layers(); ++layer) {
    StateWriter scope = writer.scope(fmt::format("layer_{}", layer));
    scope.array("weights", {layer_inputs(layer), layer_outputs(layer)}, parameters + weight_offset(layer));
    scope.array("bias", {layer_outputs(layer)}, parameters + bias_offset(layer));
  }
}

void Mlp::load(StateReader reader, float* parameters) const {
  for (int64_t layer = 0; layer < layers(); ++layer) {
    StateReader scope = reader.scope(fmt::format("layer_{}", layer));
    scope.array("weights", {layer_inputs(layer), layer_outputs(layer)}, parameters + weight_offset(layer));
    scope.array("bias", {layer_outputs(layer)}, parameters + bias_offset(layer));
  }
  if (reader.has(fmt::format("layer_{}.weights", layers())))
    throw Error(fmt::format("the saved network has more than {} layers", layers()));
}

double Mlp::forward_flop() const {
  double products = 0.0;
  for (int64_t layer = 0; layer < layers(); ++layer)
    products += static_cast<double>(layer_inputs(layer) * layer_outputs(layer));
  return 2.0 * products;
}

double Mlp::backward_flop(bool parameters, int64_t input_columns) const {
  const double of_inputs = forward_flop() - 2.0 * static_cast<double>((inputs() - input_columns) * layer_outputs(0));
  return parameters ? of_inputs + forward_flop() : of_inputs;
}

// A workspace holds the activations of every layer and the derivatives of the hidden ones (for SiLU). Each starts on a
// cache line.
float* Mlp::activations(int64_t layer, int64_t batch, float* base) const {
  for (int64_t before = 0; before < layer; ++before) base += rounded(batch * layer_outputs(before));
  return base;
}
float* Mlp::derivatives(int64_t layer, int64_t batch, float* base) const {
  return activations(layer, batch, activations(layers(), batch, base));
}
int64_t Mlp::workspace_size(int64_t batch) const {
  return batch * (2 * hidden_sum_ + outputs()) + 2 * layers() * floats_per_line;
}

const float* Mlp::forward(const float* parameters, const float* input, int64_t batch, Workspace& workspace) const {
  float* const base = workspace.reserve(workspace_size(batch));
  workspace.input_ = input;
  workspace.batch_ = batch;
  for (int64_t layer = 0; layer < layers(); ++layer) {
    const int64_t width = layer_outputs(layer);
    const float* const bias = parameters + bias_offset(layer);
    float* const out = activations(layer, batch, base);
    const bool hidden = layer + 1 < layers();
    const bool silu = hidden && activation_ == Activation::silu;
    float* const product = silu ? derivatives(layer, batch, base) : out;
    multiply('N', 'N', batch, width, layer_inputs(layer), input, parameters + weight_offset(layer), product);
    if (!hidden) {
      elementwise::add_bias(batch, width, bias, product);
    } else if (silu) {
      elementwise::silu_with_derivative(batch, width, bias, product, out);
    } else if (activation_ == Activation::relu) {
      elementwise::relu(batch, width, bias, product);
    } else {
      elementwise::tanh(batch, width, bias, product);
    }
    input = out;
  }
  return input;
}

const float* Mlp::evaluate(const float* parameters, const float* input, int64_t batch, Workspace& workspace) const {
  // Two buffers that alternate: less memory to go through than with one per layer.
  const int64_t buffer_size = rounded(batch * std::max(widest_, outputs()));
  float* const base = workspace.reserve(2 * buffer_size);
  workspace.input_ = nullptr;
  for (int64_t layer = 0; layer < layers(); ++layer) {
    const int64_t width = layer_outputs(layer);
    const float* const bias = parameters + bias_offset(layer);
    float* const out = base + (layer % 2) * buffer_size;
    multiply('N', 'N', batch, width, layer_inputs(layer), input, parameters + weight_offset(layer), out);
    if (layer + 1 == layers()) {
      elementwise::add_bias(batch, width, bias, out);
    } else if (activation_ == Activation::silu) {
      elementwise::silu(batch, width, bias, out);
    } else if (activation_ == Activation::relu) {
      elementwise::relu(batch, width, bias, out);
    } else {
      elementwise::tanh(batch, width, bias, out);
    }
    input = out;
  }
  return input;
}

void Mlp::backward(const float* parameters, const float* output_gradient, Workspace& workspace,
                   const Gradients& gradients) const {
  if (!workspace.input_) throw Error("backward() needs a forward() of the same workspace before it");
  const int64_t batch = workspace.batch_;
  float* const base = workspace.data_;
  // Owned by the thread, not by the workspace, so that they stay in the core's cache from one network to the next.
  thread_local Workspace delta_memory, product_memory;
  const int64_t buffer_size = rounded(batch * widest_);
  float* const deltas = delta_memory.reserve(2 * buffer_size);
  const float* delta = output_gradient;  // with respect to the products of `layer`
  for (int64_t layer = layers() - 1; layer >= 0; --layer) {
    const int64_t in = layer_inputs(layer), out = layer_outputs(layer);
    const float* const below = layer > 0 ? activations(layer - 1, batch, base) : workspace.input_;
    if (gradients.parameters) {
      float* const weights = gradients.parameters + weight_offset(layer);
      // The product does not add: oneDNN might then sum in another order.
      float* const product = gradients.add ? product_memory.reserve(in * out) : weights;
      multiply('T', 'N', in, out, batch, below, delta, product);
      if (gradients.add) elementwise::add(in * out, product, weights);
      elementwise::column_sums(batch, out, delta, gradients.add, gradients.parameters + bias_offset(layer));
    }
    if (layer == 0) break;
    float* const next = deltas + (layer % 2) * buffer_size;
    workspace.multiply_by_transposed(layer, batch, in, out, delta, parameters + weight_offset(layer), next);
    if (activation_ == Activation::silu) {
      elementwise::silu_backward(batch * in, derivatives(layer - 1, batch, base), next);
    } else if (activation_ == Activation::relu) {
      elementwise::relu_backward(batch * in, below, next);
    } else {
      elementwise::tanh_backward(batch * in, below, next);
    }
    delta = next;
  }
  if (!gradients.input) return;
  const int64_t columns = inputs() - gradients.input_first;
  workspace.multiply_by_transposed(0, batch, columns, layer_outputs(0), delta,
                                   parameters + gradients.input_first * layer_outputs(0), gradients.input);
}

}  // namespace weft::dense
