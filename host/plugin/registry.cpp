#include "host/plugin/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <sstream>

#include "host/base/process_state.h"
#include "host/base/program.h"
#include "host/base/rows.h"
#include "host/plugin/entry.h"
#include "host/plugin/file.h"

namespace weft::host {
namespace fs = std::filesystem;
namespace {

constexpr const char* beside_the_program = "beside the program";

/// A file to be loaded, and why.
struct Candidate {
  fs::path file;
  std::string found_by;
  Place place;
  bool named = false;  ///< the user named this file, not its folder: it has to load
};

/// The `.so` files of a folder, by name; throws PluginError when it cannot be read.
std::vector<fs::path> libraries_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator(); entry.increment(error))
    if (entry->path().extension() == ".so") files.push_back(entry->path());
  if (error)
    throw PluginError(fmt::format("{}: the folder cannot be read: {}; make it readable, or do not name it",
                                  folder.string(), error.message()));
  std::sort(files.begin(), files.end());
  return files;
}

/// A file or folder that the user named, as candidates.
std::vector<Candidate> expand(const fs::path& path, const std::string& found_by, const Place& place) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path);
  if (!fs::is_directory(path, error)) return {{absolute, found_by, place, true}};
  std::vector<Candidate> candidates;
  for (const fs::path& file : libraries_in(absolute)) candidates.push_back({file, found_by, place, false});
  return candidates;
}

std::vector<fs::path> paths_of_variable() {
  std::vector<fs::path> paths;
  const char* text = std::getenv("WEFT_PLUGIN_PATH");
  std::istringstream list(text ? text : "");
  for (std::string path; std::getline(list, path, ':');)
    if (!path.empty()) paths.emplace_back(path);
  return paths;
}

/// The places in the order in which they are searched, each with its files. Folders that cannot be read are errors.
std::vector<std::vector<Candidate>> places(const PluginSearch& search, std::vector<Diagnostic>& errors) {
  std::vector<std::vector<Candidate>> result(4);
  const auto add = [&](std::size_t index, const fs::path& path, const std::string& found_by, const Place& place) {
    try {
      const std::vector<Candidate> candidates = expand(path, found_by, place);
      result[index].insert(result[index].end(), candidates.begin(), candidates.end());
    } catch (const PluginError& failure) {
      errors.push_back({Severity::error, place, failure.what()});
    }
  };
  for (const auto& [path, place] : search.named) add(0, path, "named by the graph", place);
  for (const fs::path& path : search.option) add(1, path, "--plugin-path", {});
  for (const fs::path& path : paths_of_variable()) add(2, path, "WEFT_PLUGIN_PATH", {});
  const fs::path beside = install_prefix() / WEFT_PLUGIN_DIR;
  std::error_code error;
  if (fs::is_directory(beside, error)) add(3, beside, beside_the_program, {});
  return result;
}

/// The types of the plugins of one place. Two plugins with one type are an error that names both.
std::map<std::string, TypeRecord> types_of_place(const std::vector<const LoadedPlugin*>& plugins,
                                                 std::vector<Diagnostic>& errors) {
  std::map<std::string, TypeRecord> types;
  for (const LoadedPlugin* plugin : plugins) {
    for (const weft_component_type& type : types_of(*plugin->entry)) {
      const auto [other, added] = types.insert({type.name, {&type, plugin}});
      if (added) continue;
      errors.push_back(
          {Severity::error, Place(),
           fmt::format("both {} and {} ({}) have the type '{}'; remove one of them",
                       other->second.plugin->file.string(), plugin->file.string(), plugin->found_by, type.name)});
    }
  }
  return types;
}

/// Other components would compute other numbers in a process that a plugin has changed, whether they use it or not:
/// what loading changes is changed back, with a note.
LoadedPlugin load(const Candidate& candidate, const PluginSearch& search, std::vector<Diagnostic>& notes) {
  if (search.trouble)
    if (const std::string trouble = search.trouble(candidate.file); !trouble.empty()) throw PluginError(trouble);
  const std::string fingerprint = read_fingerprint(candidate.file);
  check_fingerprint(candidate.file, fingerprint);
  const ProcessState before = ProcessState::now();
  const auto restore = [&] {
    const std::string change = before.change(ProcessState::now());
    if (change.empty()) return;
    before.restore();
    notes.push_back({Severity::note, candidate.place,
                     fmt::format("{}: changes the process when it is loaded: {}; this was undone, so that other "
                                 "components compute the same numbers as without it",
                                 candidate.file.string(), change)});
  };
  try {
    const LoadedPlugin plugin{candidate.file, candidate.found_by, fingerprint, load_plugin(candidate.file)};
    restore();
    return plugin;
  } catch (const PluginError&) {
    restore();
    throw;
  }
}

}  // namespace

void disable_thread_pools() {
  ::setenv("OMP_NUM_THREADS", "1", 1);
  ::setenv("OPENBLAS_NUM_THREADS", "1", 1);
  ::setenv("OMP_WAIT_POLICY", "passive", 1);
}

std::string to_text(const UnloadablePlugin& plugin) {
  return fmt::format("cannot be loaded ({}): {}", plugin.found_by, plugin.message);
}

Registry::Registry(const PluginSearch& search) {
  disable_thread_pools();
  std::set<fs::path> seen;
  const auto missing = [this](const std::string& type) { return !find(type); };
  for (const std::vector<Candidate>& place : places(search, errors_)) {
    const bool beside = !place.empty() && place.front().found_by == beside_the_program;
    if (beside && !search.wanted.empty() && std::none_of(search.wanted.begin(), search.wanted.end(), missing)) break;
    std::vector<const LoadedPlugin*> loaded;
    for (const Candidate& candidate : place) {
      std::error_code error;
      if (!seen.insert(fs::weakly_canonical(candidate.file, error)).second) continue;
      try {
        plugins_.push_back(load(candidate, search, notes_));
        loaded.push_back(&plugins_.back());
      } catch (const PluginError& failure) {
        if (candidate.named)
          errors_.push_back({Severity::error, candidate.place, failure.what()});
        else
          unloadable_.push_back({candidate.file, candidate.found_by, candidate.place, failure.what()});
      }
    }
    const std::map<std::string, TypeRecord> types = types_of_place(loaded, errors_);
    if (!errors_.empty() && !search.tolerant) throw Failure(ExitCode::plugin_failed, errors_);
    for (const auto& [name, record] : types) {
      const auto [first, added] = types_.insert({name, record});  // keeps what an earlier place has
      if (added || std::find(search.wanted.begin(), search.wanted.end(), name) == search.wanted.end()) continue;
      const LoadedPlugin &used = *first->second.plugin, &other = *record.plugin;
      Diagnostic note;
      note.severity = Severity::note;
      note.message = fmt::format("the type '{}' is that of {} ({}), which comes before {} ({})", name,
                                 used.file.string(), used.found_by, other.file.string(), other.found_by);
      notes_.push_back(std::move(note));
    }
  }
}

std::vector<Diagnostic> Registry::notes() const {
  std::vector<Diagnostic> notes = notes_;
  for (const UnloadablePlugin& plugin : unloadable_)
    if (plugin.found_by != beside_the_program) notes.push_back({Severity::note, plugin.place, to_text(plugin)});
  return notes;
}

const TypeRecord* Registry::find(const std::string& type) const {
  const auto found = types_.find(type);
  return found == types_.end() ? nullptr : &found->second;
}

}  // namespace weft::host
