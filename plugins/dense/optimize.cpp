#include <Eigen/QR>
#include <cmath>

#include "dense/dense.h"
#include "dense/flush_denormals.h"
#include "elementwise.h"

namespace weft::dense {

void adam(const AdamStep& settings, int64_t count, float* parameters, const float* gradient, float* first,
          float* second) {
  const auto step = static_cast<double>(settings.step);
  const double correction1 = 1.0 - std::pow(settings.beta1, step);
  const double correction2 = 1.0 - std::pow(settings.beta2, step);
  const elementwise::AdamFactors factors{static_cast<float>(settings.learning_rate / correction1),
                                         static_cast<float>(1.0 / std::sqrt(correction2)),
                                         static_cast<float>(settings.weight_decay),
                                         static_cast<float>(settings.beta1),
                                         static_cast<float>(settings.beta2),
                                         static_cast<float>(settings.epsilon)};
  const FlushDenormals flush;
  elementwise::adam(factors, count, parameters, gradient, first, second);
}

void soft_update(double tau, int64_t count, float* target, const float* source) {
  elementwise::soft_update(static_cast<float>(tau), count, target, source);
}

void add(int64_t count, const float* values, float* sum) { elementwise::add(count, values, sum); }

void exp(int64_t count, const float* in, float* out) { elementwise::exp(count, in, out); }

void truncated_normal(Random& random, double deviation, int64_t count, float* out) {
  for (int64_t index = 0; index < count; ++index) {
    double value = random.normal();
    while (std::fabs(value) > 2.0) value = random.normal();
    out[index] = static_cast<float>(deviation * value);
  }
}

void orthogonal(Random& random, double gain, int64_t rows, int64_t columns, float* weights) {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const bool tall = rows >= columns;
  const int64_t longer = tall ? rows : columns, shorter = tall ? columns : rows;
  Matrix normals(longer, shorter);
  random.normal(normals.data(), normals.size());
  const Eigen::HouseholderQR<Matrix> decomposition(normals);
  Matrix basis = decomposition.householderQ() * Matrix::Identity(longer, shorter);
  // The signs of R's diagonal make the decomposition unique and the basis uniformly distributed (Mezzadri, 2007).
  for (int64_t column = 0; column < shorter; ++column)
    if (decomposition.matrixQR()(column, column) < 0.0f) basis.col(column) *= -1.0f;
  Eigen::Map<Matrix> out(weights, rows, columns);
  const auto factor = static_cast<float>(gain);
  if (tall) {
    out = factor * basis;
  } else {
    out = factor * basis.transpose();
  }
}

}  // namespace weft::dense
