/// Transitions: rows of (observation, action, next observation, reward, terminated, truncated). Needs no Torch.
#pragma once

#include <cstdint>
#include <vector>

#include "weft/core/span.h"

namespace weft::rl {

/// A view of rows to read. Each field is row-major and contiguous; the memory belongs to the caller and is valid only
/// during the call. No row is both terminated and truncated.
struct TransitionBatch {
  int64_t size = 0;                         ///< number of rows
  int64_t observation_size = 0;             ///< numbers in one observation
  int64_t action_size = 0;                  ///< numbers in one action
  const float* observation = nullptr;       ///< [size, observation_size]
  const float* action = nullptr;            ///< [size, action_size], in the units of the environment
  const float* next_observation = nullptr;  ///< [size, observation_size], before wrapping (see Simulation::step)
  const float* reward = nullptr;            ///< [size]
  const uint8_t* terminated = nullptr;      ///< [size]; 1: nothing follows, do not bootstrap
  const uint8_t* truncated = nullptr;       ///< [size]; 1: the episode was cut off and would have continued
};

/// A view of rows to write, with the fields of TransitionBatch.
struct TransitionRows {
  int64_t size = 0;                   ///< number of rows
  int64_t observation_size = 0;       ///< numbers in one observation
  int64_t action_size = 0;            ///< numbers in one action
  float* observation = nullptr;       ///< [size, observation_size]
  float* action = nullptr;            ///< [size, action_size]
  float* next_observation = nullptr;  ///< [size, observation_size]
  float* reward = nullptr;            ///< [size]
  uint8_t* terminated = nullptr;      ///< [size]; 0 or 1
  uint8_t* truncated = nullptr;       ///< [size]; 0 or 1
};

/// Memory for rows, to be kept and reused from call to call.
class TransitionBuffer {
 public:
  /// Makes room for exactly `size` rows; their contents are unspecified. Invalidates earlier views.
  void resize(int64_t size, int64_t observation_size, int64_t action_size) {
    size_ = size;
    observation_size_ = observation_size;
    action_size_ = action_size;
    const auto rows = static_cast<std::size_t>(size);
    observation_.resize(rows * static_cast<std::size_t>(observation_size));
    action_.resize(rows * static_cast<std::size_t>(action_size));
    next_observation_.resize(observation_.size());
    reward_.resize(rows);
    terminated_.resize(rows);
    truncated_.resize(rows);
  }
  /// All rows, to write; valid until the next resize().
  TransitionRows rows() {
    return {size_,
            observation_size_,
            action_size_,
            observation_.data(),
            action_.data(),
            next_observation_.data(),
            reward_.data(),
            terminated_.data(),
            truncated_.data()};
  }
  /// All rows, to read; valid until the next resize().
  TransitionBatch batch() const {
    return {size_,
            observation_size_,
            action_size_,
            observation_.data(),
            action_.data(),
            next_observation_.data(),
            reward_.data(),
            terminated_.data(),
            truncated_.data()};
  }

 private:
  int64_t size_ = 0, observation_size_ = 0, action_size_ = 0;
  std::vector<float> observation_, action_, next_observation_, reward_;
  std::vector<uint8_t> terminated_, truncated_;
};

/// The stream of transitions: a component that receives it implements this interface.
class TransitionSink {
 public:
  static constexpr const char* interface_id = "weft.rl.transitions/1";
  virtual ~TransitionSink() = default;

  /// Processes rows that a stage emits in the current tick; must copy what it keeps. Throws Error if the rows have
  /// other sizes than it expects.
  virtual void receive(const TransitionBatch& batch) = 0;
};

/// The service of a data set: transitions to draw rows from.
class Dataset {
 public:
  static constexpr const char* interface_id = "weft.rl.dataset/1";
  virtual ~Dataset() = default;

  /// Number of rows that are visible in the current tick. They are numbered 0 (the oldest) to size() - 1.
  virtual int64_t size() const = 0;
  /// Numbers in one observation. A data set that takes it from its rows returns 0 before the first row.
  virtual int64_t observation_size() const = 0;
  /// Numbers in one action; as observation_size().
  virtual int64_t action_size() const = 0;

  /// Copies the rows with the numbers `rows`, in this order, into `out`, whose sizes equal `rows.size` and those of the
  /// data set. A number may occur more than once. Throws Error if a number is not in 0 .. size() - 1.
  virtual void gather(Span<const int64_t> rows, TransitionRows out) const = 0;
};

}  // namespace weft::rl
