/// Loading one plugin and checking the tables of its entry.
#pragma once

#include <filesystem>
#include <string_view>

#include "host/plugin/file.h"
#include "weft/core/abi.h"

namespace weft::host {

/// Loads a file whose fingerprint was checked, for as long as the process lives, and calls its entry, whose
/// tables are complete when this returns. Throws PluginError: the dynamic linker's message, no entry, an entry
/// that throws or returns nothing, a wrong magic number, size or SDK version, an incomplete table.
const weft_plugin_entry* load_plugin(const std::filesystem::path& file);

/// Whether a text is of the form `[a-z][a-z0-9_]*`, as names, keys and both halves of a type's name are.
bool is_name(std::string_view text);

/// The file that load_plugin is loading, for the message of a crash; empty: none. Safe in a signal handler.
const char* plugin_being_loaded() noexcept;

/// The second half of load_plugin: throws PluginError unless the entry and all of its tables are complete.
void check_entry(const std::filesystem::path& file, const weft_plugin_entry* entry);

}  // namespace weft::host
