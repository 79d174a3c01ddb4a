/// Files that are written so that a full disk is told and an interrupted write loses nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "host/base/diagnostic.h"

namespace weft::host {

/// A failure to write: what was tried, the system's own words, and what to do. Uses errno.
Failure cannot_write(const std::filesystem::path& file);

/// An open file descriptor; closed at the end of its life.
class Descriptor {
 public:
  Descriptor() = default;
  /// Opens; `flags` as for open(2). Throws Failure(run_failed) in the words of cannot_write.
  Descriptor(const std::filesystem::path& file, int flags);
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  int get() const noexcept { return number_; }

 private:
  int number_ = -1;
};

/// A file that is written from front to back, in large pieces. Every function throws Failure(run_failed).
class OutputFile {
 public:
  /// Opens `file`, making it when it is not there, and cuts it to its first `keep` bytes.
  OutputFile(std::filesystem::path file, int64_t keep);

  /// Takes bytes; they reach the file at the latest with flush().
  void append(const void* data, std::size_t size);
  void append(std::string_view text) { append(text.data(), text.size()); }
  /// Hands everything to the operating system.
  void flush();
  /// Makes everything last through a power cut.
  void sync();
  /// Overwrites bytes that were flushed before.
  void patch(int64_t offset, std::string_view text);

  /// Bytes so far, those that are not flushed included.
  int64_t size() const noexcept { return size_; }
  const std::filesystem::path& path() const noexcept { return file_; }

 private:
  void write_out(const char* data, std::size_t size);

  std::filesystem::path file_;
  Descriptor descriptor_;
  std::string buffer_;
  int64_t size_ = 0;
};

/// Opens `file` (`flags` as for open(2)) and locks it for as long as the result lives; throws
/// Failure(wrong_input) with the message `taken` when another process has it locked.
Descriptor lock_file(const std::filesystem::path& file, int flags, const std::string& taken);

/// Gives `temporary` the name `file`, so that both survive a power cut or neither does.
void rename_durably(const std::filesystem::path& temporary, const std::filesystem::path& file);

/// Writes a whole file in such a way that a reader sees the old text or the new one, never a part.
void write_whole(const std::filesystem::path& file, std::string_view text);

/// The bytes of a file; throws Failure(wrong_input) when it cannot be read.
std::string read_whole(const std::filesystem::path& file);

}  // namespace weft::host
