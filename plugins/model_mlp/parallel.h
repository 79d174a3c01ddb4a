/// Parallel work over fixed units.
#pragma once

#include <omp.h>

#include <cstdint>
#include <exception>

namespace weft::model_mlp {

/// Calls `work(unit, thread)` for each unit in 0 .. count - 1, on up to `threads` threads, thread in
/// 0 .. threads - 1. The units must not depend on the number of threads, nor their results on the order. The
/// first exception is thrown on once all units are over.
template <class Work>
void for_each_unit(int64_t count, int threads, const Work& work) {
  std::exception_ptr failure;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
  for (int64_t unit = 0; unit < count; ++unit) {
    try {
      work(unit, omp_get_thread_num());
    } catch (...) {
#pragma omp critical(weft_model_mlp)
      if (!failure) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace weft::model_mlp
