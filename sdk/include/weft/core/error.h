/// The exceptions of the SDK. A component may throw any std::exception; the host adds the place.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace weft {

/// A run cannot go on. The message says what was found, what was expected and what to do; the host adds
/// component, type, plugin, phase and tick.
class __attribute__((visibility("default"))) Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A component cannot be made from what the graph says. `key` names the parameter or slot at fault (or is
/// empty: the component as a whole); the host adds the file, line and column of that key.
class __attribute__((visibility("default"))) SetupError : public Error {
 public:
  SetupError(std::string key, const std::string& message) : Error(message), key_(std::move(key)) {}
  const std::string& key() const noexcept { return key_; }

 private:
  std::string key_;
};

}  // namespace weft
