#include "host/slurm/submit.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/program_options/parsers.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "host/base/checksum.h"
#include "host/base/diagnostic.h"
#include "host/base/file.h"
#include "host/base/option_text.h"
#include "host/slurm/commands.h"
#include "host/slurm/submission.h"
#include "host/sweep/folder.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

constexpr double shortest_element =
    600.0;  ///< seconds: starting a job takes some, and schedulers dislike many short ones

std::vector<std::string> words_of(const std::string& text) {
  try {
    return boost::program_options::split_unix(text);
  } catch (const std::exception& error) {
    throw wrong_input(Place{fmt::format("--slurm {}", text)},
                      fmt::format("expected options as in a shell; found: {}", error.what()));
  }
}

bool is_this_machine(const std::string& address) {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  const std::string host = name.data();
  return address == "localhost" || address.starts_with("127.") || address == "::1" || address == host ||
         address == host.substr(0, host.find('.'));
}

/// Whether a folder is on a disk or in memory that by convention belongs to one machine.
bool is_of_one_machine(const fs::path& folder) {
  constexpr std::array<std::string_view, 4> beginnings = {"/tmp/", "/var/tmp/", "/dev/shm/", "/run/"};
  const std::string text = fs::weakly_canonical(fs::absolute(folder)).string() + "/";
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return text.starts_with(beginning); });
}

/// The mean time of the finished runs of the plan, in seconds; 0: there are none.
double time_of_a_run(const SweepPlan& plan) {
  double seconds = 0.0;
  int count = 0;
  for (const SweepRun& run : plan.runs) {
    std::error_code absent;
    if (!fs::exists(run.folder / "summary.json", absent)) continue;
    const auto summary = nlohmann::json::parse(read_whole(run.folder / "summary.json"), nullptr, false);
    if (summary.is_discarded() || summary.value("status", "") != "finished") continue;
    seconds += summary.value("session_seconds", 0.0);
    ++count;
  }
  return count > 0 ? seconds / count : 0.0;
}

std::vector<std::vector<std::size_t>> elements_of(const SweepPlan& plan, const std::vector<std::size_t>& runs,
                                                  const SlurmOptions& slurm) {
  std::size_t size = 1;
  if (slurm.pack)
    size = static_cast<std::size_t>(*slurm.pack);
  else if (const double seconds = time_of_a_run(plan); seconds > 0.0)
    size = static_cast<std::size_t>(std::ceil(std::max(shortest_element / seconds, 1.0)));
  std::vector<std::vector<std::size_t>> elements;
  for (std::size_t begin = 0; begin < runs.size(); begin += size)
    elements.emplace_back(runs.begin() + static_cast<std::ptrdiff_t>(begin),
                          runs.begin() + static_cast<std::ptrdiff_t>(std::min(begin + size, runs.size())));
  return elements;
}

fs::path write_script(const SweepPlan& plan, const SlurmOptions& slurm) {
  std::string text = "#!/bin/bash\n# An element of a sweep; 'weft sweep --on slurm' wrote this file.\n";
  if (slurm.setup) text += fmt::format(". {}\n", shell_word(fs::absolute(*slurm.setup).string()));
  text += fmt::format("exec {} slurm-element \"$1\" \"$(($2 + SLURM_ARRAY_TASK_ID))\"\n",
                      shell_word(fs::read_symlink("/proc/self/exe").string()));
  const fs::path script = slurm_folder(plan.folder) / "element.sh";
  write_whole(script, text);
  return script;
}

}  // namespace

void require_slurm(const SweepPlan& plan, const SlurmOptions& slurm) {
  words_of(slurm.options);
  run_command({"sbatch", "--version"});
  if (slurm.setup && !fs::is_regular_file(*slurm.setup))
    throw wrong_input(Place{fmt::format("--slurm-setup {}", slurm.setup->string())},
                      "there is no such file; expected one with shell commands, which the job reads first");
  if (!is_of_one_machine(plan.folder)) return;
  for (const std::string& address : node_addresses())
    if (!is_this_machine(address))
      throw wrong_input(
          fmt::format("the folder {} is on this machine's own disk, and jobs run on others, such as {}; "
                      "choose a folder that all of them see with --out DIR",
                      quoted(fs::absolute(plan.folder)), address));
}

Submitted submit(const SweepPlan& plan, const std::vector<std::size_t>& runs, const SweepOptions& options,
                 const SlurmOptions& slurm) {
  Submission submission{count_submissions(plan.folder), plan, {}, options.plugin_path, elements_of(plan, runs, slurm)};
  for (const fs::path& file : plan.plugins) submission.checksums[file] = file_checksum(file);
  for (fs::path& path : submission.plugin_path) path = fs::absolute(path);
  const auto count = static_cast<int64_t>(submission.elements.size());
  const int64_t largest = largest_array();
  write_submission(submission);
  const fs::path script = write_script(plan, slurm), file = submission_file(plan.folder, submission.number);
  Submitted result;
  for (int64_t offset = 0; offset < count; offset += largest) {
    const int64_t size = std::min(largest, count - offset);
    const std::string name = array_name(submission, offset);
    std::vector<std::string> words = {"sbatch",
                                      "--parsable",
                                      "--job-name",
                                      name,
                                      "--array",
                                      fmt::format("0-{}", size - 1),
                                      "--requeue",
                                      "--open-mode=append",
                                      "--signal=B:USR1@300",
                                      "--output",
                                      (fs::absolute(slurm_folder(plan.folder)) / (name + "_%a.log")).string()};
    for (const std::string& word : words_of(slurm.options)) words.push_back(word);
    for (const std::string& word : {fs::absolute(script).string(), fs::absolute(file).string(), fmt::to_string(offset)})
      words.push_back(word);
    const CommandResult answer = run_command(words);
    if (answer.code != 0 && result.jobs.empty()) {
      fs::remove(file);
      throw wrong_input(
          fmt::format("Slurm says '{}'; nothing was submitted: change the options in --slurm", answer.output));
    }
    if (answer.code != 0) {
      result.refusal = answer.output;
      break;
    }
    result.jobs.push_back(answer.output.substr(0, answer.output.find(';')));
    result.elements += static_cast<std::size_t>(size);
    for (int64_t element = offset; element < offset + size; ++element)
      result.runs += submission.elements[static_cast<std::size_t>(element)].size();
  }
  return result;
}

}  // namespace weft::host
