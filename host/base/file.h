/// File writing that reports a full disk and loses nothing when it is interrupted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "host/base/diagnostic.h"

namespace weft::host {

/// A failure to write: the file, the system's message for errno, and what to do.
Failure cannot_write(const std::filesystem::path& file);

/// An open file descriptor; closed by the destructor.
class Descriptor {
 public:
  Descriptor() = default;
  /// Opens `file` with the `flags` of open(2). Throws cannot_write(file).
  Descriptor(const std::filesystem::path& file, int flags);
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  int get() const noexcept { return number_; }

 private:
  int number_ = -1;
};

/// Opens a file to write to it, with the `flags` of open(2). Throws Failure(run_failed) when it is anything but a
/// regular file, such as a symbolic link to one: a folder may come from a stranger, and what it names is not Weft's to
/// change. Never waits.
Descriptor open_to_write(const std::filesystem::path& file, int flags);

/// A buffered file written from front to back. Every function throws Failure(run_failed).
class OutputFile {
 public:
  /// Opens `file`, creating it if necessary, and truncates it to its first `keep` bytes. It must be a regular file with
  /// no second name (hard link), so that nothing else changes with it.
  OutputFile(std::filesystem::path file, int64_t keep);

  /// Buffers bytes; they reach the file with flush() at the latest.
  void append(const void* data, std::size_t size);
  void append(std::string_view text) { append(text.data(), text.size()); }
  /// Hands all buffered bytes to the operating system.
  void flush();
  /// Flushes, and makes the file survive a power failure.
  void sync();
  /// Overwrites bytes that are already flushed.
  void patch(int64_t offset, std::string_view text);

  /// The number of bytes so far, including those not yet flushed.
  int64_t size() const noexcept { return size_; }
  const std::filesystem::path& path() const noexcept { return file_; }

 private:
  void write_out(const char* data, std::size_t size);

  std::filesystem::path file_;
  Descriptor descriptor_;
  std::string buffer_;
  int64_t size_ = 0;
};

/// Opens `file` by open_to_write() and locks it for as long as the result lives; throws Failure(wrong_input)
/// with `message` when another process holds the lock.
Descriptor lock_file(const std::filesystem::path& file, int flags, const std::string& message);

/// A folder under the system's temporary folder, deleted together with this object. Throws cannot_write() when it
/// cannot be made.
class WorkFolder {
 public:
  WorkFolder();
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// Renames `temporary` to `file`; the name survives a power failure once this returns.
void rename_durably(const std::filesystem::path& temporary, const std::filesystem::path& file);

/// Writes a whole file atomically: a reader sees the old text or the new text, never a mixture. Replaces whatever has
/// the name, and follows no link.
void write_whole(const std::filesystem::path& file, std::string_view text);

/// Why a file cannot be read because of its kind: "it is a folder", "it is not a regular file"; empty if it is one, or
/// does not exist. Reading a pipe or a device might wait forever.
std::string wrong_kind(const std::filesystem::path& file);

/// The bytes of a regular file; throws Failure(wrong_input) when it cannot be read.
std::string read_whole(const std::filesystem::path& file);

}  // namespace weft::host
