// The tables that a plugin's entry returns.
#include "host/plugin/tables.h"

#include "host/graph/parameter.h"
#include "host/plugin/entry.h"
#include "weft/core/plugin.h"
#include "weft/testing/catch.h"

using namespace weft::host;

namespace {

/// Valid tables, one row of each kind, for tests to break.
struct Tables {
  weft_parameter parameter{
      sizeof(weft_parameter), WEFT_INTEGER, "size", "1", 0, 0, 0, 0, 0.0, 9.0, nullptr, "", "How many.", 0};
  weft_slot slot{
      sizeof(weft_slot), 0, 1, "in", "weft.test.numbers/1", "Numbers.", [](void* component) { return component; }};
  weft_offer offer{sizeof(weft_offer),    0,          "out",
                   "weft.test.counter/1", "Numbers.", [](void* component) { return component; }};
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
                           "mock.a",
                           "A component.",
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
      REQUIRE_THAT(text, weft::testing::StartsWith("a.so: ") && weft::testing::EndsWith(remedy));
      return text.substr(6, text.size() - remedy.size() - 6);
    }
    return "valid";
  }
};

template <class Break>
std::string error_after(Break break_tables) {
  Tables tables;
  break_tables(tables);
  return tables.complaint();
}

}  // namespace

TEST_CASE("every table of an entry has to be complete") {
  CHECK(error_after([](Tables&) {}) == "valid");
  CHECK(error_after([](Tables& t) { t.entry.magic = 7; }) == "its entry returned a table without Weft's magic number");
  CHECK(error_after([](Tables& t) { t.entry.size = 8; }) == "its entry has 8 bytes; expected at least 56");
  CHECK(error_after([](Tables& t) { t.entry.sdk_major = 2; }) == "its entry declares SDK 2.9; this host has SDK 0.9");
  CHECK(error_after([](Tables& t) { t.entry.sdk_minor = 10; }) == "its entry declares SDK 0.10; this host has SDK 0.9");
  CHECK(error_after([](Tables& t) { t.entry.licence = nullptr; }) == "its entry has no license");
  CHECK(error_after([](Tables& t) { t.entry.types = nullptr; }) ==
        "its entry has no table of its 1 component type rows");
  CHECK(error_after([](Tables& t) { t.entry.type_count = 0; }) == "its entry has no component type");
  CHECK(error_after([](Tables& t) { t.types[0] = nullptr; }) == "its entry, component type 1 is missing");
  CHECK(error_after([](Tables& t) { t.entry.type_count = 2; }) == "type 'mock.a' is declared twice");
  CHECK(error_after([](Tables& t) { t.type.size = 4; }) ==
        "its entry, component type 1 has 4 bytes; expected at least 96");
  CHECK(error_after([](Tables& t) { t.type.name = "Mock"; }) ==
        "type 'Mock' has a name that is not of the form kind.name (a-z, 0-9 and _)");
  CHECK(error_after([](Tables& t) { t.type.summary = ""; }) == "type 'mock.a' has no summary");
  CHECK(error_after([](Tables& t) { t.type.create = nullptr; }) == "type 'mock.a' has no factory");
  CHECK(error_after([](Tables& t) { t.parameter.key = "use"; }) ==
        "type 'mock.a', parameter 1 has the name 'use', which is taken");
  CHECK(error_after([](Tables& t) { t.type.parameter_count = 2; }) ==
        "type 'mock.a', parameter 2 has the name 'size', which is taken");
  CHECK(error_after([](Tables& t) { t.parameter.kind = 99; }) ==
        "type 'mock.a', parameter 1 ('size') is of the unknown kind 99");
  CHECK(error_after([](Tables& t) { t.parameter.choice_count = 2; }) ==
        "type 'mock.a', parameter 1 ('size') has no choices");
  CHECK(error_after([](Tables& t) { t.parameter.minimum = 10.0; }) ==
        "type 'mock.a', parameter 1 ('size') has an empty range");
  CHECK(error_after([](Tables& t) { t.parameter.sentence = nullptr; }) ==
        "type 'mock.a', parameter 1 ('size') has no sentence");
  CHECK(error_after([](Tables& t) { t.metric.sentence = ""; }) == "type 'mock.a', metric 1 ('sum') has no sentence");
  CHECK(error_after([](Tables& t) { t.slot.size = 4; }) == "type 'mock.a', slot 1 has 4 bytes; expected at least 48");
  CHECK(error_after([](Tables& t) { t.slot.name = "size"; }) ==
        "type 'mock.a', slot 1 has the name 'size', which is taken");
  CHECK(error_after([](Tables& t) { t.slot.receiver = nullptr; }) ==
        "type 'mock.a', slot 1 ('in') receives a stream and has no receiver");
  CHECK(error_after([](Tables& t) { t.offer.service = nullptr; }) ==
        "type 'mock.a', service or stream 1 ('out') is a service without a function that gives it");
  CHECK(error_after([](Tables& t) { t.offer.interface_id = ""; }) ==
        "type 'mock.a', service or stream 1 ('out') has no interface id");
  CHECK(error_after([](Tables& t) { t.metrics[0] = nullptr; }) == "type 'mock.a', metric 1 is missing");
}

