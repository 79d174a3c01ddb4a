#include "host/slurm/commands.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <boost/algorithm/string.hpp>
#include <charconv>
#include <cstdlib>
#include <sstream>

#include "host/base/child.h"
#include "host/base/diagnostic.h"
#include "host/base/file.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

/// A file of this process, for the output of a command.
class OutputOfCommand {
 public:
  OutputOfCommand() {
    std::string name = (fs::temp_directory_path() / "weft-slurm-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    if (descriptor < 0) throw Failure(ExitCode::run_failed, fmt::format("cannot write '{}'", name));
    ::close(descriptor);
    file_ = name;
  }
  ~OutputOfCommand() {
    std::error_code ignored;
    fs::remove(file_, ignored);
  }
  OutputOfCommand(const OutputOfCommand&) = delete;
  OutputOfCommand& operator=(const OutputOfCommand&) = delete;
  const fs::path& file() const { return file_; }

 private:
  fs::path file_;
};

int64_t number(const std::string& text) {
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string user() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry ? entry->pw_name : fmt::to_string(::geteuid());
}

}  // namespace

CommandResult run_command(const std::vector<std::string>& words) {
  const OutputOfCommand output;
  Child child(words, output.file());
  CommandResult result;
  result.code = child.wait();
  result.output = read_whole(output.file());
  boost::trim(result.output);
  if (result.code == Child::cannot_start)
    throw wrong_input(
        fmt::format("cannot start '{}', a command of Slurm: it is not on the PATH; use --on slurm on a "
                    "machine from which jobs are submitted, perhaps after 'module load slurm'",
                    words[0]));
  return result;
}

std::vector<QueuedElement> queued_elements(const std::string& name) {
  const CommandResult result = run_command(
      {"squeue", "--noheader", "--array", "--user", user(), "--states", "all", "--format", "%j|%F|%K|%T|%N|%r"});
  if (result.code != 0)
    throw Failure(ExitCode::run_failed,
                  fmt::format("Slurm does not say what is under way: '{}'; try again later", result.output));
  std::vector<QueuedElement> elements;
  std::istringstream lines(result.output);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> fields;
    boost::split(fields, line, boost::is_any_of("|"));
    if (fields.size() < 6 || !fields[0].starts_with(name)) continue;
    elements.push_back(
        {fields[0], fmt::format("{}_{}", fields[1], fields[2]), number(fields[2]), fields[3], fields[4], fields[5]});
  }
  return elements;
}

int64_t largest_array() {
  const CommandResult result = run_command({"scontrol", "show", "config"});
  constexpr std::string_view key = "MaxArraySize";
  const std::size_t begin = result.output.find(key);
  const std::size_t digits = begin == std::string::npos ? begin : result.output.find_first_of("0123456789", begin);
  if (result.code != 0 || digits == std::string::npos)
    throw Failure(ExitCode::run_failed, fmt::format("Slurm does not say its MaxArraySize: '{}'", result.output));
  return std::max<int64_t>(number(result.output.substr(digits)), 1);
}

std::vector<std::string> node_addresses() {
  const CommandResult result = run_command({"sinfo", "--noheader", "--Node", "--format", "%o"});
  std::vector<std::string> addresses;
  std::istringstream words(result.code == 0 ? result.output : "");
  for (std::string word; words >> word;) addresses.push_back(word);
  return addresses;
}

}  // namespace weft::host
