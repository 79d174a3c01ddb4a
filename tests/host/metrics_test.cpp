#include "host/run/metrics.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <deque>
#include <limits>
#include <map>

#include "host/run/tensorboard.h"
#include "support/process.h"

using namespace weft::host;
using weft::testing::read_file;
using weft::testing::TemporaryFolder;

namespace {

/// A graph with components `a` and `b` of one type, which declares three metrics.
struct Example {
  weft_metric each{sizeof(weft_metric), 0, 0, "each", "", "every value"};
  weft_metric mean{sizeof(weft_metric), 0, 1, "mean", "", "a mean"};
  weft_metric head{sizeof(weft_metric), 1, 0, "head", "m", "a headline"};
  std::array<const weft_metric*, 3> metrics = {&each, &mean, &head};
  weft_component_type type{};
  TypeRecord record;
  Graph graph;
  Example() {
    type.name = "stage.example";
    type.metric_count = 3;
    type.metrics = metrics.data();
    record.type = &type;
    for (const char* name : {"a", "b"}) {
      graph.nodes.emplace_back();
      graph.nodes.back().name = name;
      graph.nodes.back().type = &record;
    }
  }
  const ComponentNode& a() const { return graph.nodes[0]; }
  const ComponentNode& b() const { return graph.nodes[1]; }
};

std::string csv(Metrics& metrics) {
  std::string text;
  for (const MetricRow& row : metrics.take_rows()) text += to_csv(row);
  return text;
}

}  // namespace

TEST_CASE("numbers are written with as few digits as read back the same") {
  CHECK(shortest(0.1) == "0.1");
  CHECK(shortest(-162.5) == "-162.5");
  CHECK(shortest(100.0) == "100");
  CHECK(shortest(1e-5) == "1e-05");
  for (const double value : {1.0 / 3.0, 4.9406564584124654e-324, 1.7976931348623157e308, -0.0, 123456789.123456789}) {
    const double back = std::strtod(shortest(value).c_str(), nullptr);
    CHECK(std::memcmp(&back, &value, sizeof value) == 0);
  }
}

TEST_CASE("each value is a row at once, means wait for the report") {
  Example example;
  Metrics metrics(example.graph);
  metrics.set_tick(3);
  metrics.record(example.b(), example.each, 0.5);
  metrics.record(example.b(), example.mean, 1.0);
  metrics.record(example.a(), example.mean, 10.0);
  metrics.record(example.a(), example.each, -1.0);
  CHECK(csv(metrics) == "3,b.each,0.5\n3,a.each,-1\n");
  metrics.set_tick(4);
  metrics.record(example.b(), example.mean, 2.0);
  metrics.report();
  CHECK(csv(metrics) == "4,a.mean,10\n4,b.mean,1.5\n");
  metrics.report();
  CHECK(csv(metrics).empty());
  metrics.record(example.a(), example.mean, 7.0);
  metrics.report();
  CHECK(csv(metrics) == "4,a.mean,7\n");
}

TEST_CASE("members of a numbered family join as they come, and need not outlive their component") {
  Example example;
  Metrics metrics(example.graph);
  {
    const std::string name = "mse_12";
    weft_metric member = example.each;
    member.name = name.c_str();
    metrics.record(example.b(), member, 0.25);
    metrics.record(example.b(), member, 0.5);
    metrics.record(example.a(), example.each, 1.0);
  }
  CHECK(csv(metrics) == "0,b.mse_12,0.25\n0,b.mse_12,0.5\n0,a.each,1\n");
  CHECK(metrics.headlines().size() == 2);
  CHECK(metrics.save() == "{}");
}

TEST_CASE("headline metrics keep their first and latest value") {
  Example example;
  Metrics metrics(example.graph);
  REQUIRE(metrics.headlines().size() == 2);
  CHECK(metrics.headlines()[0].count == 0);
  for (int tick = 0; tick < 4; ++tick) {
    metrics.set_tick(tick);
    metrics.record(example.a(), example.head, 10.0 * tick - 20.0);
  }
  const Headline headline = metrics.headlines()[0];
  CHECK(*headline.name == "a.head");
  CHECK(headline.count == 4);
  CHECK(headline.first == -20.0);
  CHECK(headline.first_tick == 0);
  CHECK(headline.latest == 10.0);
  CHECK(headline.latest_tick == 3);
}

