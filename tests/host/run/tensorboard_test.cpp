// TensorBoard files, read back without the code that writes them.
#include "host/run/tensorboard.h"

#include <cmath>
#include <cstring>
#include <ctime>
#include <deque>
#include <map>

#include "support/process.h"
#include "weft/testing/catch.h"

using namespace weft::host;
using weft::testing::read_file;
using weft::testing::TemporaryFolder;

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

/// From field number to the bytes of its value (a varint as decimal text).
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

TEST_CASE("a TensorBoard file has its version, the start of the session, and scalars") {
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

TEST_CASE("a second TensorBoard file in a folder gets another name") {
  const TemporaryFolder folder;
  const TensorBoardFile first(folder.path(), 1);
  const TensorBoardFile second(folder.path(), 1);
  CHECK(first.path() < second.path());
}

TEST_CASE("a TensorBoard file sorts after those of a session whose clock was ahead") {
  const TemporaryFolder folder;
  const auto add_file = [&](const std::string& name) { weft::testing::write_file(folder.path() / name, ""); };
  const std::string future = std::to_string(std::time(nullptr) + 3600);
  add_file("events.out.tfevents." + future + ".zebra.0");
  add_file("events.out.tfevents.soon");             // not Weft's
  add_file("events.out.tfevents.99999999999.m.0");  // not a time of this age
  const TensorBoardFile file(folder.path(), 1);
  CHECK(file.path().filename().string().find("events.out.tfevents." + std::to_string(std::time(nullptr) + 3601)) == 0);
}
