#include "actor_critic/checks.h"

#include <fmt/core.h>

#include <cmath>

#include "weft/core/error.h"

namespace weft::actor_critic {
namespace {

/// Describes the first number of a batch that is not finite; empty if all numbers are finite.
std::string first_not_finite(const rl::TransitionBatch& batch) {
  const auto find = [&](const char* name, const float* values, int64_t columns) -> std::string {
    for (int64_t index = 0; index < batch.size * columns; ++index)
      if (!std::isfinite(values[index]))
        return fmt::format("{} of row {} of the batch is {}", name, index / columns, values[index]);
    return "";
  };
  std::string found = find("the observation", batch.observation, batch.observation_size);
  if (found.empty()) found = find("the action", batch.action, batch.action_size);
  if (found.empty()) found = find("the next observation", batch.next_observation, batch.observation_size);
  if (found.empty()) found = find("the reward", batch.reward, 1);
  return found;
}

}  // namespace

void require_batch(const rl::TransitionBatch& batch, int64_t observation_size, int64_t action_size) {
  if (batch.size < 1 || batch.observation_size != observation_size || batch.action_size != action_size)
    throw Error(
        fmt::format("update() was called with {} rows of observation size {} and action size {}; at least 1 row of "
                    "{} and {} was expected",
                    batch.size, batch.observation_size, batch.action_size, observation_size, action_size));
}

void require_finite_loss(const char* name, double loss, int64_t update, const rl::TransitionBatch& batch) {
  if (std::isfinite(loss)) return;
  std::string cause = first_not_finite(batch);
  if (cause.empty())
    cause = "the batch is finite, so the networks have diverged: lower the learning rates or reward_scale";
  throw Error(
      fmt::format("the {} loss is {} in update {}; a finite number was expected; {}", name, loss, update, cause));
}

double mean(const std::vector<float>& values) {
  double sum = 0.0;
  for (const float value : values) sum += static_cast<double>(value);
  return sum / static_cast<double>(values.size());
}

std::optional<Range> ValueRange::check(const rl::TransitionBatch& batch, double bonus, double value) {
  for (int64_t row = 0; row < batch.size; ++row)
    rewards_.include(reward_scale_ * static_cast<double>(batch.reward[row]));
  bonuses_.include(bonus);
  if (left_ || gamma_ >= 1.0) return std::nullopt;
  Range values;
  for (const double steps : {1.0, 1.0 / (1.0 - gamma_)}) {
    values.include(steps * rewards_.low + (steps - 1.0) * bonuses_.low);
    values.include(steps * rewards_.high + (steps - 1.0) * bonuses_.high);
  }
  const double width = values.high - values.low;
  left_ = value < values.low - width || value > values.high + width;
  return left_ ? std::optional(values) : std::nullopt;
}

void ValueRange::save(StateWriter& writer) const {
  writer.array("ranges", std::vector<double>{rewards_.low, rewards_.high, bonuses_.low, bonuses_.high});
  writer.number("left_range", static_cast<uint8_t>(left_));
}

void ValueRange::load(StateReader& reader) {
  double ranges[4];
  reader.array("ranges", {4}, ranges);
  rewards_ = {ranges[0], ranges[1]};
  bonuses_ = {ranges[2], ranges[3]};
  left_ = reader.number<uint8_t>("left_range") != 0;
}

std::string left_range(double value, const Range& range, const char* included) {
  return fmt::format(
      "the mean value of the critics is {:.4g}, but with the rewards so far no policy has a value outside {:.4g} to "
      "{:.4g}{}: the critics have diverged. Fewer updates per step, a smaller share of model "
      "data, a shorter horizon or a smaller critic_learning_rate may help. This warning is printed once.",
      value, range.low, range.high, included);
}

}  // namespace weft::actor_critic
