#include "roof.h"

#include <dnnl.h>
#include <omp.h>

#include <algorithm>
#include <chrono>

#include "benchmark.h"
#include "openblas.h"
#include "weft/core/random.h"

namespace weft::bench {
namespace {

constexpr int size = 256;
constexpr int64_t numbers = int64_t{size} * size;  // of a matrix
constexpr int products = 60;                       // about a fiftieth of a second

}  // namespace

Roof::Roof() : operands_(threads) {
  Random random(1);
  for (Operands& own : operands_)
    for (std::vector<float>* matrix : {&own.a, &own.b, &own.out}) {
      matrix->resize(numbers);
      random.normal(matrix->data(), numbers);
    }
}

template <class Product>
double Roof::rate_of(const Product& product) {
  using Clock = std::chrono::steady_clock;
  double sum = 0.0;
#pragma omp parallel num_threads(threads) reduction(+ : sum)
  {
    Operands& own = operands_[static_cast<std::size_t>(omp_get_thread_num())];
    product(own.a.data(), own.b.data(), own.out.data());
#pragma omp barrier
    const Clock::time_point begin = Clock::now();
    for (int count = 0; count < products; ++count) product(own.a.data(), own.b.data(), own.out.data());
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    sum += 2.0 * size * size * size * products / seconds;
  }
  return sum;
}

void Roof::sample() {
  onednn_.push_back(rate_of([](const float* a, const float* b, float* out) {
    dnnl_sgemm('N', 'N', size, size, size, 1.0f, a, size, b, size, 0.0f, out, size);
  }));
  constexpr int row_major = 101, as_it_is = 111;
  const auto sgemm = bench::openblas().sgemm;
  openblas_.push_back(rate_of([&](const float* a, const float* b, float* out) {
    sgemm(row_major, as_it_is, as_it_is, size, size, size, 1.0f, a, size, b, size, 0.0f, out, size);
  }));
}

double Roof::onednn() const { return median(onednn_); }
double Roof::openblas() const { return median(openblas_); }
double Roof::rate() const { return std::max(onednn(), openblas()); }

}  // namespace weft::bench
