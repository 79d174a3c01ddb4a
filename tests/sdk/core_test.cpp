// Ramps, the random engine, spans, state, and the layout of the plain C entry.
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "weft/core/abi.h"
#include "weft/core/ramp.h"
#include "weft/core/random.h"
#include "weft/core/span.h"
#include "weft/testing/bench.h"
#include "weft/testing/catch.h"

using weft::Ramp;
using weft::Random;

TEST_CASE("a ramp is linear between its ticks and constant outside") {
  const Ramp share{0.0, 0.95, 0, 20'000};
  CHECK(share.at(0) == 0.0);
  CHECK(share.at(10'000) == Approx(0.475));
  CHECK(share.at(20'000) == 0.95);
  CHECK(share.at(1'000'000) == 0.95);
  const Ramp falling{1.0, 0.0, 10, 20};
  CHECK(falling.at(-5) == 1.0);
  CHECK(falling.at(15) == 0.5);
}

TEST_CASE("a ramp between equal ticks is a step at that tick") {
  const Ramp step{1.0, 3.0, 100, 100};
  CHECK(step.at(99) == 1.0);
  CHECK(step.at(100) == 3.0);
}

TEST_CASE("an integer ramp is floored, as the rollout length of the Hopper runs") {
  // Reference: length 1 until x = 52, 2 from 53 (x = epoch + 1), 3 from 85, 4 from 118, 5 from 150.
  const Ramp horizon{1.0, 5.0, 20, 150};
  CHECK(horizon.integer_at(52) == 1);
  CHECK(horizon.integer_at(53) == 2);
  CHECK(horizon.integer_at(84) == 2);
  CHECK(horizon.integer_at(85) == 3);
  CHECK(horizon.integer_at(117) == 3);
  CHECK(horizon.integer_at(118) == 4);
  CHECK(horizon.integer_at(149) == 4);
  CHECK(horizon.integer_at(150) == 5);
}

TEST_CASE("the random engine gives the published numbers of xoshiro256++") {
  // State {1, 2, 3, 4}: the first outputs of the authors' program.
  weft::testing::Archive archive;
  const uint64_t words[4] = {1, 2, 3, 4};
  weft::StateWriter(archive, "").array("engine", {4}, words);
  Random random;
  weft::StateReader reader(archive, "");
  random.load(reader, "engine");
  CHECK(random.next() == UINT64_C(41943041));
  CHECK(random.next() == UINT64_C(58720359));
  CHECK(random.next() == UINT64_C(3588806011781223));
  CHECK(random.next() == UINT64_C(3591011842654386));
}

TEST_CASE("random numbers have the moments of their distributions") {
  Random random(7);
  const int count = 200'000;
  double sum = 0.0, squares = 0.0, fourth = 0.0;
  for (int index = 0; index < count; ++index) {
    const double value = random.normal();
    sum += value;
    squares += value * value;
    fourth += value * value * value * value;
  }
  CHECK(std::abs(sum / count) < 0.01);
  CHECK(squares / count == Approx(1.0).epsilon(0.02));
  CHECK(fourth / count == Approx(3.0).epsilon(0.05));

  std::vector<float> values(100'001);
  random.normal(values.data(), 100'001);
  double filled = 0.0;
  for (const float value : values) filled += static_cast<double>(value) * static_cast<double>(value);
  CHECK(filled / 100'001 == Approx(1.0).epsilon(0.02));

  std::vector<int> histogram(3);
  for (int index = 0; index < 30'000; ++index) ++histogram[static_cast<std::size_t>(random.below(3))];
  for (const int bucket : histogram) CHECK(std::abs(bucket - 10'000) < 400);
  CHECK(random.below(1) == 0);
}

TEST_CASE("a random engine continues from its saved state") {
  Random random(3);
  random.next();
  weft::testing::Archive archive;
  weft::StateWriter writer(archive, "");
  random.save(writer, "random");
  Random other(99);
  weft::StateReader reader(archive, "");
  other.load(reader, "random");
  CHECK(other.next() == random.next());
}

TEST_CASE("spans view vectors, and mutable ones become constant") {
  std::vector<double> values{1.0, 2.0};
  const weft::Span<double> writable(values);
  writable[1] = 5.0;
  const weft::Span<const double> readable = writable;
  CHECK(readable.size == 2);
  CHECK(readable[1] == 5.0);
}

TEST_CASE("state keeps scopes, shapes and element types") {
  weft::testing::Archive archive;
  weft::StateWriter writer(archive, "fit.");
  writer.number<int64_t>("count", 3);
  writer.scope("inner").array("row", std::vector<float>{1.0F, 2.0F});
  CHECK(archive.has("fit.count"));
  weft::StateReader reader(archive, "fit.");
  CHECK(reader.number<int64_t>("count") == 3);
  CHECK(reader.scope("inner").vector<float>("row") == std::vector<float>{1.0F, 2.0F});
  CHECK_THROWS_AS(reader.number<double>("count"), weft::Error);
  CHECK_THROWS_AS(reader.scope("inner").number<float>("row"), weft::Error);
}

TEST_CASE("a service that returns null instead of an object is charged with the error") {
  weft::testing::BenchContext context("caller");
  int service = 0;
  const weft::Wire<int> wire(&service, &context, &service);
  CHECK(*wire.own(std::make_unique<int>(3)).operator->().operator->() == 3);
  CHECK(context.charged == 0);
  CHECK_THROWS_WITH(wire.own(std::unique_ptr<int>()), "it returned null; an object for the caller was expected");
  CHECK(context.charged == 1);
}

// The layout of the plain C interface: changing any of these breaks every existing plugin.
TEST_CASE("the C entry has its fixed layout") {
  CHECK(offsetof(weft_plugin_entry, magic) == 0);
  CHECK(offsetof(weft_plugin_entry, size) == 8);
  CHECK(offsetof(weft_plugin_entry, sdk_major) == 12);
  CHECK(offsetof(weft_plugin_entry, sdk_minor) == 14);
  CHECK(offsetof(weft_plugin_entry, name) == 16);
  CHECK(offsetof(weft_plugin_entry, version) == 24);
  CHECK(offsetof(weft_plugin_entry, licence) == 32);
  CHECK(offsetof(weft_plugin_entry, type_count) == 40);
  CHECK(offsetof(weft_plugin_entry, types) == 48);
  CHECK(sizeof(weft_plugin_entry) == 56);

  CHECK(offsetof(weft_component_type, size) == 0);
  CHECK(offsetof(weft_component_type, state_version) == 4);
  CHECK(offsetof(weft_component_type, schedulable) == 8);
  CHECK(offsetof(weft_component_type, parameter_count) == 12);
  CHECK(offsetof(weft_component_type, slot_count) == 16);
  CHECK(offsetof(weft_component_type, offer_count) == 20);
  CHECK(offsetof(weft_component_type, metric_count) == 24);
  CHECK(offsetof(weft_component_type, name) == 32);
  CHECK(offsetof(weft_component_type, summary) == 40);
  CHECK(offsetof(weft_component_type, reference) == 48);
  CHECK(offsetof(weft_component_type, parameters) == 56);
  CHECK(offsetof(weft_component_type, slots) == 64);
  CHECK(offsetof(weft_component_type, offers) == 72);
  CHECK(offsetof(weft_component_type, metrics) == 80);
  CHECK(offsetof(weft_component_type, create) == 88);
  CHECK(sizeof(weft_component_type) == 96);

  CHECK(offsetof(weft_parameter, size) == 0);
  CHECK(offsetof(weft_parameter, kind) == 4);
  CHECK(offsetof(weft_parameter, key) == 8);
  CHECK(offsetof(weft_parameter, default_value) == 16);
  CHECK(offsetof(weft_parameter, optional) == 24);
  CHECK(offsetof(weft_parameter, minimum_open) == 28);
  CHECK(offsetof(weft_parameter, maximum_open) == 32);
  CHECK(offsetof(weft_parameter, choice_count) == 36);
  CHECK(offsetof(weft_parameter, minimum) == 40);
  CHECK(offsetof(weft_parameter, maximum) == 48);
  CHECK(offsetof(weft_parameter, choices) == 56);
  CHECK(offsetof(weft_parameter, unit) == 64);
  CHECK(offsetof(weft_parameter, sentence) == 72);
  CHECK(offsetof(weft_parameter, costly_maximum) == 80);
  CHECK(sizeof(weft_parameter) == 88);

  CHECK(offsetof(weft_slot, optional) == 4);
  CHECK(offsetof(weft_slot, stream) == 8);
  CHECK(offsetof(weft_slot, name) == 16);
  CHECK(offsetof(weft_slot, interface_id) == 24);
  CHECK(offsetof(weft_slot, sentence) == 32);
  CHECK(offsetof(weft_slot, receiver) == 40);
  CHECK(sizeof(weft_slot) == 48);

  CHECK(offsetof(weft_offer, stream) == 4);
  CHECK(offsetof(weft_offer, name) == 8);
  CHECK(offsetof(weft_offer, interface_id) == 16);
  CHECK(offsetof(weft_offer, sentence) == 24);
  CHECK(offsetof(weft_offer, service) == 32);
  CHECK(sizeof(weft_offer) == 40);

  CHECK(offsetof(weft_metric, headline) == 4);
  CHECK(offsetof(weft_metric, averaged) == 8);
  CHECK(offsetof(weft_metric, name) == 16);
  CHECK(offsetof(weft_metric, unit) == 24);
  CHECK(offsetof(weft_metric, sentence) == 32);
  CHECK(sizeof(weft_metric) == 40);

  CHECK(WEFT_FLAG == 0);
  CHECK(WEFT_INTEGER == 1);
  CHECK(WEFT_REAL == 2);
  CHECK(WEFT_TEXT == 3);
  CHECK(WEFT_INTEGERS == 4);
  CHECK(WEFT_REALS == 5);
  CHECK(WEFT_REAL_RAMP == 6);
  CHECK(WEFT_INTEGER_RAMP == 7);
  CHECK(WEFT_PATH == 8);
  CHECK(std::string(WEFT_ENTRY_SYMBOL) == "weft_plugin_v1");
  CHECK(WEFT_ENTRY_MAGIC == UINT64_C(0x47554c5054464557));
}
