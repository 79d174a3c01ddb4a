#include "host/base/process_state.h"

#include <fmt/format.h>

#include <cfenv>
#include <clocale>
#include <csignal>
#include <filesystem>
#include <limits>

namespace weft::host {

ProcessState ProcessState::now() {
  ProcessState state;
  std::error_code ignored;
  state.folder_ = std::filesystem::current_path(ignored).string();
  state.locale_ = std::setlocale(LC_ALL, nullptr);
  state.rounding_ = std::fegetround();
  volatile double smallest = std::numeric_limits<double>::min();
  state.keeps_subnormals_ = smallest / 2 > 0.0;
  struct sigaction action {};
  sigaction(SIGINT, nullptr, &action);
  state.interrupt_handled_ = action.sa_handler != SIG_DFL;
  return state;
}

std::string ProcessState::change(const ProcessState& later) const {
  const auto changed = [](const char* what, const std::string& before, const std::string& after) {
    return fmt::format("{} changed from '{}' to '{}'", what, before, after);
  };
  if (folder_ != later.folder_) return changed("the working directory", folder_, later.folder_);
  if (locale_ != later.locale_) return changed("the locale", locale_, later.locale_);
  if (rounding_ != later.rounding_) return "the rounding mode of floating-point numbers changed";
  if (keeps_subnormals_ != later.keeps_subnormals_)
    return "subnormal numbers are now flushed to zero, as happens when a plugin is linked with -ffast-math";
  if (interrupt_handled_ != later.interrupt_handled_) return "the handler of SIGINT (Ctrl-C) was replaced";
  return "";
}

}  // namespace weft::host
