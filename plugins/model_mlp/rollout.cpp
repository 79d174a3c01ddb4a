// The passes that only predict.
#include <algorithm>
#include <numeric>

#include "dense/parallel.h"
#include "ensemble.h"

namespace weft::model_mlp {
namespace {

using dense::rows_per_unit;

std::size_t floats(int64_t rows, int64_t columns) { return static_cast<std::size_t>(rows * columns); }

}  // namespace

void Ensemble::evaluate(const MemberRows& rows, int threads, float* mean, float* log_variance) {
  scratch_.resize(std::max(scratch_.size(), static_cast<std::size_t>(threads)));
  const int64_t blocks = dense::row_units(rows.batch);
  flop_ += static_cast<double>(shape_.members * rows.batch) * network_.forward_flop();
  dense::for_units(threads, shape_.members * blocks, [&](int64_t unit, int thread) {
    Scratch& scratch = scratch_[static_cast<std::size_t>(thread)];
    const int64_t member = unit / blocks, first = unit % blocks * rows_per_unit;
    const int64_t count = std::min(rows_per_unit, rows.batch - first);
    scratch.input.resize(floats(rows_per_unit, network_.inputs()));
    normalizer_.apply(count, rows.observation + member * rows.observation_stride + first * shape_.observation_size,
                      rows.action + member * rows.action_stride + first * shape_.action_size, scratch.input.data());
    const float* const raw = network_.evaluate(parameters_of(member), scratch.input.data(), count, scratch.workspace);
    const int64_t place = (member * rows.batch + first) * outputs();
    float* const variance_place = log_variance ? log_variance + place : nullptr;
    split(raw, count, mean + place, variance_place, nullptr);
    output_scale_.apply(count, rows.observation + member * rows.observation_stride + first * shape_.observation_size,
                        mean + place, variance_place);
  });
}

/// Draws an elite for each row and sorts the rows by elite, so that each row runs only through its own member.
std::vector<Ensemble::Block> Ensemble::blocks_by_member(int64_t batch, Random& random) {
  std::vector<int64_t> end(elites_.size(), 0);
  elite_of_row_.resize(static_cast<std::size_t>(batch));
  for (int64_t& elite : elite_of_row_) {
    elite = random.below(shape_.elites);
    ++end[static_cast<std::size_t>(elite)];
  }
  std::partial_sum(end.begin(), end.end(), end.begin());
  std::vector<int64_t> next(elites_.size(), 0);
  std::copy(end.begin(), end.end() - 1, next.begin() + 1);
  const std::vector<int64_t> begin = next;
  order_.resize(elite_of_row_.size());
  for (int64_t row = 0; row < batch; ++row) {
    const auto elite = static_cast<std::size_t>(elite_of_row_[static_cast<std::size_t>(row)]);
    order_[static_cast<std::size_t>(next[elite]++)] = row;
  }
  std::vector<Block> blocks;
  for (std::size_t elite = 0; elite < elites_.size(); ++elite)
    for (int64_t first = begin[elite]; first < end[elite]; first += rows_per_unit)
      blocks.push_back({order_.data() + first, std::min(rows_per_unit, end[elite] - first), &elites_[elite], 1});
  return blocks;
}

std::vector<Ensemble::Block> Ensemble::blocks_of_all_elites(int64_t batch) {
  order_.resize(static_cast<std::size_t>(batch));
  std::iota(order_.begin(), order_.end(), 0);
  std::vector<Block> blocks;
  for (int64_t first = 0; first < batch; first += rows_per_unit)
    blocks.push_back({order_.data() + first, std::min(rows_per_unit, batch - first), elites_.data(), shape_.elites});
  return blocks;
}

/// Leaves the mean over the block's members in `scratch.sum`, and the log-variance of the last one in
/// `scratch.log_variance`.
void Ensemble::predict_block(const Block& block, const float* observation, const float* action,
                             Scratch& scratch) const {
  const std::size_t size = floats(block.count, outputs());
  scratch.input.resize(floats(rows_per_unit, network_.inputs()));
  scratch.mean.resize(floats(rows_per_unit, outputs()));
  scratch.log_variance.resize(shape_.gaussian ? scratch.mean.size() : 0);
  scratch.sum.assign(scratch.mean.size(), 0.0f);
  for (int64_t index = 0; index < block.count; ++index)
    normalizer_.apply(1, observation + block.rows[index] * shape_.observation_size,
                      action + block.rows[index] * shape_.action_size,
                      scratch.input.data() + index * network_.inputs());
  for (int64_t which = 0; which < block.member_count; ++which) {
    const float* const raw =
        network_.evaluate(parameters_of(block.members[which]), scratch.input.data(), block.count, scratch.workspace);
    split(raw, block.count, scratch.mean.data(), scratch.log_variance.data(), nullptr);
    for (int64_t index = 0; index < block.count; ++index)
      output_scale_.apply(1, observation + block.rows[index] * shape_.observation_size,
                          scratch.mean.data() + index * outputs(),
                          shape_.gaussian ? scratch.log_variance.data() + index * outputs() : nullptr);
    for (std::size_t index = 0; index < size; ++index) scratch.sum[index] += scratch.mean[index];
  }
  if (block.member_count == 1) return;
  for (std::size_t index = 0; index < size; ++index) scratch.sum[index] /= static_cast<float>(block.member_count);
}

void Ensemble::add_noise(int64_t rows, Random random, Scratch& scratch) const {
  const std::size_t size = floats(rows, outputs());
  scratch.noise.resize(scratch.sum.size());
  random.normal(scratch.noise.data(), static_cast<int64_t>(size));
  for (std::size_t index = 0; index < size; ++index) scratch.log_variance[index] *= 0.5f;
  dense::exp(static_cast<int64_t>(size), scratch.log_variance.data(), scratch.log_variance.data());
  for (std::size_t index = 0; index < size; ++index)
    scratch.sum[index] += scratch.log_variance[index] * scratch.noise[index];
}

void Ensemble::sample(Rollout rollout, int64_t batch, const float* observation, const float* action, Random& random,
                      int threads, float* next_observation, float* reward) {
  scratch_.resize(std::max(scratch_.size(), static_cast<std::size_t>(threads)));
  const bool one_each = rollout == Rollout::random_elite;
  const bool noisy = one_each && shape_.gaussian && trains_log_variance_;
  const uint64_t noise_seed = noisy ? random.next() : 0;
  const std::vector<Block> blocks = one_each ? blocks_by_member(batch, random) : blocks_of_all_elites(batch);
  flop_ += static_cast<double>(batch * (one_each ? 1 : shape_.elites)) * network_.forward_flop();
  const int64_t n = shape_.observation_size;
  dense::for_units(threads, static_cast<int64_t>(blocks.size()), [&](int64_t unit, int thread) {
    Scratch& scratch = scratch_[static_cast<std::size_t>(thread)];
    const Block& block = blocks[static_cast<std::size_t>(unit)];
    predict_block(block, observation, action, scratch);
    if (noisy) add_noise(block.count, Random(mix_seed(noise_seed ^ static_cast<uint64_t>(unit))), scratch);
    for (int64_t index = 0; index < block.count; ++index) {
      const int64_t row = block.rows[index];
      const float* const change = scratch.sum.data() + index * outputs();
      for (int64_t column = 0; column < n; ++column)
        next_observation[row * n + column] = observation[row * n + column] + change[column];
      reward[row] = change[n];
    }
  });
}

}  // namespace weft::model_mlp
