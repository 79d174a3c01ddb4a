#include "host/sweep/folder.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <string_view>
#include <utility>

#include "host/graph/parameter.h"
#include "host/run/folder.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

/// Locked while a sweep is in progress. It holds a title and one line for each key that varies; it is empty when the
/// sweep was killed before it wrote them.
constexpr const char* marker = ".weft-sweep";
constexpr const char* other_folder = "; choose another folder with --out DIR";

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string marker_text(const SweepPlan& plan) {
  std::string text = "a sweep over\n";
  for (const std::string& column : plan.columns) text += column + "\n";
  return text;
}

/// Removes the line "ticks = N" of [run] from a run's graph, and returns N: a run may continue to more ticks.
int64_t take_ticks(std::vector<std::string>& lines) {
  constexpr std::string_view key = "ticks = ";
  for (auto line = lines.begin(); line != lines.end(); ++line) {
    if (!line->starts_with(key)) continue;
    int64_t ticks = 0;
    std::from_chars(line->data() + key.size(), line->data() + line->size(), ticks);
    lines.erase(line);
    return ticks;
  }
  return 0;
}

/// "[stages.fit] has 'epochs = 10' there and 'epochs = 20' here", of the first lines that differ.
std::string difference(const std::vector<std::string>& there, const std::vector<std::string>& here) {
  std::string section;
  for (std::size_t index = 0; index < std::max(there.size(), here.size()); ++index) {
    const std::string left = index < there.size() ? there[index] : "";
    const std::string right = index < here.size() ? here[index] : "";
    const auto word = [](const std::string& line) { return line.empty() ? "nothing more" : fmt::format("'{}'", line); };
    if (left != right) return fmt::format("{} has {} there and {} here", section, word(left), word(right));
    if (left.starts_with('[')) section = left;
  }
  return "";
}

/// Equal reasons are reported once, with the first folder.
void require_no_conflict(const SweepPlan& plan) {
  std::vector<std::pair<std::string, std::vector<fs::path>>> conflicts;
  for (const SweepRun& run : plan.runs) {
    const std::string reason = conflict(run);
    if (reason.empty()) continue;
    auto known =
        std::find_if(conflicts.begin(), conflicts.end(), [&](const auto& other) { return other.first == reason; });
    if (known == conflicts.end()) known = conflicts.insert(known, {reason, {}});
    known->second.push_back(run.folder);
  }
  Problems problems;
  for (const auto& [reason, folders] : conflicts) {
    const std::string more = folders.size() > 1 ? fmt::format(" (as do {} more)", folders.size() - 1) : "";
    problems.error({}, fmt::format("the folder {} holds {}{}{}", quoted(folders[0]), reason, more, other_folder));
  }
  problems.throw_errors();
}

}  // namespace

Standing standing(const SweepRun& run) {
  std::error_code error;
  if (RunFolder::is_in_use(run.folder)) return Standing::waits;
  if (fs::exists(run.folder / "graph.toml", error)) {
    std::vector<std::string> there = lines_of(read_whole(run.folder / "graph.toml"));
    if (stored_status(run.folder) == status_finished && take_ticks(there) == run.ticks) return Standing::done;
    if (!CheckpointFolder(run.folder / "checkpoints").files().empty()) return Standing::continues;
  }
  RunFolder::require_free(run.folder, true);
  return Standing::starts;
}

std::string conflict(const SweepRun& run) {
  std::error_code error;
  if (!fs::exists(run.folder / "graph.toml", error)) return "";
  std::vector<std::string> there = lines_of(read_whole(run.folder / "graph.toml")), here = lines_of(run.graph_text);
  const int64_t ticks_there = take_ticks(there), ticks_here = take_ticks(here);
  if (ticks_there > ticks_here)
    return fmt::format("a run of {} ticks, more than the {} of this sweep", ticks_there, ticks_here);
  const std::string differs = difference(there, here);
  if (!differs.empty()) return "a run with other settings: " + differs;
  std::vector<std::string> inputs;  // as build.txt has them
  if (fs::exists(run.folder / "build.txt", error))
    for (const std::string& line : lines_of(read_whole(run.folder / "build.txt")))
      if (line.starts_with("input ")) inputs.push_back(line);
  for (const std::string& input : run.inputs)
    if (!inputs.empty() && std::find(inputs.begin(), inputs.end(), input) == inputs.end())
      return fmt::format("a run that read another file: the checksum here is '{}'", input);
  return "";
}

std::vector<Standing> standings(const SweepPlan& plan) {
  require_no_conflict(plan);
  std::vector<Standing> all;
  for (const SweepRun& run : plan.runs) all.push_back(standing(run));
  return all;
}

void require_sweep_folder(const SweepPlan& plan) {
  std::error_code error;
  const fs::path& folder = plan.folder;
  if (!fs::exists(folder, error) || (fs::is_directory(folder, error) && fs::is_empty(folder, error))) return;
  if (!fs::exists(folder / marker, error))
    throw wrong_input(fmt::format("{} exists and is not the folder of a sweep{}", quoted(folder), other_folder));
  const std::string stored = read_whole(folder / marker);
  if (stored.empty() || stored == marker_text(plan)) return;
  std::vector<std::string> columns = lines_of(stored);
  columns.erase(columns.begin());
  throw wrong_input(fmt::format("the folder {} holds a sweep over {}, not over {}{}", quoted(folder),
                                enumerate(columns, "seeds only"), enumerate(plan.columns, "seeds only"), other_folder));
}

Descriptor open_sweep_folder(const SweepPlan& plan) {
  std::error_code error;
  fs::create_directories(plan.folder, error);
  if (error)
    throw wrong_input(
        fmt::format("cannot make the folder {}: {}{}", quoted(plan.folder), error.message(), other_folder));
  Descriptor lock = lock_file(plan.folder / marker, O_RDWR | O_CREAT,
                              fmt::format("a sweep is in progress in the folder {}; wait for it, or choose another "
                                          "folder with --out DIR",
                                          quoted(plan.folder)));
  OutputFile output(plan.folder / marker, 0);
  output.append(marker_text(plan));
  output.sync();
  return lock;
}

}  // namespace weft::host
