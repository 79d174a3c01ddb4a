#include "output_scale.h"

#include <algorithm>
#include <cmath>

namespace weft::model_mlp {

// A deviation that is not above both counts as none.
constexpr double relative_floor = 1e-6;  // of the largest target: float32 leaves little but rounding below
constexpr double absolute_floor = 1e-12;

OutputScale::OutputScale(int64_t observation_size, bool normalize, Target target)
    : observation_size_(observation_size),
      normalize_(normalize),
      target_(target),
      mean_(static_cast<std::size_t>(observation_size + 1), 0.0f),
      deviation_(mean_.size(), 1.0f),
      log_variance_shift_(mean_.size(), 0.0f) {}

bool OutputScale::fit(int64_t rows, const float* observation, const float* next_observation, const float* reward,
                      OutputChange& change) {
  if (!normalize_) return false;
  const std::vector<float> old_mean = mean_, old_deviation = deviation_;
  std::vector<double> column(static_cast<std::size_t>(rows));
  for (std::size_t output = 0; output < mean_.size(); ++output) {
    const auto place = static_cast<int64_t>(output);
    for (int64_t row = 0; row < rows; ++row) {
      double& value = column[static_cast<std::size_t>(row)];
      if (place == observation_size_) {
        value = static_cast<double>(reward[row]);
        continue;
      }
      const int64_t index = row * observation_size_ + place;
      // The change in float32, as fits compute it.
      value = static_cast<double>(target_ == Target::change ? next_observation[index] - observation[index]
                                                            : next_observation[index]);
    }
    double sum = 0.0, squares = 0.0, largest = 0.0;
    for (const double value : column) sum += value;
    const double mean = sum / static_cast<double>(rows);
    for (const double value : column) {
      squares += (value - mean) * (value - mean);
      largest = std::max(largest, std::fabs(value));
    }
    const double deviation = std::sqrt(squares / static_cast<double>(rows));
    mean_[output] = static_cast<float>(mean);
    deviation_[output] =
        deviation <= std::max(absolute_floor, relative_floor * largest) ? 1.0f : static_cast<float>(deviation);
  }
  update_shifts();
  if (!fitted_) {
    fitted_ = true;
    return false;
  }
  change = {};
  for (std::size_t output = 0; output < mean_.size(); ++output) {
    change.factor.push_back(old_deviation[output] / deviation_[output]);
    change.shift.push_back((old_mean[output] - mean_[output]) / deviation_[output]);
    change.log_variance_shift.push_back(2.0f * std::log(old_deviation[output] / deviation_[output]));
  }
  return true;
}

void OutputScale::update_shifts() {
  std::transform(deviation_.begin(), deviation_.end(), log_variance_shift_.begin(),
                 [](float deviation) { return 2.0f * std::log(deviation); });
}

void OutputScale::apply(int64_t rows, const float* observation, float* mean, float* log_variance) const {
  const auto width = static_cast<int64_t>(mean_.size());
  if (normalize_) {
    const float *const center = mean_.data(), *const deviation = deviation_.data(),
                       *const shift = log_variance_shift_.data();
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t output = 0; output < width; ++output)
        mean[row * width + output] = center[output] + deviation[output] * mean[row * width + output];
    if (log_variance)
      for (int64_t row = 0; row < rows; ++row)
        for (int64_t output = 0; output < width; ++output) log_variance[row * width + output] += shift[output];
  }
  if (target_ == Target::next_observation)
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t column = 0; column < observation_size_; ++column)
        mean[row * width + column] -= observation[row * observation_size_ + column];
}

void OutputScale::backward(int64_t rows, float* mean) const {
  if (!normalize_) return;
  const auto width = static_cast<int64_t>(mean_.size());
  const float* const deviation = deviation_.data();
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t output = 0; output < width; ++output) mean[row * width + output] *= deviation[output];
}

void OutputScale::add_direct_gradient(int64_t rows, const float* mean, float* observation) const {
  if (target_ == Target::change) return;
  const auto width = static_cast<int64_t>(mean_.size());
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < observation_size_; ++column)
      observation[row * observation_size_ + column] -= mean[row * width + column];
}

void OutputScale::save(StateWriter& writer) const {
  writer.number("output_fitted", static_cast<uint8_t>(fitted_));
  writer.array("output_mean", mean_);
  writer.array("output_deviation", deviation_);
}

void OutputScale::load(StateReader& reader) {
  fitted_ = reader.number<uint8_t>("output_fitted") != 0;
  const std::vector<int64_t> shape{static_cast<int64_t>(mean_.size())};
  reader.array("output_mean", shape, mean_.data());
  reader.array("output_deviation", shape, deviation_.data());
  update_shifts();
}

}  // namespace weft::model_mlp
