#include "host/run/tensorboard.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/crc.hpp>
#include <charconv>
#include <chrono>
#include <protozero/pbf_writer.hpp>
#include <string_view>
#include <system_error>

namespace weft::host {
namespace {

// Field numbers of tensorflow/core/util/event.proto and framework/summary.proto.
namespace event {
constexpr protozero::pbf_tag_type wall_time = 1, step = 2, file_version = 3, summary = 5, session_log = 7;
}
constexpr protozero::pbf_tag_type summary_value = 1, value_tag = 1, value_simple = 2, session_status = 1;
constexpr int32_t session_start = 1;
constexpr int64_t latest_second = 9'999'999'999;  // with as many digits as those of today

double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string little_endian(uint64_t number, int bytes) {
  std::string text;
  for (int index = 0; index < bytes; ++index) text.push_back(static_cast<char>((number >> (8 * index)) & 0xff));
  return text;
}

constexpr std::string_view name_begin = "events.out.tfevents.";

/// TensorBoard finds files by "tfevents" in their names and reads them in alphabetical order. A new file comes after
/// all others, also when the clock was set back.
std::filesystem::path new_name(const std::filesystem::path& folder) {
  auto seconds = static_cast<int64_t>(wall_time());
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(name_begin)) continue;
    int64_t other = 0;
    const char* const end = name.data() + name.size();
    if (std::from_chars(name.data() + name_begin.size(), end, other).ec == std::errc() && other < latest_second)
      seconds = std::max(seconds, other + 1);
  }
  std::array<char, 256> machine{};
  gethostname(machine.data(), machine.size() - 1);
  return folder / fmt::format("{}{}.{}.0", name_begin, seconds, machine.data());
}

}  // namespace

uint32_t masked_crc32c(std::string_view data) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(data.data(), data.size());
  const auto sum = static_cast<uint32_t>(crc.checksum());
  return ((sum >> 15) | (sum << 17)) + 0xa282ead8U;
}

TensorBoardFile::TensorBoardFile(const std::filesystem::path& folder, int64_t first_tick) : file_(new_name(folder), 0) {
  std::string version;
  protozero::pbf_writer first(version);
  first.add_double(event::wall_time, wall_time());
  first.add_string(event::file_version, "brain.Event:2");
  write_record(version);

  std::string start;
  protozero::pbf_writer second(start);
  second.add_double(event::wall_time, wall_time());
  second.add_int64(event::step, first_tick);
  std::string status;
  protozero::pbf_writer(status).add_enum(session_status, session_start);
  second.add_message(event::session_log, status);
  write_record(start);
}

void TensorBoardFile::scalar(int64_t tick, std::string_view tag, double value) {
  std::string curve(tag);
  if (const std::size_t point = curve.find('.'); point != std::string::npos) curve[point] = '/';
  std::string message;
  {
    protozero::pbf_writer writer(message);
    writer.add_double(event::wall_time, wall_time());
    writer.add_int64(event::step, tick);
    protozero::pbf_writer summary(writer, event::summary);
    protozero::pbf_writer entry(summary, summary_value);
    entry.add_string(value_tag, curve);
    entry.add_float(value_simple, static_cast<float>(value));
  }
  write_record(message);
}

void TensorBoardFile::write_record(std::string_view message) {
  const std::string length = little_endian(message.size(), 8);
  file_.append(length);
  file_.append(little_endian(masked_crc32c(length), 4));
  file_.append(message);
  file_.append(little_endian(masked_crc32c(message), 4));
}

}  // namespace weft::host
