/// Numbers too small for float32's full precision, as zero.
#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace weft::dense {

/// While it lives, the calling thread reads and writes denormal numbers as zero; afterwards it does as before. An
/// eighth of Adam's first moments are denormal in long runs, and each costs more than a hundred cycles. Scoped to the
/// fast paths, because a process whose threads differ in this would compute other numbers elsewhere. On processors
/// other than x86 it does nothing.
class FlushDenormals {
 public:
#if defined(__SSE2__)
  FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | flush_to_zero | denormals_are_zero); }
  ~FlushDenormals() { _mm_setcsr(before_); }
#else
  FlushDenormals() {}
  ~FlushDenormals() {}
#endif
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

#if defined(__SSE2__)
 private:
  static constexpr unsigned int flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
  unsigned int before_;
#endif
};

}  // namespace weft::dense
