#include "dense/dense.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "weft/core/error.h"
#include "weft/testing/catch.h"

using namespace weft;
using dense::Activation;

namespace {

std::vector<float> normals(Random& random, int64_t count, double deviation = 1.0) {
  std::vector<float> values(static_cast<std::size_t>(count));
  random.normal(values.data(), count);
  for (float& value : values) value *= static_cast<float>(deviation);
  return values;
}

at::Tensor tensor(const std::vector<float>& values, at::IntArrayRef shape, bool wants_gradient = false) {
  return at::from_blob(const_cast<float*>(values.data()), shape, at::kFloat)
      .to(at::kDouble)
      .clone()
      .requires_grad_(wants_gradient);
}

/// The same network with autograd, in double precision; its parameters are views of one flat tensor.
at::Tensor plain(const dense::Mlp& mlp, Activation activation, const at::Tensor& parameters, at::Tensor x) {
  for (int64_t layer = 0; layer < mlp.layers(); ++layer) {
    const int64_t in = mlp.layer_inputs(layer), out = mlp.layer_outputs(layer);
    const at::Tensor weight = parameters.slice(0, mlp.weight_offset(layer), mlp.bias_offset(layer)).view({in, out});
    const at::Tensor bias = parameters.slice(0, mlp.bias_offset(layer), mlp.bias_offset(layer) + out);
    x = at::matmul(x, weight) + bias;
    if (layer + 1 == mlp.layers()) break;
    x = activation == Activation::relu ? at::relu(x) : activation == Activation::silu ? at::silu(x) : at::tanh(x);
  }
  return x;
}

/// The largest difference, relative to the largest expected number (which is 0 if all ReLUs are off).
double error(const std::vector<float>& found, const at::Tensor& expected) {
  const at::Tensor difference = (tensor(found, expected.sizes()) - expected).abs().max();
  return difference.item<double>() / (expected.abs().max().item<double>() + 1e-30);
}

const auto all_activations = {Activation::relu, Activation::silu, Activation::tanh};

}  // namespace

TEST_CASE("forward and backward equal autograd for every activation, size and batch") {
  const std::vector<std::vector<int64_t>> shapes = {
      {14, 200, 200, 200, 200, 24}, {3, 7, 5, 2}, {4, 1}, {1, 1, 1}, {5, 33, 1}, {2, 3, 9, 4}};
  Random random(1);
  dense::Workspace workspace;  // one for all: sizes grow and shrink
  for (const Activation activation : all_activations)
    for (const auto& sizes : shapes)
      for (const int64_t batch : {1, 7, 256}) {
        const dense::Mlp mlp(sizes, activation);
        CAPTURE(static_cast<int>(activation), sizes, batch);
        auto parameters = normals(random, mlp.parameter_count(), 0.15);
        const auto input = normals(random, batch * mlp.inputs());
        const auto output_gradient = normals(random, batch * mlp.outputs());
        const at::Tensor p = tensor(parameters, {mlp.parameter_count()}, true);
        const at::Tensor x = tensor(input, {batch, mlp.inputs()}, true);
        const at::Tensor y = plain(mlp, activation, p, x);
        y.backward(tensor(output_gradient, y.sizes()));

        const float* out = mlp.forward(parameters.data(), input.data(), batch, workspace);
        const std::vector<float> outputs(out, out + batch * mlp.outputs());
        CHECK(error(outputs, y.detach()) < 1e-5);
        std::vector<float> weights(parameters.size(), 77.0f), inputs(input.size(), 77.0f);
        dense::Gradients wanted;
        wanted.parameters = weights.data();
        wanted.input = inputs.data();
        mlp.backward(parameters.data(), output_gradient.data(), workspace, wanted);
        CHECK(error(inputs, x.grad()) < 1e-5);
        for (int64_t layer = 0; layer < mlp.layers(); ++layer) {
          const auto cut = [&](int64_t from, int64_t to) {
            const std::vector<float> part(weights.begin() + from, weights.begin() + to);
            return error(part, p.grad().slice(0, from, to));
          };
          CHECK(cut(mlp.weight_offset(layer), mlp.bias_offset(layer)) < 1e-5);
          CHECK(cut(mlp.bias_offset(layer), mlp.bias_offset(layer) + mlp.layer_outputs(layer)) < 1e-5);
        }
        // The pass that keeps nothing gives the same bytes, and does not allow backward().
        dense::Workspace other;
        const float* again = mlp.evaluate(parameters.data(), input.data(), batch, other);
        CHECK(std::vector<float>(again, again + batch * mlp.outputs()) == outputs);
        CHECK_THROWS_AS(mlp.backward(parameters.data(), output_gradient.data(), other, wanted), Error);
      }
}

