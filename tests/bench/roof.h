/// The fp32 roof of the machine: matrix products of 256 x 256 x 256, one single-threaded instance per core, summed.
#pragma once

#include <vector>

namespace weft::bench {

class Roof {
 public:
  Roof();
  /// Times oneDNN, then OpenBLAS.
  void sample();
  /// FLOP/s: the larger of the two medians.
  double rate() const;
  double onednn() const;
  double openblas() const;

 private:
  template <class Product>
  double rate_of(const Product& product);

  struct Operands {
    std::vector<float> a, b, out;
  };
  std::vector<Operands> operands_;  ///< one for each core
  std::vector<double> onednn_, openblas_;
};

}  // namespace weft::bench