TEST_CASE("means and headlines go on from what was saved, to the last bit") {
  Example example;
  Metrics whole(example.graph);
  Metrics first(example.graph);
  for (Metrics* metrics : {&whole, &first}) {
    metrics->set_tick(1);
    metrics->record(example.a(), example.mean, 0.1);
    metrics->record(example.a(), example.mean, 1.0 / 3.0);
    metrics->record(example.b(), example.head, 0.7);
    metrics->take_rows();
  }
  Metrics second(example.graph);
  second.record(example.a(), example.each, 5.0);  // while components were made: the stored state has it already
  second.record(example.b(), example.mean, 5.0);
  second.load(first.save());
  CHECK(second.save() == first.save());
  for (Metrics* metrics : {&whole, &second}) {
    metrics->set_tick(2);
    metrics->record(example.a(), example.mean, 1e-17);
    metrics->record(example.b(), example.head, 0.8);
    metrics->report();
  }
  CHECK(csv(second) == csv(whole));
  CHECK(second.headlines()[1].first == 0.7);
  CHECK(second.headlines()[1].first_tick == 1);
  CHECK(second.headlines()[1].latest == 0.8);
  CHECK(second.save() == whole.save());
}

TEST_CASE("a metric that is no longer declared is dropped from what was saved") {
  Example example;
  Metrics metrics(example.graph);
  metrics.load(R"({"a.gone":{"mean":[1.0,1]},"b.mean":{"mean":[3.0,2]}})");
  metrics.report();
  CHECK(csv(metrics) == "0,b.mean,1.5\n");
}

// TensorBoard files, read back without the code that writes them.
namespace {

uint32_t slow_crc32c(const std::string& data) {
  uint32_t crc = 0xffffffffU;
  for (const char letter : data) {
    crc ^= static_cast<unsigned char>(letter);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0x82f63b78U : 0U);
  }
  return ~crc;
}

uint32_t slow_masked(const std::string& data) {
  const uint32_t crc = slow_crc32c(data);
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

template <class T>
T take(std::string& bytes) {
  T value{};
  REQUIRE(bytes.size() >= sizeof value);
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.erase(0, sizeof value);
  return value;
}

std::string take_text(std::string& bytes, std::size_t size) {
  REQUIRE(bytes.size() >= size);
  std::string text = bytes.substr(0, size);
  bytes.erase(0, size);
  return text;
}

uint64_t take_varint(std::string& bytes) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = take<unsigned char>(bytes);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

/// Field number to the bytes of its value (varints as text of the number).
std::map<uint64_t, std::string> fields(std::string message) {
  std::map<uint64_t, std::string> result;
  while (!message.empty()) {
    const uint64_t key = take_varint(message);
    std::string& value = result[key >> 3];
    if ((key & 7) == 0) value = std::to_string(take_varint(message));
    if ((key & 7) == 1) value = take_text(message, 8);
    if ((key & 7) == 2) value = take_text(message, take_varint(message));
    if ((key & 7) == 5) value = take_text(message, 4);
  }
  return result;
}

std::deque<std::map<uint64_t, std::string>> events(const std::filesystem::path& file) {
  std::string bytes = read_file(file);
  std::deque<std::map<uint64_t, std::string>> result;
  while (!bytes.empty()) {
    const std::string length = bytes.substr(0, 8);
    const auto size = take<uint64_t>(bytes);
    CHECK(take<uint32_t>(bytes) == slow_masked(length));
    const std::string message = take_text(bytes, size);
    CHECK(take<uint32_t>(bytes) == slow_masked(message));
    result.push_back(fields(message));
  }
  return result;
}

}  // namespace

TEST_CASE("the checksum of TensorBoard files is CRC-32C, masked") {
  CHECK(slow_crc32c("123456789") == 0xe3069283U);  // the check value of CRC-32C
  CHECK(masked_crc32c("123456789") == slow_masked("123456789"));
  CHECK(masked_crc32c("") == slow_masked(""));
}

TEST_CASE("a TensorBoard file holds its version, the start of the session, and scalars") {
  const TemporaryFolder folder;
  TensorBoardFile file(folder.path(), 501);
  file.scalar(0, "counter.value", -1234.5);
  file.scalar(1'000'000, "counter.deep.value", 0.25);
  file.flush();
  CHECK(file.path().filename().string().find("events.out.tfevents.") == 0);
  auto all = events(file.path());
  REQUIRE(all.size() == 4);
  CHECK(all[0][3] == "brain.Event:2");
  double wall = 0.0;
  std::memcpy(&wall, all[0][1].data(), sizeof wall);
  CHECK(std::abs(wall - static_cast<double>(std::time(nullptr))) < 60.0);
  CHECK(all[1][2] == "501");
  CHECK(fields(all[1][7])[1] == "1");
  const auto value_of = [](const std::string& summary) { return fields(fields(summary)[1]); };
  CHECK(all[2][2] == "0");
  CHECK(value_of(all[2][5])[1] == "counter/value");
  float value = 0.0F;
  std::memcpy(&value, value_of(all[2][5])[2].data(), sizeof value);
  CHECK(value == -1234.5F);
  CHECK(all[3][2] == "1000000");
  CHECK(value_of(all[3][5])[1] == "counter/deep.value");
}

TEST_CASE("a second TensorBoard file in a folder gets a name of its own") {
  const TemporaryFolder folder;
  const TensorBoardFile first(folder.path(), 1);
  const TensorBoardFile second(folder.path(), 1);
  CHECK(first.path() != second.path());
}
