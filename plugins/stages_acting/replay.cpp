// stage.replay: keeps the newest rows of a stream as a data set.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <vector>

#include "types.h"
#include "weft/core/plugin.h"
#include "weft/rl/transitions.h"

namespace weft::stages {
namespace {

/// Rows are stored in blocks: memory grows with the number of rows, growing copies nothing, and a checkpoint is written
/// without a copy of the rows.
constexpr int64_t block_rows = 8192;
constexpr int64_t most_columns = 1'000'000'000;  ///< of an observation; a saved state with more is damaged

/// [block_rows, obs + act + obs + 2]: the numbers of a row, then its flags as one more, terminated + 2 truncated. The
/// time of a batch of random rows is that of its cache misses, so each row is contiguous.
using Block = std::vector<float>;

class Replay final : public Component, public rl::TransitionSink, public rl::Dataset {
 public:
  static void describe(Description<Replay>& type) {
    type.summary(
        "Keeps the newest rows of a stream of transitions. Memory: 4 (2 obs + act + 2) bytes per row, and 16 bytes per "
        "tick that emitted rows if `retain` is set.");
    type.state_version(2);
    type.receives<rl::TransitionSink>("in", "the rows to keep");
    type.offers<rl::Dataset>("data", "the kept rows, oldest first");
    type.integer("capacity", 0, between(0, 1'000'000'000),
                 "largest number of rows; the oldest leave first; 0: no limit", "rows");
    type.integer("retain", 0, at_least(0),
                 "a row of tick t is visible while the current tick minus t is below this; 0: forever", "ticks");
  }

  explicit Replay(Setup& setup)
      : context_(setup.context()), capacity_(setup.integer("capacity")), retain_(setup.integer("retain")) {
    if (capacity_ == 0 && retain_ == 0)
      throw SetupError("", "neither 'capacity' nor 'retain' is set, so the replay would grow without limit; set one");
  }

  void receive(const rl::TransitionBatch& batch) override {
    adopt_sizes(batch);
    drop_until(first_visible());
    for (int64_t row = 0; row < batch.size; ++row) {
      append(batch, row);
      if (capacity_ != 0 && end_ - first_ > capacity_) drop_until(end_ - capacity_);
    }
    if (retain_ == 0 || batch.size == 0) return;
    if (!ticks_.empty() && ticks_.back().tick == context_.tick()) ticks_.pop_back();
    ticks_.push_back({context_.tick(), end_});
  }

  int64_t size() const override { return end_ - first_visible(); }
  int64_t observation_size() const override { return observation_size_; }
  int64_t action_size() const override { return action_size_; }

  void gather(Span<const int64_t> rows, rl::TransitionRows out) const override {
    const int64_t first = first_visible();
    for (std::size_t index = 0; index < rows.size; ++index) {
      if (rows[index] < 0 || rows[index] >= end_ - first)
        throw Error(fmt::format("row {} does not exist; there are {} rows, counted from 0", rows[index], end_ - first));
      copy_row(first + rows[index], static_cast<int64_t>(index), out);
    }
  }

  void save(StateWriter& writer) const override {
    writer.array("sizes", std::vector<int64_t>{observation_size_, action_size_, first_, end_});
    std::vector<int64_t> ticks;
    for (const TickEnd& entry : ticks_) ticks.insert(ticks.end(), {entry.tick, entry.end});
    writer.array("ticks", ticks);
    for_each_block([&](std::size_t number, int64_t begin, int64_t rows) {
      writer.array(fmt::format("rows.{}", number), {rows, width()},
                   &blocks_[number][static_cast<std::size_t>(begin) * stride()]);
    });
  }

  void load(StateReader& reader) override {
    std::array<int64_t, 4> sizes{};
    reader.array("sizes", {4}, sizes.data());
    observation_size_ = sizes[0];
    action_size_ = sizes[1];
    first_ = sizes[2];
    end_ = sizes[3];
    const auto ticks = reader.vector<int64_t>("ticks");
    for (std::size_t index = 0; index + 1 < ticks.size(); index += 2)
      ticks_.push_back({ticks[index], ticks[index + 1]});
    const bool complete = ticks.size() % 2 == 0 && (ticks_.empty() || ticks_.back().end == end_);
    const auto plausible = [](int64_t columns) { return columns >= 0 && columns <= most_columns; };
    if (!plausible(observation_size_) || !plausible(action_size_) || first_ < 0 || end_ < first_ || !complete)
      throw Error("the saved sizes and ticks of the rows contradict each other; the state is damaged");
    for_each_block([&](std::size_t number, int64_t begin, int64_t rows) {
      const std::string name = fmt::format("rows.{}", number);
      if (reader.shape(name) != std::vector<int64_t>{rows, width()})  // before memory is allocated
        throw Error("the saved rows do not have the saved sizes; the state is damaged");
      if (number == blocks_.size()) add_block();
      reader.array(name, {rows, width()}, &blocks_[number][static_cast<std::size_t>(begin) * stride()]);
      for (int64_t row = begin; row < begin + rows; ++row) {
        const float flags = blocks_[number][static_cast<std::size_t>(row + 1) * stride() - 1];
        if (flags != 0.0f && flags != 1.0f && flags != 2.0f && flags != 3.0f)
          throw Error(
              fmt::format("the flags of a saved row are {}; a whole number from 0 to 3 was expected; the state "
                          "is damaged",
                          flags));
      }
    });
  }

 private:
  /// The rows of `tick` end before row `end`.
  struct TickEnd {
    int64_t tick, end;
  };

  int64_t width() const { return 2 * observation_size_ + action_size_ + 2; }
  std::size_t stride() const { return static_cast<std::size_t>(width()); }

  /// Rows have the numbers first_ .. end_ - 1, counted from the first row ever received. Row r is in block
  /// r / block_rows; blocks_ holds the blocks in use.
  int64_t first_block() const { return first_ / block_rows; }
  void add_block() { blocks_.emplace_back(static_cast<std::size_t>(block_rows) * stride()); }

  /// Calls `visit(index in blocks_, first row in the block, rows)` for the used rows of each block.
  template <class Visit>
  void for_each_block(Visit visit) const {
    for (int64_t row = first_; row < end_;) {
      const int64_t rows = std::min(end_, (row / block_rows + 1) * block_rows) - row;
      visit(static_cast<std::size_t>(row / block_rows - first_block()), row % block_rows, rows);
      row += rows;
    }
  }

  void adopt_sizes(const rl::TransitionBatch& batch) {
    if (end_ == 0) {
      observation_size_ = batch.observation_size;
      action_size_ = batch.action_size;
    }
    if (batch.observation_size != observation_size_ || batch.action_size != action_size_)
      throw Error(
          fmt::format("received rows with observation size {} and action size {}, but earlier rows had {} and {}",
                      batch.observation_size, batch.action_size, observation_size_, action_size_));
  }

  int64_t first_visible() const {
    if (retain_ == 0) return first_;
    const auto visible = std::partition_point(
        ticks_.begin(), ticks_.end(), [this](const TickEnd& entry) { return context_.tick() - entry.tick >= retain_; });
    return visible == ticks_.begin() ? first_ : std::prev(visible)->end;
  }

  void drop_until(int64_t row) {
    const int64_t before = first_block();
    first_ = row;
    for (int64_t block = before; block < first_block() && !blocks_.empty(); ++block) blocks_.pop_front();
    while (!ticks_.empty() && ticks_.front().end <= first_) ticks_.pop_front();
  }

  void append(const rl::TransitionBatch& batch, int64_t row) {
    if (end_ / block_rows - first_block() == static_cast<int64_t>(blocks_.size())) add_block();
    float* numbers = &blocks_.back()[static_cast<std::size_t>(end_ % block_rows) * stride()];
    numbers = std::copy_n(batch.observation + row * observation_size_, observation_size_, numbers);
    numbers = std::copy_n(batch.action + row * action_size_, action_size_, numbers);
    numbers = std::copy_n(batch.next_observation + row * observation_size_, observation_size_, numbers);
    *numbers++ = batch.reward[row];
    *numbers = (batch.terminated[row] != 0 ? 1.0f : 0.0f) + (batch.truncated[row] != 0 ? 2.0f : 0.0f);
    ++end_;
  }

  void copy_row(int64_t row, int64_t to, const rl::TransitionRows& out) const {
    const Block& block = blocks_[static_cast<std::size_t>(row / block_rows - first_block())];
    const float* const numbers = &block[static_cast<std::size_t>(row % block_rows) * stride()];
    std::copy_n(numbers, observation_size_, out.observation + to * observation_size_);
    std::copy_n(numbers + observation_size_, action_size_, out.action + to * action_size_);
    std::copy_n(numbers + observation_size_ + action_size_, observation_size_,
                out.next_observation + to * observation_size_);
    const auto flags = static_cast<int>(numbers[stride() - 1]);
    out.reward[to] = numbers[stride() - 2];
    out.terminated[to] = static_cast<uint8_t>(flags & 1);
    out.truncated[to] = static_cast<uint8_t>(flags >> 1 & 1);
  }

  Context& context_;
  int64_t capacity_, retain_;
  int64_t observation_size_ = 0, action_size_ = 0;
  int64_t first_ = 0, end_ = 0;
  std::deque<Block> blocks_;
  std::deque<TickEnd> ticks_;  ///< only if retain_ is set; oldest first
};

}  // namespace

const weft_component_type* replay_type() { return component_type<Replay>("stage.replay"); }

}  // namespace weft::stages
