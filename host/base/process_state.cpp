#include "host/base/process_state.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>

namespace weft::host {

namespace {

constexpr std::array<int, 8> signals = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU, SIGPIPE, SIGXFSZ};

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

}  // namespace

ProcessState ProcessState::now() {
  ProcessState state;
  std::error_code ignored;
  state.folder_ = std::filesystem::current_path(ignored).string();
  state.locale_ = std::setlocale(LC_ALL, nullptr);
  state.cpp_locale_ = std::locale();
  state.environment_ = environment();
  std::fegetenv(&state.floating_point_);
  state.rounding_ = std::fegetround();
  volatile double smallest = std::numeric_limits<double>::min();
  state.keeps_subnormals_ = smallest / 2 > 0.0;
  state.file_mode_mask_ = ::umask(0);
  ::umask(state.file_mode_mask_);
  for (std::size_t index = 0; index < signals.size(); ++index)
    ::sigaction(signals[index], nullptr, &state.handlers_[index]);
  return state;
}

void ProcessState::restore() const {
  std::error_code ignored;
  std::filesystem::current_path(folder_, ignored);
  std::locale::global(cpp_locale_);
  std::setlocale(LC_ALL, locale_.c_str());
  for (const auto& [name, value] : environment())
    if (!environment_.contains(name)) ::unsetenv(name.c_str());
  for (const auto& [name, value] : environment_) ::setenv(name.c_str(), value.c_str(), 1);
  std::fesetenv(&floating_point_);
  ::umask(file_mode_mask_);
  for (std::size_t index = 0; index < signals.size(); ++index) ::sigaction(signals[index], &handlers_[index], nullptr);
}

std::string ProcessState::change(const ProcessState& later) const {
  const auto changed = [](const char* what, const std::string& before, const std::string& after) {
    return fmt::format("{} changed from '{}' to '{}'", what, before, after);
  };
  if (folder_ != later.folder_) return changed("the working directory", folder_, later.folder_);
  if (locale_ != later.locale_) return changed("the locale", locale_, later.locale_);
  if (cpp_locale_ != later.cpp_locale_)
    return changed("the locale of C++", cpp_locale_.name(), later.cpp_locale_.name());
  for (const auto* variables : {&environment_, &later.environment_})
    for (const auto& [name, value] : *variables) {
      const auto before = environment_.find(name), after = later.environment_.find(name);
      if (before == environment_.end() || after == later.environment_.end() || before->second != after->second)
        return fmt::format("the environment variable '{}' changed", name);
    }
  if (rounding_ != later.rounding_) return "the rounding mode of floating-point numbers changed";
  if (keeps_subnormals_ != later.keeps_subnormals_)
    return "subnormal numbers are now flushed to zero, as happens when a plugin is linked with -ffast-math";
  if (file_mode_mask_ != later.file_mode_mask_)
    return fmt::format("the mask of file modes (umask) changed from {:03o} to {:03o}", file_mode_mask_,
                       later.file_mode_mask_);
  for (std::size_t index = 0; index < signals.size(); ++index)
    if (handlers_[index].sa_handler != later.handlers_[index].sa_handler)
      return fmt::format("the handler of SIG{} was replaced", ::sigabbrev_np(signals[index]));
  return "";
}

}  // namespace weft::host
