// stage.replay: keeps the rows of a stream, the newest ones, to be drawn from.
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

/// Rows are stored in blocks, so that memory grows with what is kept, nothing is ever copied to grow, and a
/// checkpoint is written from where the rows lie.
constexpr int64_t block_rows = 8192;
constexpr int64_t most_columns = 1'000'000'000;  ///< of an observation, in a state that is to be believed

/// [block_rows, obs + act + obs + 2]: the numbers of a row, then its flags as one more, terminated + 2 truncated. A
/// batch of random rows takes as long as its cache misses, so that all of a row lies in one piece.
using Block = std::vector<float>;

class Replay final : public Component, public rl::TransitionSink, public rl::Dataset {
 public:
  static void describe(Description<Replay>& type) {
    type.summary(
        "Keeps the newest rows of a stream of transitions. Memory per row: 4 (2 obs + act + 2) bytes, and 16 bytes for "
        "each tick that emitted rows where `retain` is given.");
    type.state_version(2);
    type.receives<rl::TransitionSink>("in", "the rows to keep");
    type.offers<rl::Dataset>("data", "the rows that are kept, the oldest first");
    type.integer("capacity", 0, between(0, 1'000'000'000),
                 "at most this many rows, the oldest leave first; 0: any number", "rows");
    type.integer("retain", 0, at_least(0), "a row of tick t is visible while now - t is below this; 0: for ever",
                 "ticks");
  }

  explicit Replay(Setup& setup)
      : context_(setup.context()), capacity_(setup.integer("capacity")), retain_(setup.integer("retain")) {
    if (capacity_ == 0 && retain_ == 0)
      throw SetupError("", "neither 'capacity' nor 'retain' is given, so it would grow without end; give one of them");
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
        throw Error("row " + std::to_string(rows[index]) + " was asked for, but there are " +
                    std::to_string(end_ - first));
      copy_row(first + rows[index], static_cast<int64_t>(index), out);
    }
  }

  void save(StateWriter& writer) const override {
    writer.array("sizes", std::vector<int64_t>{observation_size_, action_size_, first_, end_});
    std::vector<int64_t> ticks;
    for (const TickEnd& entry : ticks_) ticks.insert(ticks.end(), {entry.tick, entry.end});
    writer.array("ticks", ticks);
    for_each_block([&](std::size_t number, int64_t begin, int64_t rows) {
      writer.array("rows." + std::to_string(number), {rows, width()},
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
    const bool whole = ticks.size() % 2 == 0 && (ticks_.empty() || ticks_.back().end == end_);
    const auto fits = [](int64_t columns) { return columns >= 0 && columns <= most_columns; };
    if (!fits(observation_size_) || !fits(action_size_) || first_ < 0 || end_ < first_ || !whole)
      throw Error("the stored sizes and ticks of the rows do not fit each other; the state is damaged");
    for_each_block([&](std::size_t number, int64_t begin, int64_t rows) {
      const std::string name = "rows." + std::to_string(number);
      if (reader.shape(name) != std::vector<int64_t>{rows, width()})  // before there is memory for them
        throw Error("the stored rows do not have the stored sizes; the state is damaged");
      if (number == blocks_.size()) add_block();
      reader.array(name, {rows, width()}, &blocks_[number][static_cast<std::size_t>(begin) * stride()]);
      for (int64_t row = begin; row < begin + rows; ++row) {
        const float flags = blocks_[number][static_cast<std::size_t>(row + 1) * stride() - 1];
        if (flags != 0.0f && flags != 1.0f && flags != 2.0f && flags != 3.0f)
          throw Error("the flags of a stored row are " + std::to_string(flags) +
                      "; a whole number from 0 to 3 was expected; the state is damaged");
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

  /// Rows have the numbers first_ .. end_ - 1, counted from the first that was ever received; row r lies in
  /// block r / block_rows, of which blocks_ keeps those that are in use.
  int64_t first_block() const { return first_ / block_rows; }
  void add_block() { blocks_.emplace_back(static_cast<std::size_t>(block_rows) * stride()); }

  /// Calls `visit(index in blocks_, first row in the block, rows)` for the part of each block that is in use.
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
      throw Error("rows of " + std::to_string(batch.observation_size) + " observations and " +
                  std::to_string(batch.action_size) + " actions came in, but the rows before had " +
                  std::to_string(observation_size_) + " and " + std::to_string(action_size_));
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
  std::deque<TickEnd> ticks_;  ///< only where retain_ is given; oldest first
};

}  // namespace

const weft_component_type* replay_type() { return component_type<Replay>("stage.replay"); }

}  // namespace weft::stages
