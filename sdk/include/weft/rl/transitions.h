/// Transitions: rows of (observation, action, next observation, reward, terminated, truncated). Needs no Torch.
#pragma once

#include <cstdint>
#include <vector>

#include "weft/core/span.h"

namespace weft::rl {

/// A view of rows, each field row-major and contiguous, over memory that outlives the call.
struct TransitionBatch {
  int64_t size = 0;                         ///< rows
  int64_t observation_size = 0;             ///< columns of observations
  int64_t action_size = 0;                  ///< columns of actions
  const float* observation = nullptr;       ///< [size, observation_size]
  const float* action = nullptr;            ///< [size, action_size], in the units of the environment
  const float* next_observation = nullptr;  ///< [size, observation_size]
  const float* reward = nullptr;            ///< [size]
  const uint8_t* terminated = nullptr;      ///< [size]; 1: nothing follows, do not bootstrap
  const uint8_t* truncated = nullptr;       ///< [size]; 1: cut off, the episode would have gone on
};

/// The same with room to write into.
struct TransitionRows {
  int64_t size = 0, observation_size = 0, action_size = 0;
  float* observation = nullptr;
  float* action = nullptr;
  float* next_observation = nullptr;
  float* reward = nullptr;
  uint8_t* terminated = nullptr;
  uint8_t* truncated = nullptr;
};

/// Memory for rows, reused from call to call.
class TransitionBuffer {
 public:
  /// Makes room for exactly `size` rows; what they held before is unspecified.
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

/// The stream: whoever receives transitions implements this.
class TransitionSink {
 public:
  static constexpr const char* interface_id = "weft.rl.transitions/1";
  virtual ~TransitionSink() = default;
  /// Takes rows emitted in the current tick; copies what it keeps.
  virtual void receive(const TransitionBatch& batch) = 0;
};

/// The service: rows that can be drawn from.
class Dataset {
 public:
  static constexpr const char* interface_id = "weft.rl.dataset/1";
  virtual ~Dataset() = default;

  /// Rows visible in the current tick; they are numbered 0 (oldest) .. size() - 1.
  virtual int64_t size() const = 0;
  virtual int64_t observation_size() const = 0;
  virtual int64_t action_size() const = 0;

  /// Copies the rows with these numbers, in this order; `out.size` equals `rows.size`.
  virtual void gather(Span<const int64_t> rows, TransitionRows out) const = 0;
};

}  // namespace weft::rl