TEST_CASE("adding to gradients gives the same bytes as adding the gradients of separate passes") {
  Random random(2);
  const dense::Mlp mlp({6, 40, 33, 2}, Activation::silu);
  for (const int64_t batch : {5, 128, 900}) {
    CAPTURE(batch);
    const auto parameters = normals(random, mlp.parameter_count(), 0.4);
    const auto input = normals(random, batch * 6);
    const auto first = normals(random, batch * 2), second = normals(random, batch * 2);
    dense::Workspace workspace;
    mlp.forward(parameters.data(), input.data(), batch, workspace);
    const auto gradient = [&](const std::vector<float>& output_gradient, std::vector<float> into, bool add) {
      dense::Gradients wanted;
      wanted.parameters = into.data();
      wanted.add = add;
      mlp.backward(parameters.data(), output_gradient.data(), workspace, wanted);
      return into;
    };
    const std::vector<float> nothing(parameters.size());
    const std::vector<float> one = gradient(first, nothing, false), other = gradient(second, nothing, false);
    std::vector<float> sum(one);
    for (std::size_t index = 0; index < sum.size(); ++index) sum[index] += other[index];
    CHECK(gradient(second, one, true) == sum);
  }
}

TEST_CASE("gradients can be computed without those of the weights, and for the last input columns only") {
  Random random(2);
  const dense::Mlp mlp({6, 9, 8, 2}, Activation::silu);
  const int64_t batch = 5;
  const auto parameters = normals(random, mlp.parameter_count(), 0.4);
  const auto input = normals(random, batch * 6);
  const auto output_gradient = normals(random, batch * 2);
  dense::Workspace workspace;
  mlp.forward(parameters.data(), input.data(), batch, workspace);
  std::vector<float> all(input.size()), some(15);
  dense::Gradients frozen;
  frozen.input = all.data();
  mlp.backward(parameters.data(), output_gradient.data(), workspace, frozen);
  frozen.input = some.data();
  frozen.input_first = 3;
  mlp.backward(parameters.data(), output_gradient.data(), workspace, frozen);
  for (std::size_t row = 0; row < 5; ++row)
    for (std::size_t column = 0; column < 3; ++column)
      CHECK(some[row * 3 + column] == Approx(all[row * 6 + 3 + column]).margin(1e-7));
}

TEST_CASE("activations have full float accuracy and propagate NaN") {
  const std::vector<float> identity = {1.0f, 0.0f, 1.0f, 0.0f};  // weight, bias, weight, bias
  std::vector<float> inputs;
  for (int step = -4000; step <= 4000; ++step) inputs.push_back(static_cast<float>(step) * 0.005f);
  for (const double power : {-20.0, -10.0, -5.0}) inputs.push_back(static_cast<float>(std::pow(2.0, power)));
  dense::Workspace workspace;
  for (const Activation activation : all_activations) {
    const dense::Mlp mlp({1, 1, 1}, activation);
    const float* out = mlp.evaluate(identity.data(), inputs.data(), static_cast<int64_t>(inputs.size()), workspace);
    double worst = 0.0;
    for (std::size_t index = 0; index < inputs.size(); ++index) {
      const double x = static_cast<double>(inputs[index]);
      const double expected = activation == Activation::relu   ? std::max(0.0, x)
                              : activation == Activation::silu ? x / (1.0 + std::exp(-x))
                                                               : std::tanh(x);
      const double scale = std::max(std::fabs(expected), 1e-30);
      worst = std::max(worst, std::fabs(static_cast<double>(out[index]) - expected) / scale);
    }
    CAPTURE(static_cast<int>(activation));
    CHECK(worst < 4e-7);
    const std::vector<float> odd = {std::numeric_limits<float>::quiet_NaN(), 200.0f, -200.0f};
    out = mlp.evaluate(identity.data(), odd.data(), 3, workspace);
    CHECK(std::isnan(out[0]));
    CHECK(out[1] == (activation == Activation::tanh ? 1.0f : 200.0f));
    CHECK(out[2] == Approx(activation == Activation::tanh ? -1.0 : 0.0).margin(1e-30));
  }
}

