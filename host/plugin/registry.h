/// The plugins that are found, and the component types that they provide.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "host/base/diagnostic.h"
#include "weft/core/abi.h"

namespace weft::host {

/// A loaded plugin; it is never unloaded.
struct LoadedPlugin {
  std::filesystem::path file;
  std::string found_by;  ///< "named by the graph", "--plugin-path", "WEFT_PLUGIN_PATH", "beside the program"
  std::string fingerprint;
  const weft_plugin_entry* entry = nullptr;
};

/// A file that exists and cannot be loaded; `message` names it, the reason and the remedy.
struct UnloadablePlugin {
  std::filesystem::path file;
  std::string found_by;
  Place place;  ///< where its folder is named, when the graph names it
  std::string message;
};

/// "cannot be loaded (--plugin-path): FILE: is built with ..."
std::string to_text(const UnloadablePlugin& plugin);

/// Sets the variables that libraries read when they are loaded: parallel work takes its number of threads from
/// Context::threads, and everything inside it runs on one. A Registry calls it first.
void disable_thread_pools();

/// A component type and where it comes from.
struct TypeRecord {
  const weft_component_type* type = nullptr;
  const LoadedPlugin* plugin = nullptr;
};

/// Where to look. A named file has to load and a named folder has to be readable: otherwise it is an error
/// (exit code 3) and no later place is searched. Files found in folders that do not load are kept in unloadable().
struct PluginSearch {
  std::vector<std::pair<std::filesystem::path, Place>> named;  ///< by the graph, with the place of the name
  std::vector<std::filesystem::path> option = {};              ///< --plugin-path: files or folders
  std::vector<std::string> wanted = {};                        ///< the types that are needed; empty: all
  bool tolerant = false;  ///< to list all plugins: errors are kept, and all places are searched
  /// Called before a file is loaded: why it must not be, or an empty text. Empty: all are loaded.
  std::function<std::string(const std::filesystem::path&)> trouble = {};
};

/// The plugins of one process. Made once, before any component; loads what it finds in the order graph,
/// --plugin-path, WEFT_PLUGIN_PATH, beside the program (`../lib/weft/plugins` from its folder; only while a
/// wanted type is missing: LibTorch alone costs 0.7 s). The first
/// place that has a type wins; two files of one place with the same type are an error that names both.
class Registry {
 public:
  /// Throws Failure with ExitCode::plugin_failed, with one diagnostic per named file of a place that cannot be
  /// loaded; later places are not searched then. A tolerant search keeps them in errors() and throws nothing.
  explicit Registry(const PluginSearch& search);
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  /// The type, or null.
  const TypeRecord* find(const std::string& type) const;
  /// All types, by name.
  const std::map<std::string, TypeRecord>& types() const { return types_; }
  const std::deque<LoadedPlugin>& plugins() const { return plugins_; }
  const std::vector<UnloadablePlugin>& unloadable() const { return unloadable_; }
  /// unloadable() as notes, except for those beside the program, whose folder nobody named; what plugins changed in the
  /// process when they were loaded; and wanted types that a later place has as well.
  std::vector<Diagnostic> notes() const;
  /// Of a tolerant search.
  const std::vector<Diagnostic>& errors() const { return errors_; }

 private:
  std::deque<LoadedPlugin> plugins_;
  std::vector<UnloadablePlugin> unloadable_;
  std::vector<Diagnostic> errors_, notes_;
  std::map<std::string, TypeRecord> types_;
};

}  // namespace weft::host
