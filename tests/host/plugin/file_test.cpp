// What is checked in a file before it is loaded, and why it is refused.
#include "host/plugin/file.h"

#include <sys/stat.h>

#include "host/fixtures/plugin_folders.h"
#include "host/plugin/registry.h"
#include "support/process.h"
#include "weft/core/plugin.h"
#include "weft/testing/catch.h"

using namespace weft::host;
using weft::testing::bad_plugins;
using weft::testing::Contains;
using weft::testing::Equals;
using weft::testing::TemporaryFolder;
using weft::testing::valid_plugins;
namespace fs = std::filesystem;

namespace {

/// The registry's error for one named file, without its name.
std::string refusal(const fs::path& file) {
  try {
    const Registry registry({{}, {file}});
  } catch (const Failure& failure) {
    CHECK(failure.code() == ExitCode::plugin_failed);
    const std::string text = failure.what();
    const std::string start = "error: " + file.string() + ": ";
    REQUIRE_THAT(text, weft::testing::StartsWith(start));
    return text.substr(start.size());
  }
  return "loaded";
}

}  // namespace

TEST_CASE("files that are not plugins are refused before anything is loaded") {
  const TemporaryFolder folder;
  const fs::path& path = folder.path();
  CHECK_THAT(refusal(path / "absent.so"), Equals("there is no such file; check the name"));

  weft::testing::write_file(path / "text.so", "this is a text\n");
  CHECK_THAT(refusal(path / "text.so"), Contains("is not a shared library (no ELF header)"));
  weft::testing::write_file(path / "empty.so", "");
  CHECK_THAT(refusal(path / "empty.so"), Contains("is not a shared library (no ELF header)"));

  // Opening it would wait for a writer.
  REQUIRE(mkfifo((path / "pipe.so").c_str(), 0600) == 0);
  CHECK_THAT(refusal(path / "pipe.so"), Contains("is not a regular file"));

  CHECK_THAT(refusal("/proc/self/exe"), Contains("not a Weft plugin: it has no section .weft"));
}

TEST_CASE("a truncated plugin file is refused at any length, the whole file loads") {
  const TemporaryFolder folder;
  const std::string whole = weft::testing::read_file(valid_plugins + "/fixture_one.so");
  const fs::path file = folder.path() / "cut.so";
  weft::testing::write_file(file, whole.substr(0, whole.size() / 2));
  CHECK_THAT(refusal(file), Contains("is truncated: its ") &&
                                Contains("lies beyond its end (" + std::to_string(whole.size() / 2) + " bytes)"));
  for (std::size_t size = 0; size < whole.size(); size += 997) {
    weft::testing::write_file(file, whole.substr(0, size));
    CHECK_THROWS_AS(read_fingerprint(file), PluginError);
  }
  weft::testing::write_file(file, whole);
  CHECK(read_fingerprint(file) == WEFT_FINGERPRINT);
  CHECK_THAT(refusal(file), Equals("loaded"));
}

TEST_CASE("a plugin for another machine is refused") {
  const TemporaryFolder folder;
  std::string bytes = weft::testing::read_file(valid_plugins + "/fixture_one.so");
  bytes[18] = 8;  // e_machine: MIPS
  weft::testing::write_file(folder.path() / "mips.so", bytes);
  CHECK_THAT(refusal(folder.path() / "mips.so"),
             Contains("is built for another machine (ELF machine 8); this host runs on"));
}

TEST_CASE("a fingerprint that does not match is refused, with both sides and the remedy") {
  CHECK_THAT(refusal(bad_plugins + "/newer_sdk.so"),
             Equals("is built with SDK 0.99, which is newer than this host's 0.9: update Weft, or rebuild the plugin "
                    "with SDK 0.9"));
  CHECK_THAT(refusal(bad_plugins + "/other_sdk.so"),
             Equals("is built with SDK 2.0; this host has SDK 0.9, and the major versions must be equal: rebuild the "
                    "plugin with this host's SDK"));
  CHECK_THAT(refusal(bad_plugins + "/old_torch.so"),
             Contains("is built with LibTorch 0.4.1; this host and its plugins have LibTorch ") &&
                 Contains(": rebuild the plugin with that version"));
  CHECK_THAT(
      refusal(bad_plugins + "/other_cxx.so"),
      Equals("is built with the C++ library 'libstdc++ _GLIBCXX_USE_CXX11_ABI=0 _GLIBCXX_DEBUG=0'; this host has "
             "'libstdc++ _GLIBCXX_USE_CXX11_ABI=1 _GLIBCXX_DEBUG=0': rebuild the plugin with the compiler "
             "settings of the host"));
  CHECK_THAT(refusal(bad_plugins + "/debug_cxx.so"),
             Contains("is built with the C++ library 'libstdc++ _GLIBCXX_USE_CXX11_ABI=1 _GLIBCXX_DEBUG=1'"));
  CHECK_THAT(refusal(bad_plugins + "/other_sanitizer.so"),
             Contains("is built with sanitizer 'thread'; this host has '" WEFT_SANITIZER "'"));
  CHECK_THAT(refusal(bad_plugins + "/other_mark.so"),
             Contains("is not a Weft plugin: its section .weft holds 'something;sdk="));
}

TEST_CASE("a plugin built with the address sanitizer is refused by a host without it") {
  if (std::string(WEFT_SANITIZER) == "address")
    CHECK_THAT(refusal(bad_plugins + "/asan_build.so"), Equals("loaded"));
  else
    CHECK_THAT(
        refusal(bad_plugins + "/asan_build.so"),
        Equals("is built with sanitizer 'address'; this host has 'none': rebuild the plugin or the host, both with "
               "-fsanitize=address or both without"));
}

TEST_CASE("a library without a valid entry is refused") {
  CHECK_THAT(refusal(bad_plugins + "/no_entry.so"), Contains("has no entry 'weft_plugin_v1'"));
  CHECK_THAT(refusal(bad_plugins + "/throwing_entry.so"), Contains("its entry threw: no memory for tables"));
  CHECK_THAT(refusal(bad_plugins + "/throwing_number_entry.so"),
             Contains("its entry threw an object that is not a std::exception"));
  CHECK_THAT(refusal(bad_plugins + "/null_entry.so"), Contains("its entry returned null"));
}

TEST_CASE("a missing library is reported with the linker's message") {
  CHECK_THAT(
      refusal(bad_plugins + "/needs_gone.so"),
      Equals(
          "the dynamic linker reports: libfixture_gone.so: cannot open shared object file: No such file or directory"));
}