TEST_CASE("a struct of another minor SDK version is read as far as both versions define it") {
  using weft::host::first_size;
  // Structs of SDK 1.0 stay valid, however long those of this host are.
  CHECK(error_after([](Tables& t) {
          t.entry.size = first_size<weft_plugin_entry>;
          t.type.size = first_size<weft_component_type>;
          t.parameter.size = first_size<weft_parameter>;
          t.slot.size = first_size<weft_slot>;
          t.offer.size = first_size<weft_offer>;
          t.metric.size = first_size<weft_metric>;
        }) == "valid");
  CHECK(error_after([](Tables& t) { t.entry.size += 64; }) == "valid");
  CHECK(error_after([](Tables& t) { t.parameter.size = first_size<weft_parameter> - 1; }) ==
        "type 'mock.a', parameter 1 has 87 bytes; expected at least 88");

  Tables tables;
  tables.parameter.costly_maximum = 1;  // beyond the end of the shorter struct: other memory of the plugin
  tables.parameter.size = offsetof(weft_parameter, costly_maximum);
  tables.type.size = offsetof(weft_component_type, create);
  const weft_plugin_entry* full = weft::host::full_tables(tables.entry);
  REQUIRE(full->type_count == 1);
  const weft_component_type& type = *full->types[0];
  CHECK(type.size == sizeof type);
  CHECK(type.create == nullptr);
  CHECK(std::string(type.name) == "mock.a");
  REQUIRE(type.parameter_count == 1);
  CHECK(type.parameters[0]->costly_maximum == 0);
  CHECK(type.parameters[0]->maximum == 9.0);
  CHECK(std::string(type.slots[0]->name) == "in");
  CHECK(std::string(type.offers[0]->name) == "out");
  CHECK(std::string(type.metrics[0]->name) == "sum");
}

TEST_CASE("a default that its own row refuses is reported as an error in the plugin") {
  Tables tables;
  const auto complaint = [&](const char* text) {
    tables.parameter.default_value = text;
    weft::host::Problems problems;
    CHECK_FALSE(weft::host::default_value(tables.parameter, "mock.a", problems));
    REQUIRE(problems.errors().size() == 1);
    return problems.errors().front().message;
  };
  CHECK(complaint("10") ==
        "the default of 'size' of mock.a must be a whole number, at least 0 and at most 9; found 10; "
        "this is an error in the plugin: change it in describe()");
  CHECK(complaint("ten") ==
        "the default of 'size' of mock.a is not valid TOML: ten; this is an error in the plugin: change "
        "it in describe()");
}
