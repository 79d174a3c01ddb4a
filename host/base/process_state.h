/// What belongs to the whole process, and is not a component's to change.
#pragma once

#include <string>

namespace weft::host {

class ProcessState {
 public:
  static ProcessState now();

  /// "the working directory was '/a' and is '/b'" for the first thing that is different in `later`; else empty.
  std::string change(const ProcessState& later) const;

 private:
  std::string folder_, locale_;
  int rounding_ = 0;
  bool keeps_small_numbers_ = true;  ///< denormal numbers are not flushed to zero
  bool interrupt_handled_ = false;
};

}  // namespace weft::host
