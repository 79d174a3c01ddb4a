/// State of the whole process that a component must not change.
#pragma once

#include <sys/types.h>

#include <array>
#include <cfenv>
#include <csignal>
#include <locale>
#include <map>
#include <string>

namespace weft::host {

class ProcessState {
 public:
  static ProcessState now();

  /// "the working directory changed from '/a' to '/b'" for the first difference in `later`; empty when there is none.
  std::string change(const ProcessState& later) const;
  /// Makes this the state of the process again.
  void restore() const;

 private:
  std::string folder_, locale_;
  std::locale cpp_locale_;
  std::map<std::string, std::string> environment_;
  std::fenv_t floating_point_{};
  int rounding_ = 0;
  bool keeps_subnormals_ = true;  ///< subnormal numbers are not flushed to zero
  mode_t file_mode_mask_ = 0;
  /// Of the signals that end a run with a checkpoint or that Weft ignores, in the order of the implementation.
  std::array<struct sigaction, 8> handlers_{};
};

}  // namespace weft::host
