#include "fitting/fit_data.h"

#include <ATen/ops/empty.h>

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "weft/core/error.h"
#include "weft/rl/rows.h"

namespace weft::fitting {

rl::FitData take_fit_data(const Wire<rl::Dataset>& dataset, const std::vector<int64_t>& order, int64_t validation_rows,
                          int64_t tick) {
  const auto rows = static_cast<int64_t>(order.size());
  const int64_t observation_size = dataset->observation_size(), action_size = dataset->action_size();
  rl::FitData data;
  data.observation = at::empty({rows, observation_size}, at::kFloat);
  data.action = at::empty({rows, action_size}, at::kFloat);
  data.next_observation = at::empty({rows, observation_size}, at::kFloat);
  data.reward = at::empty({rows}, at::kFloat);
  data.terminated = at::empty({rows}, at::kBool);
  data.training_rows = rows - validation_rows;
  data.tick = tick;
  static_assert(sizeof(bool) == sizeof(uint8_t));
  auto* const terminated = static_cast<uint8_t*>(data.terminated.data_ptr());
  std::vector<uint8_t> truncated(order.size());  // no fit asks for it
  dataset->gather(
      order, {rows, observation_size, action_size, data.observation.data_ptr<float>(), data.action.data_ptr<float>(),
              data.next_observation.data_ptr<float>(), data.reward.data_ptr<float>(), terminated, truncated.data()});
  return data;
}

void require_same_sizes(const Wire<rl::Dataset>& dataset, const Wire<rl::DynamicsModel>& model) {
  if (dataset->size() == 0) return;
  const int64_t observation_size = dataset->observation_size(), action_size = dataset->action_size();
  const int64_t model_observation_size = model->observation_size(), model_action_size = model->action_size();
  if (observation_size == model_observation_size && action_size == model_action_size) return;
  throw SetupError(
      "data", fmt::format("the rows in slot 'data' have observation size {} and action size {}, but the model has {} "
                          "and {}; wire both to the same environment",
                          observation_size, action_size, model_observation_size, model_action_size));
}

rl::FitData take_measured_data(const Wire<rl::Dataset>& dataset, const Wire<rl::DynamicsModel>& model, int64_t tick) {
  const int64_t rows = dataset->size();
  if (rows == 0)
    throw Error("the data set in slot 'data' is empty; let this stage start later, with 'from' in its schedule entry");
  require_same_sizes(dataset, model);
  return take_fit_data(dataset, rl::all_rows(rows), rows, tick);
}

void BatchGatherer::gather(const std::vector<std::vector<int64_t>>& rows, int64_t first, int64_t size) {
  resize(size);
  int64_t* numbers = batch_.row.data_ptr<int64_t>();
  for (const std::vector<int64_t>& own : rows) numbers = std::copy_n(own.begin() + first, size, numbers);
  fill();
}

void BatchGatherer::gather_consecutive(int64_t first, int64_t size) {
  resize(size);
  int64_t* numbers = batch_.row.data_ptr<int64_t>();
  for (int64_t member = 0; member < members_; ++member)
    std::iota(numbers + member * size, numbers + (member + 1) * size, first);
  fill();
}

void BatchGatherer::resize(int64_t size) {
  if (batch_.row.defined() && batch_.row.size(1) == size) return;
  const int64_t n = data_.observation.size(1), m = data_.action.size(1);
  batch_.row = at::empty({members_, size}, at::kLong);
  batch_.observation = at::empty({members_, size, n}, at::kFloat);
  batch_.next_observation = at::empty({members_, size, n}, at::kFloat);
  batch_.target = at::empty({members_, size, n + 1}, at::kFloat);
  action_ = at::empty({members_, size, m}, at::kFloat);
}

void BatchGatherer::fill() {
  const int64_t n = data_.observation.size(1), m = data_.action.size(1);
  const int64_t* numbers = batch_.row.data_ptr<int64_t>();
  const float* from_observation = data_.observation.data_ptr<float>();
  const float* from_action = data_.action.data_ptr<float>();
  const float* from_next = data_.next_observation.data_ptr<float>();
  const float* from_reward = data_.reward.data_ptr<float>();
  float* observation = batch_.observation.data_ptr<float>();
  float* action = action_.data_ptr<float>();
  float* next = batch_.next_observation.data_ptr<float>();
  float* target = batch_.target.data_ptr<float>();
  for (int64_t index = 0; index < batch_.row.numel(); ++index) {
    const int64_t row = numbers[index];
    const float *now = from_observation + row * n, *then = from_next + row * n;
    observation = std::copy_n(now, n, observation);
    action = std::copy_n(from_action + row * m, m, action);
    next = std::copy_n(then, n, next);
    target = std::transform(then, then + n, now, target, [](float after, float before) { return after - before; });
    *target++ = from_reward[row];
  }
}

}  // namespace weft::fitting
