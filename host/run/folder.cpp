#include "host/run/folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <vector>

#include "host/base/rows.h"
#include "host/base/written.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

constexpr const char* marker = ".weft-run";
constexpr const char* outputs = "files";
constexpr const char* other_place = "--set run.name=OTHER, --seed N or --out DIR";

bool is_free(const fs::path& folder) {
  return !fs::exists(folder) || (fs::is_directory(folder) && fs::is_empty(folder));
}

/// Neither follows links.
bool is_folder(const fs::directory_entry& entry) { return entry.symlink_status().type() == fs::file_type::directory; }
bool is_file(const fs::directory_entry& entry) { return entry.symlink_status().type() == fs::file_type::regular; }

bool is_run_file(std::string_view name) {
  constexpr std::array<std::string_view, 7> names = {marker,       "graph.toml", "build.txt",   "metrics.csv",
                                                     "timing.csv", "log.txt",    "summary.json"};
  if (name.ends_with(".tmp")) name.remove_suffix(4);
  return name.starts_with("events.out.tfevents.") || std::find(names.begin(), names.end(), name) != names.end();
}

/// The files that the components of the run in this folder write into it, by its graph.toml.
std::set<fs::path> outputs_of_run(const fs::path& folder) {
  std::set<fs::path> files;
  try {
    const fs::path graph = folder / "graph.toml";
    const Written::Table root = parse_toml(read_whole(graph), graph.string(), 0);
    for (const char* section : {"components", "stages"}) {
      const Written::Member* all = find(root, section);
      if (!all || !all->value.table()) continue;
      for (const Written::Member& component : *all->value.table()) {
        const Written::Member* out = component.value.table() ? find(*component.value.table(), "out") : nullptr;
        if (out && out->value.text() && !out->value.text()->empty())
          files.insert(folder / outputs / fs::path(*out->value.text()));
      }
    }
  } catch (const Failure&) {
    // Without a graph nothing is known to be Weft's.
  }
  return files;
}

/// The first entry below `outputs` that no component of the run wrote, or an empty path.
fs::path foreign_output(const fs::path& folder) {
  const std::set<fs::path> own = outputs_of_run(folder);
  for (const auto& entry : fs::recursive_directory_iterator(folder / outputs)) {
    if (is_folder(entry)) continue;
    const std::string name = entry.path().string();
    const bool known = std::any_of(own.begin(), own.end(), [&](const fs::path& file) {
      return name == file.string() || name.starts_with(file.string() + ".unfinished");
    });
    if (!known || !is_file(entry)) return entry.path();
  }
  return {};
}

/// The first entry that Weft did not write, by name and kind, or an empty path.
fs::path foreign_entry(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name == "checkpoints" && is_folder(entry)) continue;
    if (name == outputs && is_folder(entry)) {
      if (const fs::path foreign = foreign_output(folder); !foreign.empty()) return foreign;
      continue;
    }
    if (!is_run_file(name) || !is_file(entry)) return entry.path();
  }
  if (!fs::exists(folder / "checkpoints")) return {};
  for (const auto& entry : fs::directory_iterator(folder / "checkpoints")) {
    if (!entry.path().filename().string().starts_with("tick_") || !is_file(entry)) return entry.path();
  }
  return {};
}

/// Calls `visit(component, key, file)` for the outputs of a graph.
template <class Visit>
void for_each_output(Graph& graph, const Visit& visit) {
  for (ComponentNode& node : graph.nodes)
    for (const weft_parameter& row : parameters_of(*node.type->type)) {
      if (!is_output(row)) continue;
      auto& file = std::get<std::string>(node.parameters.at(row.key));
      if (!file.empty()) visit(node, row.key, file);
    }
}

bool is_run_folder(const fs::path& folder) {
  if (fs::exists(folder / marker)) return true;
  return fs::exists(folder / "graph.toml") && fs::exists(folder / "build.txt") &&
         fs::is_directory(folder / "checkpoints");
}

