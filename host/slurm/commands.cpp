#include "host/slurm/commands.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/algorithm/string.hpp>
#include <sstream>

#include "host/base/child.h"
#include "host/base/diagnostic.h"
#include "host/base/file.h"
#include "host/base/number.h"

namespace weft::host {
namespace {

std::string user() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry ? entry->pw_name : fmt::to_string(::geteuid());
}

}  // namespace

CommandResult run_command(const std::vector<std::string>& words) {
  const WorkFolder folder;
  const std::filesystem::path output = folder / "output";
  CommandResult result;
  result.code = Child(words, output).wait();
  result.output = read_whole(output);
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
    elements.push_back({fields[0], fmt::format("{}_{}", fields[1], fields[2]), whole_number(fields[2]).value_or(0),
                        fields[3], fields[4], fields[5]});
  }
  return elements;
}

int64_t largest_array() {
  const CommandResult result = run_command({"scontrol", "show", "config"});
  constexpr const char* digits = "0123456789";
  const std::size_t key = result.output.find("MaxArraySize"), begin = result.output.find_first_of(digits, key);
  const std::size_t end = std::min(result.output.find_first_not_of(digits, begin), result.output.size());
  const std::optional<int64_t> size =
      begin == std::string::npos ? std::nullopt : whole_number(result.output.substr(begin, end - begin));
  if (result.code != 0 || key == std::string::npos || !size)
    throw Failure(ExitCode::run_failed, fmt::format("Slurm does not say its MaxArraySize: '{}'", result.output));
  return std::max<int64_t>(*size, 1);
}

std::vector<std::string> node_addresses() {
  const CommandResult result = run_command({"sinfo", "--noheader", "--Node", "--format", "%o"});
  std::vector<std::string> addresses;
  std::istringstream words(result.code == 0 ? result.output : "");
  for (std::string word; words >> word;) addresses.push_back(word);
  return addresses;
}

}  // namespace weft::host