TEST_CASE("an invalid shape is refused") {
  CHECK_THROWS_WITH(dense::Mlp({3}, Activation::relu), weft::testing::Contains("sizes of its input and its output"));
  CHECK_THROWS_WITH(dense::Mlp({3, 0, 2}, Activation::relu),
                    weft::testing::Contains("a layer has 0 units; at least 1 was expected"));
}

TEST_CASE("adam takes the steps of PyTorch, including weight decay") {
  Random random(3);
  dense::AdamStep settings;
  settings.learning_rate = 3e-3;
  settings.weight_decay = 0.02;
  const int64_t count = 37;
  auto parameters = normals(random, count);
  std::vector<double> expected(parameters.begin(), parameters.end()), first(37), second(37);
  std::vector<float> m(37), v(37);
  for (int64_t step = 1; step <= 20; ++step) {
    const auto gradient = normals(random, count);
    settings.step = step;
    dense::adam(settings, count, parameters.data(), gradient.data(), m.data(), v.data());
    for (std::size_t index = 0; index < 37; ++index) {
      const double decayed = static_cast<double>(gradient[index]) + 0.02 * expected[index];
      first[index] = 0.9 * first[index] + 0.1 * decayed;
      second[index] = 0.999 * second[index] + 0.001 * decayed * decayed;
      const double mean = first[index] / (1.0 - std::pow(0.9, static_cast<double>(step)));
      const double spread = std::sqrt(second[index] / (1.0 - std::pow(0.999, static_cast<double>(step))));
      expected[index] -= 3e-3 * mean / (spread + 1e-8);
      CHECK(parameters[index] == Approx(expected[index]).epsilon(1e-5).margin(1e-6));
    }
  }
}

TEST_CASE("a soft update moves the target by tau") {
  std::vector<float> target = {1.0f, -2.0f};
  const std::vector<float> source = {2.0f, 2.0f};
  dense::soft_update(0.25, 2, target.data(), source.data());
  CHECK(target == std::vector<float>{1.25f, -1.0f});
  dense::soft_update(1.0, 2, target.data(), source.data());
  CHECK(target == source);
}

TEST_CASE("truncated normals lie within two deviations and have the right deviation") {
  Random random(4);
  std::vector<float> values(200000);
  dense::truncated_normal(random, 0.5, 200000, values.data());
  double sum = 0.0, squares = 0.0, largest = 0.0;
  for (const float value : values) {
    sum += value;
    squares += static_cast<double>(value) * value;
    largest = std::max(largest, std::fabs(static_cast<double>(value)));
  }
  CHECK(largest <= 1.0);
  CHECK(largest > 0.99);
  CHECK(sum / 200000 == Approx(0.0).margin(0.005));
  CHECK(std::sqrt(squares / 200000) == Approx(0.5 * 0.87962566).epsilon(0.01));  // of a normal cut at 2
}

TEST_CASE("orthogonal weights have orthonormal columns or rows, times the gain") {
  for (const auto& [rows, columns] : {std::pair{20, 7}, std::pair{7, 20}, std::pair{9, 9}, std::pair{5, 1}}) {
    Random random(5);
    std::vector<float> values(static_cast<std::size_t>(rows * columns));
    dense::orthogonal(random, 1.5, rows, columns, values.data());
    const at::Tensor weight = tensor(values, {rows, columns});
    const at::Tensor product = rows >= columns ? at::matmul(weight.t(), weight) : at::matmul(weight, weight.t());
    const at::Tensor expected = 2.25 * at::eye(std::min(rows, columns), at::kDouble);
    CHECK((product - expected).abs().max().item<double>() < 1e-5);
  }
  // Both signs are equally likely, unlike in a decomposition without the sign rule.
  double sum = 0.0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    Random random(seed);
    float weight[4];
    dense::orthogonal(random, 1.0, 2, 2, weight);
    sum += static_cast<double>(weight[0]);
  }
  CHECK(std::fabs(sum / 400) < 0.15);
}
