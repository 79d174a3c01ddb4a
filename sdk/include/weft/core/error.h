/// The exceptions of the SDK. A component may throw any std::exception; the host adds the context.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace weft {

/// A run cannot continue. The message contains what was found, what was expected and what to do; the host adds the
/// component, its type and plugin, the phase and the tick.
class __attribute__((visibility("default"))) Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A component cannot be made from the values in the graph; thrown by constructors. `key` names the parameter or slot
/// to change, or is empty if the error concerns the component as a whole; the host adds the file, line and column of
/// that key.
class __attribute__((visibility("default"))) SetupError : public Error {
 public:
  SetupError(std::string key, const std::string& message) : Error(message), key_(std::move(key)) {}
  const std::string& key() const noexcept { return key_; }

 private:
  std::string key_;
};

}  // namespace weft
