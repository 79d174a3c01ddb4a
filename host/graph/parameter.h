/// Values of parameters: from what is written to what a type declares, and back to TOML.
#pragma once

#include <optional>
#include <string>

#include "host/base/diagnostic.h"
#include "host/base/written.h"
#include "host/graph/graph.h"
#include "weft/core/abi.h"

namespace weft::host {

/// The errors and notes that a check has found.
class Problems {
 public:
  /// Throws Failure with what was found so far when there are more errors than anybody reads.
  void error(const Place& place, const std::string& message);
  void note(const Place& place, const std::string& message) { notes_.push_back({Severity::note, place, message}); }
  const std::vector<Diagnostic>& errors() const { return errors_; }
  /// Throws Failure with the errors, in the order of the files, if there are any.
  void throw_errors();
  /// In the order of the files.
  std::vector<Diagnostic> take_notes();

 private:
  std::vector<Diagnostic> errors_, notes_;
};

/// "unknown key 'cap'; stage.store takes 'in' and 'capacity'; did you mean 'capacity'?"
std::string unknown(const std::string& what, const std::string& name, const std::vector<std::string>& known,
                    const std::string& owner);

/// What a parameter takes, for messages: "a whole number, at least 1".
std::string expectation(const weft_parameter& row);

/// Reads a value as `row` declares it; reports to `problems` and returns nothing where it does not fit.
/// `owner` is the type that declares the parameter.
std::optional<Value> read_parameter(const Written& written, const weft_parameter& row, const std::string& owner,
                                    Problems& problems);

/// The value of a parameter that the graph does not set; nothing when it must be given.
std::optional<Value> default_value(const weft_parameter& row, const std::string& owner, Problems& problems);

/// A value as TOML; `kind` distinguishes ramps of whole numbers from others.
std::string to_toml(const Value& value, int32_t kind);

}  // namespace weft::host
