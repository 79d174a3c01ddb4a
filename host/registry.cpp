#include "host/registry.h"

#include <algorithm>
#include <boost/dll/runtime_symbol_info.hpp>
#include <cstdlib>
#include <set>
#include <sstream>

#include "host/plugin_entry.h"
#include "host/plugin_file.h"

namespace weft::host {
namespace fs = std::filesystem;
namespace {

constexpr const char* beside_the_program = "beside the program";

/// Libraries obey these only when they are set before the libraries are loaded. Parallel work takes its
/// number of threads from Context::threads; everything inside it runs on one.
void quiet_thread_pools() {
  ::setenv("OMP_NUM_THREADS", "1", 1);
  ::setenv("OPENBLAS_NUM_THREADS", "1", 1);
  ::setenv("OMP_WAIT_POLICY", "passive", 1);
}

/// A file to be loaded, and why.
struct Candidate {
  fs::path file;
  std::string found_by;
  Place place;
  bool named = false;  ///< somebody said this very file: it has to load
};

/// The `.so` files of a folder, by name.
std::vector<fs::path> libraries_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".so") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// A file or folder that somebody named, as candidates.
std::vector<Candidate> expand(const fs::path& path, const std::string& found_by, const Place& place) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {{fs::absolute(path).lexically_normal(), found_by, place, true}};
  std::vector<Candidate> candidates;
  for (const fs::path& file : libraries_in(fs::absolute(path).lexically_normal()))
    candidates.push_back({file, found_by, place, false});
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

/// The places in the order in which they are asked, each with its files.
std::vector<std::vector<Candidate>> places(const PluginSearch& search) {
  std::vector<std::vector<Candidate>> result(4);
  const auto add = [&result](std::size_t place, const std::vector<Candidate>& candidates) {
    result[place].insert(result[place].end(), candidates.begin(), candidates.end());
  };
  for (const auto& [path, place] : search.named) add(0, expand(path, "named by the graph", place));
  for (const fs::path& path : search.option) add(1, expand(path, "--plugin-path", {}));
  for (const fs::path& path : paths_of_variable()) add(2, expand(path, "WEFT_PLUGIN_PATH", {}));
  const fs::path beside = boost::dll::program_location().parent_path().parent_path() / WEFT_PLUGIN_DIR;
  std::error_code error;
  if (fs::is_directory(beside, error)) add(3, expand(beside, beside_the_program, {}));
  return result;
}

/// The types of the plugins of one place. Two plugins with one type are an error that names both.
std::map<std::string, TypeRecord> types_of(const std::vector<const LoadedPlugin*>& plugins,
                                           std::vector<Diagnostic>& errors) {
  std::map<std::string, TypeRecord> types;
  for (const LoadedPlugin* plugin : plugins) {
    for (uint32_t index = 0; index < plugin->entry->type_count; ++index) {
      const weft_component_type* type = plugin->entry->types[index];
      const auto [other, added] = types.insert({type->name, {type, plugin}});
      if (added) continue;
      const std::string message = "both " + other->second.plugin->file.string() + " and " + plugin->file.string() +
                                  " (" + plugin->found_by + ") have the type '" + type->name + "'; remove one of them";
      errors.push_back({Severity::error, Place(), message});
    }
  }
  return types;
}

LoadedPlugin load(const Candidate& candidate) {
  const std::string fingerprint = read_fingerprint(candidate.file);
  check_fingerprint(candidate.file, fingerprint);
  return {candidate.file, candidate.found_by, fingerprint, load_plugin(candidate.file)};
}

}  // namespace

Registry::Registry(const PluginSearch& search) {
  quiet_thread_pools();
  std::vector<Diagnostic> errors;
  std::set<fs::path> seen;
  const auto missing = [this](const std::string& type) { return !find(type); };
  for (const std::vector<Candidate>& place : places(search)) {
    const bool beside = !place.empty() && place.front().found_by == beside_the_program;
    if (beside && !search.wanted.empty() && std::none_of(search.wanted.begin(), search.wanted.end(), missing)) break;
    std::vector<const LoadedPlugin*> loaded;
    for (const Candidate& candidate : place) {
      std::error_code error;
      if (!seen.insert(fs::weakly_canonical(candidate.file, error)).second) continue;
      try {
        plugins_.push_back(load(candidate));
        loaded.push_back(&plugins_.back());
      } catch (const PluginError& failure) {
        if (candidate.named)
          errors.push_back({Severity::error, candidate.place, failure.what()});
        else
          unloadable_.push_back({candidate.file, candidate.found_by, failure.what()});
      }
    }
    const std::map<std::string, TypeRecord> types = types_of(loaded, errors);
    if (!errors.empty()) throw Failure(ExitCode::plugin_failed, errors);
    types_.insert(types.begin(), types.end());  // keeps what an earlier place has
  }
}

const TypeRecord* Registry::find(const std::string& type) const {
  const auto found = types_.find(type);
  return found == types_.end() ? nullptr : &found->second;
}

}  // namespace weft::host
