/// A small random engine. Its seed comes from Context::seed, so that every component has its own streams.
#pragma once

#include <cmath>
#include <cstdint>

#include "weft/core/state.h"

namespace weft {

/// One step of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): mixes the bits of a number. Used to derive seeds from
/// seeds.
inline uint64_t mix_seed(uint64_t value) {
  value += UINT64_C(0x9e3779b97f4a7c15);
  value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
  return value ^ (value >> 31);
}

/// xoshiro256++ (Blackman and Vigna, 2019). Its numbers depend only on the seed: they are the same for every compiler
/// and standard library. Satisfies UniformRandomBitGenerator. Not thread-safe: for parallel work, take one seed from
/// next() and make one engine for each block of fixed size.
class Random {
 public:
  using result_type = uint64_t;

  /// An engine with the four words that SplitMix64 derives from `seed`.
  explicit Random(uint64_t seed = 0) {
    for (uint64_t& word : words_) {
      seed += UINT64_C(0x9e3779b97f4a7c15);
      word = mix_seed(seed);
    }
  }

  static constexpr uint64_t min() { return 0; }
  static constexpr uint64_t max() { return ~UINT64_C(0); }
  uint64_t operator()() { return next(); }

  /// The next 64 random bits.
  uint64_t next() {
    const uint64_t result = rotate(words_[0] + words_[3], 23) + words_[0];
    const uint64_t shifted = words_[1] << 17;
    words_[2] ^= words_[0];
    words_[3] ^= words_[1];
    words_[1] ^= words_[2];
    words_[0] ^= words_[3];
    words_[2] ^= shifted;
    words_[3] = rotate(words_[3], 45);
    return result;
  }

  /// Uniform in [0, 1), with 53 random bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  /// Uniform in 0 .. bound - 1, without bias (Lemire, 2019); `bound` must be positive.
  int64_t below(int64_t bound) {
    const auto range = static_cast<uint64_t>(bound);
    unsigned __int128 product = static_cast<unsigned __int128>(next()) * range;
    if (static_cast<uint64_t>(product) < range) {
      const uint64_t threshold = (0 - range) % range;
      while (static_cast<uint64_t>(product) < threshold) product = static_cast<unsigned __int128>(next()) * range;
    }
    return static_cast<int64_t>(product >> 64);
  }

  /// Standard normal (Box and Muller, 1958). The second value of the pair is dropped, so that the four words are the
  /// whole state.
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(6.283185307179586 * uniform());
  }

  /// Fills `out` `[count]` with standard normal numbers, two for each pair of uniform draws.
  void normal(float* out, int64_t count) {
    for (int64_t index = 0; index < count; index += 2) {
      const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
      const double angle = 6.283185307179586 * uniform();
      out[index] = static_cast<float>(radius * std::cos(angle));
      if (index + 1 < count) out[index + 1] = static_cast<float>(radius * std::sin(angle));
    }
  }

  /// Writes the state of the engine as the array `name`, `[4]`.
  void save(StateWriter& writer, const char* name) const { writer.array(name, {4}, words_); }
  /// Reads it back. Throws Error if there is no such array.
  void load(StateReader& reader, const char* name) { reader.array(name, {4}, words_); }

 private:
  static uint64_t rotate(uint64_t value, int by) { return (value << by) | (value >> (64 - by)); }

  uint64_t words_[4];
};

}  // namespace weft
