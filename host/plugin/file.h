/// What can be read from a plugin's file before any of it is loaded.
///
/// `dlopen` of a truncated file can kill the process, and a plugin built with a sanitizer ends it, so everything that
/// must match is checked here first, only from the file's bytes.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace weft::host {

/// A file is not a plugin that this host can load. The message names the file, what was found, what was
/// expected, and what to do.
class PluginError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What this host was built with, in the form of WEFT_FINGERPRINT. Its `torch` is the version that the
/// project was configured with; the host itself does not use LibTorch.
const std::string& host_fingerprint();

/// The fingerprint in the section `.weft` of an ELF file. Throws PluginError: no such file, not a regular
/// file, not ELF, for another machine, truncated, or without that section.
std::string read_fingerprint(const std::filesystem::path& file);

/// Throws PluginError where a plugin's fingerprint does not fit the host's: same SDK major, SDK minor not
/// newer, LibTorch of the same version or none, same C++ library, same sanitizer.
void check_fingerprint(const std::filesystem::path& file, const std::string& fingerprint,
                       const std::string& host = host_fingerprint());

}  // namespace weft::host
