/// Parallel work over units of fixed size.
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstdint>
#include <exception>

#include "dense/flush_denormals.h"

namespace weft::dense {

/// Rows per unit of work on a batch of independent rows. Fixed, so that the bytes of a result do not depend on the
/// number of threads.
constexpr int64_t rows_per_unit = 128;

inline int64_t row_units(int64_t rows) { return (rows + rows_per_unit - 1) / rows_per_unit; }

/// Calls `work(unit, worker)` once for each unit 0 .. units - 1, on up to `threads` threads; `worker`, below
/// `threads`, is the same only for calls that do not overlap in time. Units must not depend on each other or on
/// `worker`, except for memory to work in. Denormal numbers count as zero in all of them. The first exception is
/// rethrown when all units have finished.
template <class Work>
void for_units(int threads, int64_t units, const Work& work) {
  std::exception_ptr failure;
  const int team = static_cast<int>(std::clamp<int64_t>(units, 1, threads));
#pragma omp parallel num_threads(team)
  {
    const FlushDenormals flush;
#pragma omp for schedule(dynamic, 1)
    for (int64_t unit = 0; unit < units; ++unit) {
      try {
        work(unit, omp_get_thread_num());
      } catch (...) {
#pragma omp critical(weft_dense_failure)
        if (!failure) failure = std::current_exception();
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace weft::dense