/// Whether the run in the folder failed before it left anything to keep: no checkpoint, and no recorded number.
bool holds_nothing(const fs::path& folder) {
  if (!CheckpointFolder(folder / "checkpoints").files().empty()) return false;
  const std::string status = stored_status(folder);
  if (status == status_finished || status == status_interrupted) return false;
  if (!fs::is_regular_file(folder / "metrics.csv")) return true;
  std::ifstream metrics(folder / "metrics.csv");
  std::string header, row;
  return !std::getline(metrics, header) || !std::getline(metrics, row);
}

std::string in_use(const fs::path& folder) {
  return fmt::format("a run is in progress in the folder {}; wait for it, or choose another folder with {}",
                     quoted(folder), other_place);
}

/// The message about a folder that holds a run already.
std::string occupied(const fs::path& folder) {
  const std::string keep_both =
      fmt::format("\n  to keep it and run elsewhere: {}\n  to delete it and run from scratch: --replace", other_place);
  if (stored_status(folder) == status_finished) {
    return fmt::format(
        "the folder {} holds a finished run; its result is in {}\n  to continue with more ticks: weft resume {} "
        "--ticks "
        "N{}",
        quoted(folder), quoted(folder / "summary.json"), folder.string(), keep_both);
  }
  if (CheckpointFolder(folder / "checkpoints").files().empty())
    return fmt::format("the folder {} holds a run that ended before its first checkpoint, and what it recorded{}",
                       quoted(folder), keep_both);
  return fmt::format("the folder {} holds an unfinished run\n  to continue it: weft resume {}{}", quoted(folder),
                     folder.string(), keep_both);
}

void require_writable(const fs::path& folder, const std::string& remedy) {
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    throw wrong_input(
        fmt::format("cannot write into the folder {}: {}; {}", quoted(folder), std::strerror(errno), remedy));
}

/// Opens and locks the marker. Fails when another process has locked it.
Descriptor lock_marker(const fs::path& folder, int flags) { return lock_file(folder / marker, flags, in_use(folder)); }

void remove_file(const fs::path& file) {
  std::error_code error;
  fs::remove(file, error);
  if (error) throw wrong_input(fmt::format("cannot delete {}: {}", quoted(file), error.message()));
}

/// Deletes files and the folder of checkpoints; what is not empty by then stays, and is an error.
void delete_contents(const fs::path& folder) {
  if (fs::exists(folder / "checkpoints"))
    for (const auto& entry : fs::directory_iterator(folder / "checkpoints")) remove_file(entry.path());
  std::error_code error;
  fs::remove_all(folder / outputs, error);  // its entries were looked at
  if (error) throw wrong_input(fmt::format("cannot delete {}: {}", quoted(folder / outputs), error.message()));
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename() != marker) remove_file(entry.path());  // it is locked, and marks the folder as Weft's
}

void require_own_entries(const fs::path& folder) {
  if (const fs::path foreign = foreign_entry(folder); !foreign.empty())
    throw wrong_input(
        fmt::format("--replace would delete {}, which Weft did not write; move it elsewhere first", quoted(foreign)));
}

}  // namespace

Graph with_outputs_in(const Graph& graph, const fs::path& folder) {
  Graph placed = graph;
  for_each_output(placed, [&](const ComponentNode&, const char*, std::string& file) {
    if (fs::path(file).is_relative()) file = (fs::absolute(folder) / outputs / file).string();
  });
  return placed;
}

void require_new_outputs(const Graph& graph) {
  Graph copy = graph;
  for_each_output(copy, [&](const ComponentNode& node, const char* key, const std::string& file) {
    std::error_code error;
    if (fs::path(file).is_relative() || !fs::exists(fs::symlink_status(file, error))) return;
    const auto place = node.key_places.find(key);
    throw wrong_input(place == node.key_places.end() ? node.place : place->second,
                      fmt::format("the file {} exists; '{}' would overwrite it; name another file, or allow it with "
                                  "--replace",
                                  quoted(fs::path(file)), node.name));
  });
}

fs::path default_folder(const RunSettings& run) { return fs::path("runs") / run.name / fmt::to_string(run.seed); }

std::string stored_status(const fs::path& folder) {
  if (!fs::is_regular_file(folder / "summary.json")) return "";
  std::ifstream stream(folder / "summary.json");
  const nlohmann::json summary = nlohmann::json::parse(stream, nullptr, false);
  if (!summary.is_object() || !summary.contains("status") || !summary["status"].is_string()) return "";
  return summary["status"];
}

