#include "ensemble.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "dense/parallel.h"
#include "soft_clamp.h"
#include "weft/core/error.h"

namespace weft::model_mlp {
namespace {

constexpr int64_t smallest_batch_to_cut = 64;  // below, dividing costs more than a second core gains
constexpr int64_t adam_unit = 16384;

std::vector<int64_t> layer_sizes(const Shape& shape) {
  std::vector<int64_t> sizes{shape.observation_size + shape.action_size};
  sizes.insert(sizes.end(), shape.hidden.begin(), shape.hidden.end());
  sizes.push_back((shape.observation_size + 1) * (shape.gaussian ? 2 : 1));
  return sizes;
}

}  // namespace

Ensemble::Ensemble(Shape shape, Random random)
    : shape_(std::move(shape)),
      network_(layer_sizes(shape_), shape_.activation),
      normalizer_(shape_.observation_size, shape_.action_size),
      output_scale_(shape_.observation_size, shape_.normalize_targets, shape_.target) {
  const auto all = static_cast<std::size_t>(shape_.members * network_.parameter_count());
  for (auto* values : {&parameters_, &first_moment_, &second_moment_, &gradient_, &second_gradient_, &snapshot_})
    values->assign(all, 0.0f);
  second_from_ = shape_.members;
  for (int64_t member = 0; member < shape_.members; ++member)
    for (int64_t layer = 0; layer < network_.layers(); ++layer) {
      const int64_t inputs = network_.layer_inputs(layer);
      float* const weights = parameters_.data() + member * network_.parameter_count() + network_.weight_offset(layer);
      dense::truncated_normal(random, 0.5 / std::sqrt(static_cast<double>(inputs)),
                              inputs * network_.layer_outputs(layer), weights);
    }
  has_snapshot_.assign(static_cast<std::size_t>(shape_.members), false);
  for (int64_t member = 0; member < shape_.elites; ++member) elites_.push_back(member);
}

void Ensemble::begin_fit(int64_t rows, int64_t training_rows, const float* observation, const float* action,
                         const float* next_observation, const float* reward, bool trains_log_variance) {
  trains_log_variance_ = trains_log_variance;
  normalizer_.fit(rows, observation, action);
  OutputChange change;
  if (output_scale_.fit(training_rows, observation, next_observation, reward, change)) rescale_last_layer(change);
}

/// The moments of Adam follow, too: scaling a weight by f divides its gradient by f.
void Ensemble::rescale_last_layer(const OutputChange& change) {
  const int64_t last = network_.layers() - 1, all = network_.layer_outputs(last);
  for (int64_t member = 0; member < shape_.members; ++member) {
    const int64_t first = member * network_.parameter_count();
    const int64_t bias = first + network_.bias_offset(last);
    for (int64_t output = 0; output < outputs(); ++output) {
      const auto column = static_cast<std::size_t>(output);
      const float factor = change.factor[column];
      // The inputs of the layer, and the bias after them.
      for (int64_t place = first + network_.weight_offset(last) + output; place <= bias + output; place += all) {
        parameters_[static_cast<std::size_t>(place)] *= factor;
        first_moment_[static_cast<std::size_t>(place)] /= factor;
        second_moment_[static_cast<std::size_t>(place)] /= factor * factor;
      }
      parameters_[static_cast<std::size_t>(bias + output)] += change.shift[column];
      if (shape_.gaussian)
        parameters_[static_cast<std::size_t>(bias + outputs() + output)] += change.log_variance_shift[column];
    }
  }
}

void Ensemble::cut(int64_t batch) {
  const int64_t cuts = batch < smallest_batch_to_cut ? 1 : 2;
  parts_.resize(static_cast<std::size_t>(shape_.members * cuts));
  for (std::size_t index = 0; index < parts_.size(); ++index) {
    const auto which = static_cast<int64_t>(index) % cuts;
    parts_[index].member = static_cast<int64_t>(index) / cuts;
    parts_[index].first = batch * which / cuts;
    parts_[index].rows = batch * (which + 1) / cuts - parts_[index].first;
    parts_[index].second = which == 1;
  }
  batch_ = batch;
}

/// The number of members that one thread takes whole; they come first.
int64_t Ensemble::whole_members(int threads) const { return shape_.members - shape_.members % threads; }

/// Calls `work(part)` for every part: first for whole members, then for the halves of the others, which even out the
/// times of the threads. `last_first`: starts with the last member, much of which is still in the caches.
template <class Work>
void Ensemble::for_parts(int threads, bool last_first, const Work& work) {
  const auto cuts = static_cast<int64_t>(parts_.size()) / shape_.members;
  const int64_t whole = whole_members(threads);
  dense::for_units(threads, whole + (shape_.members - whole) * cuts, [&](int64_t unit, int) {
    if (unit >= whole) return work(parts_[static_cast<std::size_t>(whole * cuts + unit - whole)]);
    const int64_t member = last_first ? whole - 1 - unit : unit;
    for (int64_t part = member * cuts; part < (member + 1) * cuts; ++part) work(parts_[static_cast<std::size_t>(part)]);
  });
}

void Ensemble::split(const float* raw, int64_t rows, float* mean, float* log_variance, float* clamp_derivative) const {
  const int64_t width = outputs();
  if (!shape_.gaussian) {
    std::copy(raw, raw + rows * width, mean);
    return;
  }
  for (int64_t row = 0; row < rows; ++row, raw += 2 * width) {
    std::copy(raw, raw + width, mean + row * width);
    std::copy(raw + width, raw + 2 * width, log_variance + row * width);
  }
  soft_clamp(rows * width, shape_.min_log_variance, shape_.max_log_variance, log_variance, clamp_derivative);
}

void Ensemble::forward(const MemberRows& rows, int threads, float* mean, float* log_variance) {
  cut(rows.batch);
  flop_ += static_cast<double>(shape_.members * batch_) * network_.forward_flop();
  for_parts(threads, /*last_first=*/false, [&](Part& part) {
    part.input.resize(static_cast<std::size_t>(part.rows * network_.inputs()));
    part.clamp_derivative.resize(static_cast<std::size_t>(shape_.gaussian ? part.rows * outputs() : 0));
    normalizer_.apply(
        part.rows, rows.observation + part.member * rows.observation_stride + part.first * shape_.observation_size,
        rows.action + part.member * rows.action_stride + part.first * shape_.action_size, part.input.data());
    const float* const raw = network_.forward(parameters_of(part.member), part.input.data(), part.rows, part.workspace);
    const int64_t place = (part.member * batch_ + part.first) * outputs();
    float* const variance_place = log_variance ? log_variance + place : nullptr;
    split(raw, part.rows, mean + place, variance_place, part.clamp_derivative.data());
    output_scale_.apply(part.rows,
                        rows.observation + part.member * rows.observation_stride + part.first * shape_.observation_size,
                        mean + place, variance_place);
  });
}

/// The gradient with respect to the raw output of the network, `[rows, outputs]`.
const float* Ensemble::joined_gradient(Part& part, const float* mean, const float* log_variance) const {
  const int64_t width = outputs();
  const int64_t place = (part.member * batch_ + part.first) * width;
  if (!shape_.gaussian && !shape_.normalize_targets) return mean + place;
  const int64_t raw_width = shape_.gaussian ? 2 * width : width;
  part.output_gradient.resize(static_cast<std::size_t>(part.rows * raw_width));
  float* out = part.output_gradient.data();
  for (int64_t row = 0; row < part.rows; ++row, out += raw_width) {
    std::copy(mean + place + row * width, mean + place + (row + 1) * width, out);
    output_scale_.backward(1, out);
    if (!shape_.gaussian) continue;
    for (int64_t column = 0; column < width; ++column) {
      const int64_t index = row * width + column;
      out[width + column] = log_variance[place + index] * part.clamp_derivative[static_cast<std::size_t>(index)];
    }
  }
  return part.output_gradient.data();
}

void Ensemble::backward(const float* mean, const float* log_variance, int threads, bool parameters, float* observation,
                        float* action) {
  if (parameters) {
    join_gradients(0, static_cast<int64_t>(gradient_.size()));  // of an earlier backward(), if any
    second_from_ = parts_.back().second ? whole_members(threads) : shape_.members;
  }
  for_parts(threads, /*last_first=*/true, [&](Part& part) {
    const bool separate = part.second && part.member >= second_from_;
    dense::Gradients wanted;
    if (parameters)
      wanted.parameters = (separate ? second_gradient_ : gradient_).data() + part.member * network_.parameter_count();
    wanted.add = !separate && (has_gradient_ || part.second);
    if (observation || action) {
      part.input_gradient.resize(part.input.size());
      wanted.input = part.input_gradient.data();
    }
    network_.backward(parameters_of(part.member), joined_gradient(part, mean, log_variance), part.workspace, wanted);
    const int64_t row = part.member * batch_ + part.first;
    normalizer_.backward(part.rows, wanted.input, observation ? observation + row * shape_.observation_size : nullptr,
                         action ? action + row * shape_.action_size : nullptr);
    if (observation)
      output_scale_.add_direct_gradient(part.rows, mean + row * outputs(), observation + row * shape_.observation_size);
  });
  flop_ += static_cast<double>(shape_.members * batch_) *
           network_.backward_flop(parameters, observation || action ? network_.inputs() : 0);
  has_gradient_ = has_gradient_ || parameters;
}

/// Adds the second gradients to the first, for `count` parameters from `begin` on.
void Ensemble::join_gradients(int64_t begin, int64_t count) {
  const int64_t separate = std::max(begin, second_from_ * network_.parameter_count());
  if (separate < begin + count)
    dense::add(begin + count - separate, second_gradient_.data() + separate, gradient_.data() + separate);
}

void Ensemble::step(dense::AdamStep settings, int threads) {
  if (!has_gradient_) throw Error("step() was called without a gradient; call backward() first");
  settings.step = ++steps_;
  const auto all = static_cast<int64_t>(parameters_.size());
  dense::for_units(threads, (all + adam_unit - 1) / adam_unit, [&](int64_t unit, int) {
    const int64_t begin = unit * adam_unit;
    const int64_t count = std::min(adam_unit, all - begin);
    join_gradients(begin, count);
    dense::adam(settings, count, parameters_.data() + begin, gradient_.data() + begin, first_moment_.data() + begin,
                second_moment_.data() + begin);
  });
  has_gradient_ = false;
  second_from_ = shape_.members;
}

void Ensemble::check_member(int64_t member) const {
  if (member < 0 || member >= shape_.members)
    throw Error(fmt::format("there is no member {}; members are numbered 0 to {}", member, shape_.members - 1));
}

void Ensemble::snapshot(int64_t member) {
  check_member(member);
  const int64_t count = network_.parameter_count();
  std::copy_n(parameters_of(member), count, snapshot_.data() + member * count);
  has_snapshot_[static_cast<std::size_t>(member)] = true;
}

void Ensemble::restore(int64_t member) {
  check_member(member);
  if (!has_snapshot_[static_cast<std::size_t>(member)])
    throw Error(
        fmt::format("restore() was called for member {}, which has no snapshot; call snapshot() first", member));
  const int64_t count = network_.parameter_count();
  std::copy_n(snapshot_.data() + member * count, count, parameters_.data() + member * count);
}

void Ensemble::set_elites(const std::vector<int64_t>& members) {
  if (static_cast<int64_t>(members.size()) != shape_.elites)
    throw Error(fmt::format("{} elites were given; {} were expected", members.size(), shape_.elites));
  std::vector<bool> seen(static_cast<std::size_t>(shape_.members), false);
  for (const int64_t member : members) {
    check_member(member);
    if (seen[static_cast<std::size_t>(member)])
      throw Error(fmt::format("member {} appears twice among the elites; different members were expected", member));
    seen[static_cast<std::size_t>(member)] = true;
  }
  elites_ = members;
}

void Ensemble::save(StateWriter& writer) const {
  for (int64_t member = 0; member < shape_.members; ++member) {
    const int64_t first = member * network_.parameter_count();
    const StateWriter scope = writer.scope(fmt::format("member_{}", member));
    network_.save(scope, parameters_.data() + first);
    network_.save(scope.scope("first_moment"), first_moment_.data() + first);
    network_.save(scope.scope("second_moment"), second_moment_.data() + first);
  }
  writer.number("steps", steps_);
  writer.array("elites", elites_);
  writer.number("trains_log_variance", static_cast<uint8_t>(trains_log_variance_));
  normalizer_.save(writer);
  output_scale_.save(writer);
}

void Ensemble::load(StateReader& reader) {
  for (int64_t member = 0; member < shape_.members; ++member) {
    const int64_t first = member * network_.parameter_count();
    const StateReader scope = reader.scope(fmt::format("member_{}", member));
    network_.load(scope, parameters_.data() + first);
    network_.load(scope.scope("first_moment"), first_moment_.data() + first);
    network_.load(scope.scope("second_moment"), second_moment_.data() + first);
  }
  if (reader.has(fmt::format("member_{}.layer_0.weights", shape_.members)))
    throw Error(fmt::format("the saved model has more than {} members", shape_.members));
  steps_ = reader.number<int64_t>("steps");
  set_elites(reader.vector<int64_t>("elites"));
  trains_log_variance_ = reader.number<uint8_t>("trains_log_variance") != 0;
  normalizer_.load(reader);
  output_scale_.load(reader);
}

}  // namespace weft::model_mlp
