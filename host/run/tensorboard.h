/// TensorBoard event files with scalars.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "host/base/file.h"

namespace weft::host {

/// The checksum of TFRecord files: CRC-32C (Castagnoli), rotated and offset, since the CRC of data that contains CRCs
/// would be weak.
uint32_t masked_crc32c(std::string_view data);

/// An event file in TFRecord framing: each record is a length, the checksum of the length, an `Event` message of
/// TensorFlow's event.proto, and the checksum of the message; numbers are little-endian.
class TensorBoardFile {
 public:
  /// Makes a new file in `folder`, with a name that sorts after those of all others there. Scalars of earlier files in
  /// the folder from `first_tick` on are superseded.
  TensorBoardFile(const std::filesystem::path& folder, int64_t first_tick);

  /// Adds one point of the curve `tag`; "counter.value" is written as "counter/value", so that TensorBoard groups
  /// curves by component.
  void scalar(int64_t tick, std::string_view tag, double value);
  void flush() { file_.flush(); }
  const std::filesystem::path& path() const noexcept { return file_.path(); }

 private:
  void write_record(std::string_view message);

  OutputFile file_;
};

}  // namespace weft::host
