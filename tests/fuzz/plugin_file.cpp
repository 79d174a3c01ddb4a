// The bytes of a plugin file: the fingerprint is read and compared. Only PluginError may be thrown.
#include "fuzz/memory_file.h"
#include "host/plugin/file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace weft::host;
  const weft::fuzz::MemoryFile file(weft::fuzz::view(data, size));
  try {
    check_fingerprint(file.path(), read_fingerprint(file.path()));
  } catch (const PluginError&) {
  }
  return 0;
}
