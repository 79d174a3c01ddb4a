#include "host/base/checksum.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>
#include <vector>

#include "host/base/diagnostic.h"
#include "host/base/file.h"

namespace weft::host {

bool Checksum::add(std::istream& stream, int64_t size) {
  std::vector<char> block(std::size_t{1} << 20);
  while (size > 0) {
    stream.read(block.data(), std::min<std::streamsize>(size, static_cast<std::streamsize>(block.size())));
    if (stream.gcount() == 0) return false;
    add(block.data(), static_cast<std::size_t>(stream.gcount()));
    size -= stream.gcount();
  }
  return true;
}

std::string Checksum::text() const { return fmt::format("{:08x}", crc_.checksum()); }

std::string file_checksum(const std::filesystem::path& file) {
  if (const std::string kind = wrong_kind(file); !kind.empty())
    throw wrong_input(fmt::format("cannot read {}: {}; a file was expected", quoted(file), kind));
  std::error_code error;
  const auto size = static_cast<int64_t>(std::filesystem::file_size(file, error));
  std::ifstream stream(file, std::ios::binary);
  Checksum checksum;
  if (error || !stream || !checksum.add(stream, size)) throw wrong_input(fmt::format("cannot read {}", quoted(file)));
  return checksum.text();
}

}  // namespace weft::host
