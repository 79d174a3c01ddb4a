/// Errors, warnings and notes: a severity, a place and a message; and the exit codes.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::host {

/// A place in a graph file; line and column count from 1, and line 0 means the whole file. `file` may also be the text
/// of a command-line option ("--set run.ticks=5", line 0) or empty.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

enum class Severity { note, warning, error };

struct Diagnostic {
  Severity severity = Severity::error;
  Place place;
  std::string message;
};

/// "graphs/a.toml:12:3", "graphs/a.toml" without a line, "" without a file.
std::string to_text(const Place& place);

/// "graphs/a.toml:12:3: error: unknown key 'cap'; did you mean 'capacity'?", printable.
std::string to_text(const Diagnostic& diagnostic);

/// The exit codes of the program.
enum class ExitCode { done = 0, wrong_input = 2, plugin_failed = 3, run_failed = 4, interrupted = 130 };

/// Ends a command: its diagnostics and the exit code. `what()` is the text of all diagnostics, one per line.
class Failure : public std::runtime_error {
 public:
  Failure(ExitCode code, std::vector<Diagnostic> diagnostics);
  /// One error without a place.
  Failure(ExitCode code, const std::string& message);
  /// One error at a place.
  Failure(ExitCode code, const Place& place, const std::string& message);
  ExitCode code() const noexcept { return code_; }
  const std::vector<Diagnostic>& diagnostics() const noexcept { return diagnostics_; }

 private:
  ExitCode code_;
  std::vector<Diagnostic> diagnostics_;
};

/// An error in the user's input, with the place where it applies.
Failure wrong_input(const std::string& message);
Failure wrong_input(const Place& place, const std::string& message);

/// The text with its control characters, but for newlines and tabs, as "\x1b": what a file or a plugin contains must
/// not steer the terminal.
std::string printable(std::string_view text);

/// The path in single quotes.
std::string quoted(const std::filesystem::path& path);

/// The candidate nearest to `name` by edit distance; empty when none is close.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

/// "; did you mean 'x'?" for the nearest candidate; empty when none is close.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

/// "'a', 'b' and 'c'"; `none` for an empty list.
std::string enumerate(const std::vector<std::string>& names, const std::string& none = "none");

}  // namespace weft::host