void RunFolder::require_free(const fs::path& folder, bool replace) {
  try {
    if (is_free(folder)) return;
    if (!is_run_folder(folder)) {
      throw wrong_input(
          fmt::format("{} exists and was not written by Weft; choose another folder: {}", quoted(folder), other_place));
    }
    if (is_in_use(folder)) throw wrong_input(in_use(folder));
    if (!replace && !holds_nothing(folder)) throw wrong_input(occupied(folder));
    require_own_entries(folder);
  } catch (const fs::filesystem_error& error) {
    throw wrong_input(fmt::format("cannot read the folder {}: {}", quoted(folder), error.code().message()));
  }
}

RunFolder RunFolder::create(const fs::path& folder, bool replace) {
  require_free(folder, replace);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw wrong_input(fmt::format("cannot make the folder {}: {}; choose another one with --out DIR", quoted(folder),
                                  error.message()));
  }
  require_writable(folder, "choose another one with --out DIR");
  RunFolder result(folder);
  result.lock_ = lock_marker(folder, O_RDWR | O_CREAT);
  // Another process may have begun and ended a run between the look at the folder and the lock.
  if (!replace && !holds_nothing(folder)) throw wrong_input(occupied(folder));
  require_own_entries(folder);
  delete_contents(folder);
  fs::create_directory(folder / "checkpoints", error);
  if (error)
    throw wrong_input(fmt::format("cannot make the folder {}: {}", quoted(folder / "checkpoints"), error.message()));
  return result;
}

RunFolder RunFolder::open(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error) || !is_run_folder(folder)) {
    const std::string found = fs::exists(folder, error)
                                  ? fmt::format(
                                        "is not the folder of a run: it has neither the file '{}' nor graph.toml, "
                                        "build.txt and checkpoints",
                                        marker)
                                  : "does not exist";
    throw wrong_input(fmt::format("{} {}; expected a folder that 'weft run' has made, such as runs/NAME/SEED",
                                  quoted(folder), found));
  }
  require_writable(folder, "make it writable, or resume a writable copy");
  RunFolder result(folder);
  result.lock_ = lock_marker(folder, O_RDWR | O_CREAT);
  if (fs::is_symlink(folder / "checkpoints", error))
    throw wrong_input(fmt::format("{} is a symbolic link, which Weft does not follow here; replace it with the folder",
                                  quoted(folder / "checkpoints")));
  return result;
}

bool RunFolder::is_in_use(const fs::path& folder) {
  const int marked = ::open((folder / marker).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (marked < 0) return false;
  const bool locked = ::flock(marked, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(marked);
  return locked;
}

Checkpoint RunFolder::newest_checkpoint(std::ostream& err) const {
  std::error_code no_file;
  const auto metrics_size = static_cast<int64_t>(fs::file_size(file("metrics.csv"), no_file));
  std::vector<Diagnostic> refused;
  std::vector<fs::path> refused_files;
  for (const fs::path& candidate : checkpoints().files()) {
    try {
      Checkpoint checkpoint(candidate);
      if (no_file || metrics_size < checkpoint.info().metrics_size) {
        throw wrong_input(
            fmt::format("cannot use the checkpoint {}: the metrics.csv of the run is truncated or missing; expected at "
                        "least {} bytes",
                        quoted(candidate), checkpoint.info().metrics_size));
      }
      for (const Diagnostic& diagnostic : refused)
        err << fmt::format("warning: {}; continuing from tick {}\n", diagnostic.message, checkpoint.info().tick);
      for (const fs::path& other : refused_files) rename_durably(other, other.string() + ".refused");
      return checkpoint;
    } catch (const Failure& failure) {
      if (failure.code() != ExitCode::wrong_input) throw;
      refused.insert(refused.end(), failure.diagnostics().begin(), failure.diagnostics().end());
      refused_files.push_back(candidate);
    }
  }
  refused.emplace_back();
  refused.back().message = fmt::format(
      "there is no usable checkpoint in {}; 'weft run' with --replace starts from scratch", quoted(folder_));
  throw Failure(ExitCode::wrong_input, refused);
}

}  // namespace weft::host
