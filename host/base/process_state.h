/// State of the whole process that a component must not change.
#pragma once

#include <string>

namespace weft::host {

class ProcessState {
 public:
  static ProcessState now();

  /// "the working directory changed from '/a' to '/b'" for the first difference in `later`; empty when there is none.
  std::string change(const ProcessState& later) const;

 private:
  std::string folder_, locale_;
  int rounding_ = 0;
  bool keeps_subnormals_ = true;  ///< subnormal numbers are not flushed to zero
  bool interrupt_handled_ = false;
};

}  // namespace weft::host
