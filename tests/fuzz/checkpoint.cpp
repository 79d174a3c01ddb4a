// The bytes of a checkpoint, with the checksum corrected so that the code behind it is reached. The checkpoint is
// opened and every array read. Opening may throw only Failure, reading only Error.
#include <boost/crc.hpp>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fuzz/memory_file.h"
#include "host/base/diagnostic.h"
#include "host/run/checkpoint.h"

using namespace weft::host;
using weft::fuzz::MemoryFile;

namespace {

constexpr std::size_t length_size = 8;

/// The length of the header if it fits into the input, otherwise 0.
std::size_t header_size(std::string_view input) {
  uint64_t length = 0;
  if (input.size() < length_size) return 0;
  std::memcpy(&length, input.data(), length_size);
  return length <= input.size() - length_size ? static_cast<std::size_t>(length) : 0;
}

void correct_checksum(std::string& input) {
  const std::string field = "\"checksum\":\"";
  const std::size_t end = length_size + header_size(input), begin = input.find(field);
  constexpr std::size_t digits = 8;
  if (begin == std::string::npos || begin + field.size() + digits > end) return;
  char* const checksum = input.data() + begin + field.size();
  std::memset(checksum, '0', digits);
  boost::crc_32_type crc;
  crc.process_bytes(input.data() + length_size, input.size() - length_size);
  char text[digits + 1];
  std::snprintf(text, sizeof text, "%08" PRIx32, static_cast<uint32_t>(crc.checksum()));
  std::memcpy(checksum, text, digits);
}

void read_array(weft::StateSource& arrays, const std::string& name) {
  const std::vector<int64_t> shape = arrays.shape(name);
  for (const auto element :
       {weft::Element::f32, weft::Element::f64, weft::Element::i64, weft::Element::u64, weft::Element::u8}) {
    std::size_t count = size_of(element);
    for (const int64_t extent : shape) count *= static_cast<std::size_t>(extent);
    if (count > std::size_t{1} << 24) continue;  // of a wider type than the stored one
    std::vector<char> values(count);
    try {
      arrays.read(name, element, shape, values.data());
    } catch (const weft::Error&) {
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  std::string input(weft::fuzz::view(data, size));
  correct_checksum(input);
  const MemoryFile file(input);
  try {
    Checkpoint checkpoint(file.path());
    const auto header = nlohmann::json::parse(input.substr(length_size, header_size(input)));
    for (const auto& [name, entry] : header.items())
      if (checkpoint.arrays().has(name)) read_array(checkpoint.arrays(), name);
    checkpoint.require_all_read();
  } catch (const Failure&) {
  }
  return 0;
}
