#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "host/graph/parameter.h"
#include "host/plugin/entry.h"
#include "host/plugin/file.h"
#include "host/plugin/registry.h"
#include "host/plugin/tables.h"
#include "support/process.h"
#include "weft/core/plugin.h"

using namespace weft::host;
using Catch::Contains;
using Catch::Equals;
using weft::testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

const fs::path good = WEFT_BINARY_FOLDER "/tests/plugins/good";
const fs::path bad = WEFT_BINARY_FOLDER "/tests/plugins/bad";

/// What the registry says of one named file, without its name.
std::string refusal(const fs::path& file) {
  try {
    const Registry registry({{}, {file}});
  } catch (const Failure& failure) {
    CHECK(failure.code() == ExitCode::plugin_failed);
    const std::string text = failure.what();
    const std::string start = "error: " + file.string() + ": ";
    REQUIRE_THAT(text, Catch::StartsWith(start));
    return text.substr(start.size());
  }
  return "loaded";
}

}  // namespace

TEST_CASE("files that are no plugins are refused before anything is loaded") {
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

TEST_CASE("a plugin cut anywhere is refused, whole it loads") {
  const TemporaryFolder folder;
  const std::string whole = weft::testing::read_file(good / "fixture_one.so");
  const fs::path file = folder.path() / "cut.so";
  weft::testing::write_file(file, whole.substr(0, whole.size() / 2));
  CHECK_THAT(refusal(file), Contains("is cut off: its ") &&
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
  std::string bytes = weft::testing::read_file(good / "fixture_one.so");
  bytes[18] = 8;  // e_machine: MIPS
  weft::testing::write_file(folder.path() / "mips.so", bytes);
  CHECK_THAT(refusal(folder.path() / "mips.so"),
             Contains("is built for another machine (ELF machine 8); this host runs on"));
}

TEST_CASE("a fingerprint that does not match is refused, with both sides and the remedy") {
  CHECK_THAT(refusal(bad / "newer_sdk.so"),
             Equals("is built with SDK 1.99, which is newer than this host's 1.0: update Weft, or rebuild the plugin "
                    "with SDK 1.0"));
  CHECK_THAT(refusal(bad / "other_sdk.so"),
             Equals("is built with SDK 2.0; this host has SDK 1.0, and the first numbers must be equal: rebuild the "
                    "plugin with this host's SDK"));
  CHECK_THAT(refusal(bad / "old_torch.so"),
             Contains("is built with LibTorch 0.4.1; this host and its plugins have LibTorch ") &&
                 Contains(": rebuild the plugin with that version"));
  CHECK_THAT(refusal(bad / "other_cxx.so"),
             Equals("is built with the C++ library 'libstdc++ cxx11-abi=0'; this host has 'libstdc++ cxx11-abi=1': "
                    "rebuild the plugin with the compiler settings of the host"));
  CHECK_THAT(refusal(bad / "other_sanitizer.so"),
             Contains("is built with sanitizer 'thread'; this host has '" WEFT_SANITIZER "'"));
  CHECK_THAT(refusal(bad / "other_mark.so"), Contains("is not a Weft plugin: its section .weft holds 'something;sdk="));
}

TEST_CASE("a real build with the address sanitizer is refused by a host without it") {
  if (std::string(WEFT_SANITIZER) == "address")
    CHECK_THAT(refusal(bad / "asan_build.so"), Equals("loaded"));
  else
    CHECK_THAT(
        refusal(bad / "asan_build.so"),
        Equals("is built with sanitizer 'address'; this host has 'none': rebuild the plugin or the host, both with "
               "-fsanitize=address or both without"));
}

TEST_CASE("what loads and has no good entry is refused") {
  CHECK_THAT(refusal(bad / "no_entry.so"), Contains("has no entry 'weft_plugin_v1'"));
  CHECK_THAT(refusal(bad / "throwing_entry.so"), Contains("its entry threw: no memory for tables"));
  CHECK_THAT(refusal(bad / "throwing_number_entry.so"),
             Contains("its entry threw something that is no std::exception"));
  CHECK_THAT(refusal(bad / "null_entry.so"), Contains("its entry returned nothing"));
}

TEST_CASE("a library that is missing is told in the linker's words") {
  CHECK_THAT(refusal(bad / "needs_gone.so"),
             Equals("the linker says: libfixture_gone.so: cannot open shared object file: No such file or directory"));
}

namespace {

/// Good tables, one level each, to be spoiled.
struct Tables {
  weft_parameter parameter{
      sizeof(weft_parameter), WEFT_INTEGER, "size", "1", 0, 0, 0, 0, 0.0, 9.0, nullptr, "", "How many.", 0};
  weft_slot slot{sizeof(weft_slot), 0, 1, "in", "weft.test.numbers/1", "Numbers.", [](void* part) { return part; }};
  weft_offer offer{sizeof(weft_offer), 0, "out", "weft.test.counter/1", "Numbers.", [](void* part) { return part; }};
  weft_metric metric{sizeof(weft_metric), 0, 0, "sum", "", "The sum."};
  const weft_parameter* parameters[2] = {&parameter, &parameter};
  const weft_slot* slots[1] = {&slot};
  const weft_offer* offers[1] = {&offer};
  const weft_metric* metrics[1] = {&metric};
  weft_component_type type{sizeof(weft_component_type),
                           1,
                           0,
                           1,
                           1,
                           1,
                           1,
                           "part.a",
                           "A part.",
                           "",
                           parameters,
                           slots,
                           offers,
                           metrics,
                           [](void*) -> void* { return nullptr; }};
  const weft_component_type* types[2] = {&type, &type};
  weft_plugin_entry entry{
      WEFT_ENTRY_MAGIC, sizeof(weft_plugin_entry), WEFT_SDK_MAJOR, WEFT_SDK_MINOR, "a", "1.0", "MIT", 1, types};

  std::string complaint() const {
    try {
      check_entry("a.so", &entry);
    } catch (const PluginError& error) {
      const std::string text = error.what();
      const bool described = text.starts_with("a.so: type ") && text.find(" bytes; ") == std::string::npos;
      const std::string remedy =
          described ? "; change describe() of that type, see weft/core/description.h"
                    : "; use WEFT_PLUGIN of weft/core/plugin.h, or rebuild the plugin with this host's SDK";
      REQUIRE_THAT(text, Catch::StartsWith("a.so: ") && Catch::EndsWith(remedy));
      return text.substr(6, text.size() - remedy.size() - 6);
    }
    return "good";
  }
};

template <class Spoil>
std::string spoiled(Spoil spoil) {
  Tables tables;
  spoil(tables);
  return tables.complaint();
}

}  // namespace

TEST_CASE("every table of an entry has to be complete") {
  CHECK(spoiled([](Tables&) {}) == "good");
  CHECK(spoiled([](Tables& t) { t.entry.magic = 7; }) == "its entry returned something without Weft's magic number");
  CHECK(spoiled([](Tables& t) { t.entry.size = 8; }) == "its entry is 8 bytes; at least 56 were expected");
  CHECK(spoiled([](Tables& t) { t.entry.sdk_major = 2; }) == "its entry says SDK 2.0; this host has SDK 1.0");
  CHECK(spoiled([](Tables& t) { t.entry.sdk_minor = 9; }) == "its entry says SDK 1.9; this host has SDK 1.0");
  CHECK(spoiled([](Tables& t) { t.entry.licence = nullptr; }) == "its entry has no licence");
  CHECK(spoiled([](Tables& t) { t.entry.types = nullptr; }) == "its entry has no table of its 1 component type rows");
  CHECK(spoiled([](Tables& t) { t.entry.type_count = 0; }) == "its entry has no component type");
  CHECK(spoiled([](Tables& t) { t.types[0] = nullptr; }) == "its entry, component type 1 is missing");
  CHECK(spoiled([](Tables& t) { t.entry.type_count = 2; }) == "type 'part.a' is there twice");
  CHECK(spoiled([](Tables& t) { t.type.size = 4; }) ==
        "its entry, component type 1 is 4 bytes; at least 96 were expected");
  CHECK(spoiled([](Tables& t) { t.type.name = "Part"; }) ==
        "type 'Part' has a name that is not of the form kind.name (a-z, 0-9 and _)");
  CHECK(spoiled([](Tables& t) { t.type.summary = ""; }) == "type 'part.a' has no summary");
  CHECK(spoiled([](Tables& t) { t.type.create = nullptr; }) == "type 'part.a' has no factory");
  CHECK(spoiled([](Tables& t) { t.parameter.key = "use"; }) ==
        "type 'part.a', parameter 1 has the name 'use', which is taken");
  CHECK(spoiled([](Tables& t) { t.type.parameter_count = 2; }) ==
        "type 'part.a', parameter 2 has the name 'size', which is taken");
  CHECK(spoiled([](Tables& t) { t.parameter.kind = 99; }) ==
        "type 'part.a', parameter 1 ('size') is of the unknown kind 99");
  CHECK(spoiled([](Tables& t) { t.parameter.choice_count = 2; }) ==
        "type 'part.a', parameter 1 ('size') has no choices");
  CHECK(spoiled([](Tables& t) { t.parameter.minimum = 10.0; }) ==
        "type 'part.a', parameter 1 ('size') has an empty range");
  CHECK(spoiled([](Tables& t) { t.parameter.sentence = nullptr; }) ==
        "type 'part.a', parameter 1 ('size') has no sentence");
  CHECK(spoiled([](Tables& t) { t.metric.sentence = ""; }) == "type 'part.a', metric 1 ('sum') has no sentence");
  CHECK(spoiled([](Tables& t) { t.slot.size = 4; }) == "type 'part.a', slot 1 is 4 bytes; at least 48 were expected");
  CHECK(spoiled([](Tables& t) { t.slot.name = "size"; }) ==
        "type 'part.a', slot 1 has the name 'size', which is taken");
  CHECK(spoiled([](Tables& t) { t.slot.receiver = nullptr; }) ==
        "type 'part.a', slot 1 ('in') receives a stream and has no receiver");
  CHECK(spoiled([](Tables& t) { t.offer.service = nullptr; }) ==
        "type 'part.a', service or stream 1 ('out') is a service without a function that gives it");
  CHECK(spoiled([](Tables& t) { t.offer.interface_id = ""; }) ==
        "type 'part.a', service or stream 1 ('out') has no interface id");
  CHECK(spoiled([](Tables& t) { t.metrics[0] = nullptr; }) == "type 'part.a', metric 1 is missing");
}

TEST_CASE("a struct of another minor version of the SDK is read as far as it and this host's go") {
  using weft::host::first_size;
  // Those of SDK 1.0 stay good, however long this host's are.
  CHECK(spoiled([](Tables& t) {
          t.entry.size = first_size<weft_plugin_entry>;
          t.type.size = first_size<weft_component_type>;
          t.parameter.size = first_size<weft_parameter>;
          t.slot.size = first_size<weft_slot>;
          t.offer.size = first_size<weft_offer>;
          t.metric.size = first_size<weft_metric>;
        }) == "good");
  CHECK(spoiled([](Tables& t) { t.entry.size += 64; }) == "good");
  CHECK(spoiled([](Tables& t) { t.parameter.size = first_size<weft_parameter> - 1; }) ==
        "type 'part.a', parameter 1 is 87 bytes; at least 88 were expected");

  Tables tables;
  tables.parameter.costly_maximum = 1;  // stands where a shorter struct ends: something else of the plugin
  tables.parameter.size = offsetof(weft_parameter, costly_maximum);
  tables.type.size = offsetof(weft_component_type, create);
  const weft_plugin_entry* full = weft::host::full_tables(tables.entry);
  REQUIRE(full->type_count == 1);
  const weft_component_type& type = *full->types[0];
  CHECK(type.size == sizeof type);
  CHECK(type.create == nullptr);
  CHECK(std::string(type.name) == "part.a");
  REQUIRE(type.parameter_count == 1);
  CHECK(type.parameters[0]->costly_maximum == 0);
  CHECK(type.parameters[0]->maximum == 9.0);
  CHECK(std::string(type.slots[0]->name) == "in");
  CHECK(std::string(type.offers[0]->name) == "out");
  CHECK(std::string(type.metrics[0]->name) == "sum");
}

TEST_CASE("a default that its own row refuses is told as a fault of the plugin") {
  Tables tables;
  const auto complaint = [&](const char* text) {
    tables.parameter.default_value = text;
    weft::host::Problems problems;
    CHECK_FALSE(weft::host::default_value(tables.parameter, "part.a", problems));
    REQUIRE(problems.errors().size() == 1);
    return problems.errors().front().message;
  };
  CHECK(complaint("10") ==
        "the default of 'size' of part.a must be a whole number, at least 0 and at most 9; found 10; "
        "this is a fault of the plugin: change it in describe()");
  CHECK(complaint("ten") ==
        "the default of 'size' of part.a is no TOML: ten; this is a fault of the plugin: change it in "
        "describe()");
}

TEST_CASE("files of a folder that do not load are kept with their reasons, the others load") {
  const TemporaryFolder folder;
  fs::copy(good / "fixture_one.so", folder.path());
  fs::copy(bad / "newer_sdk.so", folder.path());
  weft::testing::write_file(folder.path() / "notes.txt", "not looked at");
  const Registry registry({{}, {folder.path()}});
  const TypeRecord* record = registry.find("part.one");
  REQUIRE(record);
  CHECK(record->plugin->file == folder.path() / "fixture_one.so");
  CHECK(record->plugin->found_by == "--plugin-path");
  REQUIRE(registry.unloadable().size() == 1);
  CHECK(registry.unloadable()[0].file == folder.path() / "newer_sdk.so");
  CHECK_THAT(registry.unloadable()[0].message, Contains("newer than this host's"));
  CHECK(registry.find("part.nothing") == nullptr);
}

TEST_CASE("the first place that has a type wins; two files of one place are an error that names both") {
  const TemporaryFolder first;
  const TemporaryFolder second;
  fs::copy(good / "fixture_one.so", first.path() / "a.so");
  fs::copy(good / "fixture_one.so", second.path() / "b.so");

  ::setenv("WEFT_PLUGIN_PATH", (first.path().string() + ":" + first.path().string()).c_str(), 1);
  {
    const Registry registry({{{second.path() / "b.so", {"graph.toml", 3, 1}}}, {}});
    CHECK(registry.find("part.one")->plugin->found_by == "named by the graph");
    CHECK(registry.plugins()[1].found_by == "WEFT_PLUGIN_PATH");
  }
  ::unsetenv("WEFT_PLUGIN_PATH");

  CHECK_THROWS_WITH(Registry({{}, {first.path(), second.path()}}),
                    "error: both " + (first.path() / "a.so").string() + " and " + (second.path() / "b.so").string() +
                        " (--plugin-path) have the type 'part.one'; remove one of them");
}

TEST_CASE("a named file that fails does not fall through, and all such files are told with their places") {
  const PluginSearch search{{{bad / "newer_sdk.so", {"graph.toml", 3, 12}}, {"/absent.so", {"graph.toml", 3, 40}}},
                            {good}};
  try {
    const Registry registry(search);
    FAIL("loaded");
  } catch (const Failure& failure) {
    CHECK(failure.code() == ExitCode::plugin_failed);
    REQUIRE(failure.diagnostics().size() == 2);
    CHECK_THAT(to_text(failure.diagnostics()[1]),
               Equals("graph.toml:3:40: error: /absent.so: there is no such file; check the name"));
  }
}

TEST_CASE("libraries are told to run on one thread before the first of them is loaded") {
  ::setenv("OMP_NUM_THREADS", "7", 1);
  const Registry registry({{}, {good}});
  const auto variable = [](const char* name) {
    const char* text = std::getenv(name);
    return std::string(text ? text : "not set");
  };
  CHECK(variable("OMP_NUM_THREADS") == "1");
  CHECK(variable("OPENBLAS_NUM_THREADS") == "1");
  CHECK(variable("OMP_WAIT_POLICY") == "passive");
}
