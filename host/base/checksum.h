/// CRC-32 checksums.
#pragma once

#include <boost/crc.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <istream>
#include <string>

namespace weft::host {

class Checksum {
 public:
  void add(const void* data, std::size_t size) { crc_.process_bytes(data, size); }
  /// Adds the next `size` bytes of a stream; false when it holds fewer.
  bool add(std::istream& stream, int64_t size);
  /// The checksum as eight hexadecimal digits.
  std::string text() const;

 private:
  boost::crc_32_type crc_;
};

/// The checksum of a whole file; throws Failure(wrong_input) when it cannot be read.
std::string file_checksum(const std::filesystem::path& file);

}  // namespace weft::host
