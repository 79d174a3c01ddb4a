#include "host/base/process_state.h"

#include <cfenv>
#include <clocale>
#include <csignal>
#include <filesystem>
#include <limits>

namespace weft::host {

ProcessState ProcessState::now() {
  ProcessState state;
  std::error_code gone;
  state.folder_ = std::filesystem::current_path(gone).string();
  state.locale_ = std::setlocale(LC_ALL, nullptr);
  state.rounding_ = std::fegetround();
  volatile double smallest = std::numeric_limits<double>::min();
  state.keeps_small_numbers_ = smallest / 2 > 0.0;
  struct sigaction action {};
  sigaction(SIGINT, nullptr, &action);
  state.interrupt_handled_ = action.sa_handler != SIG_DFL;
  return state;
}

std::string ProcessState::change(const ProcessState& later) const {
  const auto was = [](const std::string& what, const std::string& before, const std::string& after) {
    return what + " was '" + before + "' and is '" + after + "'";
  };
  if (folder_ != later.folder_) return was("the working directory", folder_, later.folder_);
  if (locale_ != later.locale_) return was("the locale", locale_, later.locale_);
  if (rounding_ != later.rounding_) return "the rounding mode of floating-point numbers is another one";
  if (keeps_small_numbers_ != later.keeps_small_numbers_)
    return "numbers that are too small to be normal are flushed to zero, as -ffast-math does where it is given to the "
           "linker";
  if (interrupt_handled_ != later.interrupt_handled_) return "Ctrl-C (SIGINT) is handled by somebody else";
  return "";
}

}  // namespace weft::host
