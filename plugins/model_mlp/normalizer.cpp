#include "normalizer.h"

#include <algorithm>
#include <cmath>

namespace weft::model_mlp {

// A deviation that is not above both counts as none.
constexpr double relative_floor = 1e-6;  // of the largest number: float32 leaves little but rounding below
constexpr double absolute_floor = 1e-12;

Normalizer::Normalizer(int64_t observation_size, int64_t action_size)
    : observation_size_(observation_size),
      action_size_(action_size),
      mean_(static_cast<std::size_t>(observation_size + action_size), 0.0f),
      scale_(mean_.size(), 1.0f) {}

void Normalizer::fit(int64_t rows, const float* observation, const float* action) {
  fit_columns(rows, observation_size_, observation, 0);
  fit_columns(rows, action_size_, action, observation_size_);
}

void Normalizer::fit_columns(int64_t rows, int64_t columns, const float* values, int64_t first) {
  const auto width = static_cast<std::size_t>(columns);
  std::vector<double> sum(width, 0.0), squares(width, 0.0), largest(width, 0.0);
  for (int64_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < width; ++column) {
      const auto value = static_cast<double>(values[row * columns + static_cast<int64_t>(column)]);
      sum[column] += value;
      largest[column] = std::max(largest[column], std::fabs(value));
    }
  for (double& total : sum) total /= static_cast<double>(rows);
  for (int64_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < width; ++column) {
      const double difference = static_cast<double>(values[row * columns + static_cast<int64_t>(column)]) - sum[column];
      squares[column] += difference * difference;
    }
  for (std::size_t column = 0; column < width; ++column) {
    const double deviation = std::sqrt(squares[column] / static_cast<double>(std::max<int64_t>(rows - 1, 1)));
    const std::size_t place = static_cast<std::size_t>(first) + column;
    mean_[place] = static_cast<float>(sum[column]);
    const double floor = std::max(absolute_floor, relative_floor * largest[column]);
    scale_[place] = deviation <= floor ? 1.0f : static_cast<float>(1.0 / deviation);
  }
}

void Normalizer::apply(int64_t rows, const float* observation, const float* action, float* out) const {
  const float* const mean = mean_.data();
  const float* const scale = scale_.data();
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t column = 0; column < observation_size_; ++column)
      out[column] = (observation[column] - mean[column]) * scale[column];
    out += observation_size_;
    observation += observation_size_;
    for (int64_t column = 0; column < action_size_; ++column)
      out[column] = (action[column] - mean[observation_size_ + column]) * scale[observation_size_ + column];
    out += action_size_;
    action += action_size_;
  }
}

void Normalizer::backward(int64_t rows, const float* gradient, float* observation, float* action) const {
  const float* const scale = scale_.data();
  for (int64_t row = 0; row < rows; ++row) {
    if (observation)
      for (int64_t column = 0; column < observation_size_; ++column) *observation++ = gradient[column] * scale[column];
    if (action)
      for (int64_t column = observation_size_; column < observation_size_ + action_size_; ++column)
        *action++ = gradient[column] * scale[column];
    gradient += observation_size_ + action_size_;
  }
}

void Normalizer::save(StateWriter& writer) const {
  writer.array("input_mean", mean_);
  writer.array("input_scale", scale_);
}

void Normalizer::load(StateReader& reader) {
  const std::vector<int64_t> shape{static_cast<int64_t>(mean_.size())};
  reader.array("input_mean", shape, mean_.data());
  reader.array("input_scale", shape, scale_.data());
}

}  // namespace weft::model_mlp
