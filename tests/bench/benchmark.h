/// A row of weft_bench's table, and a benchmark that measures one.
///
/// Not Google Benchmark: it finishes one benchmark before the next, and does not compute ratios. On machines whose
/// speed varies, ratios are valid only between numbers that were measured in turns. So every benchmark takes one short
/// sample in each round, with the roof before each of them, and medians over the rounds are compared.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weft::bench {

/// Threads of all parallel work: the targets are for two.
constexpr int threads = 2;

/// One line of the result.
struct Row {
  std::string name;
  double value = 0.0;
  std::string unit;  ///< "F": share of the roof
  double target = 0.0;
  bool at_least = false;                         ///< the target is a lower bound of the value; otherwise an upper bound
  std::optional<double> seconds = {};            ///< for one unit of the work
  std::optional<double> flop = {};               ///< of its matrix products
  std::optional<double> over_roof = {};          ///< flop / seconds over the roof
  std::optional<double> over_plain = {};         ///< how many times as fast as plain LibTorch
  std::optional<double> over_plain_target = {};  ///< a lower bound of `over_plain`
  std::string note = {};                         ///< further results, as text

  bool met() const {
    const bool reached = at_least ? value >= target : value <= target;
    return reached && (!over_plain_target || *over_plain >= *over_plain_target);
  }
};

/// A row whose target is an upper bound.
Row bounded_row(const std::string& name, double value, const std::string& unit, double target,
                std::optional<double> seconds);

/// A row whose value is its share of the roof; the target is a lower bound.
Row roof_row(const std::string& name, double target, double seconds, double flop, double roof);

/// A call that is timed in every round.
class Series {
 public:
  /// `call` does the work once. Meanwhile LibTorch has `torch_threads` threads, and so has OpenBLAS, which computes its
  /// products.
  explicit Series(std::function<void()> call, int torch_threads = 1)
      : call_(std::move(call)), torch_threads_(torch_threads) {}

  /// Measures the mean over as many calls as take a twentieth of a second.
  void sample();
  /// Seconds per call: the median of all samples.
  double seconds() const;

 private:
  std::function<void()> call_;
  int torch_threads_;
  int64_t calls_ = 0;  ///< per sample; 0 until the first one
  std::vector<double> samples_;
};

double median(std::vector<double> values);

/// Wall time of `call` in seconds.
double time_of(const std::function<void()>& call);

class Benchmark {
 public:
  virtual ~Benchmark() = default;
  Benchmark() = default;
  Benchmark(const Benchmark&) = delete;
  Benchmark& operator=(const Benchmark&) = delete;

  /// The number of rounds in which it is measured.
  virtual int repetitions() const { return 15; }
  virtual void sample() = 0;
  /// The result; `roof` in FLOP/s.
  virtual Row row(double roof) const = 0;
};

using Made = std::unique_ptr<Benchmark>;

Made ensemble(const std::string& name, int64_t batch, double target);
Made itervaml();
Made vagram_over_mse();
Made sac_of_hopper(const std::string& name, int64_t width, double target, std::optional<double> over_plain_target);
Made sac_64();
Made imagine();
Made collect();
Made replay_sample();
Made replay_bytes();
Made schedule();

}  // namespace weft::bench
