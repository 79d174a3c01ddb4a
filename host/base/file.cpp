#include "host/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace weft::host {
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 16;

void sync_folder(const std::filesystem::path& folder) {
  const Descriptor descriptor(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
  if (fsync(descriptor.get()) != 0 && errno != EINVAL) throw cannot_write(folder);  // EINVAL: not supported there
}

}  // namespace

Failure cannot_write(const std::filesystem::path& file) {
  const int error = errno;
  std::string remedy;
  if (error == ENOSPC || error == EDQUOT)
    remedy = "; free some space and continue with 'weft resume'";
  else if (error == EACCES || error == EPERM || error == EROFS)
    remedy = "; make it writable";
  else if (error == ELOOP)
    remedy = "; it is a symbolic link, which Weft does not follow here; remove it";
  return {ExitCode::run_failed, fmt::format("cannot write {}: {}{}", quoted(file), std::strerror(error), remedy)};
}

Descriptor::Descriptor(const std::filesystem::path& file, int flags)
    : number_(::open(file.c_str(), flags | O_CLOEXEC, 0666)) {
  if (number_ < 0) throw cannot_write(file);
}

Descriptor open_to_write(const std::filesystem::path& file, int flags) {
  // Without O_NONBLOCK, a pipe would wait for a reader.
  Descriptor descriptor(file, flags | O_NOFOLLOW | O_NONBLOCK);
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) throw cannot_write(file);
  if (!S_ISREG(status.st_mode))
    throw Failure(ExitCode::run_failed,
                  fmt::format("cannot write {}: it is not a regular file; remove it", quoted(file)));
  return descriptor;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

OutputFile::OutputFile(std::filesystem::path file, int64_t keep)
    : file_(std::move(file)), descriptor_(open_to_write(file_, O_WRONLY | O_CREAT)), size_(keep) {
  struct stat status {};
  if (::fstat(descriptor_.get(), &status) != 0) throw cannot_write(file_);
  if (status.st_nlink > 1)
    throw Failure(
        ExitCode::run_failed,
        fmt::format("cannot write {}: the file has {} names (hard links), and the others would change with it; "
                    "replace it with a copy",
                    quoted(file_), status.st_nlink));
  if (::ftruncate(descriptor_.get(), keep) != 0 || ::lseek(descriptor_.get(), keep, SEEK_SET) < 0)
    throw cannot_write(file_);
}

void OutputFile::append(const void* data, std::size_t size) {
  const auto* first = static_cast<const char*>(data);
  if (buffer_.size() + size > buffer_size) flush();
  if (size > buffer_size) {
    write_out(first, size);
  } else {
    buffer_.append(first, size);
  }
  size_ += static_cast<int64_t>(size);
}

void OutputFile::flush() {
  write_out(buffer_.data(), buffer_.size());
  buffer_.clear();
}

void OutputFile::sync() {
  flush();
  if (::fsync(descriptor_.get()) != 0) throw cannot_write(file_);
}

void OutputFile::patch(int64_t offset, std::string_view text) {
  if (::pwrite(descriptor_.get(), text.data(), text.size(), offset) != static_cast<ssize_t>(text.size()))
    throw cannot_write(file_);
}

void OutputFile::write_out(const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(descriptor_.get(), data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw cannot_write(file_);
    data += written;
    size -= static_cast<std::size_t>(written);
  }
}

Descriptor lock_file(const std::filesystem::path& file, int flags, const std::string& message) {
  Descriptor descriptor = open_to_write(file, flags);
  if (flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) throw wrong_input(message);
  return descriptor;
}

WorkFolder::WorkFolder() {
  std::string name = (std::filesystem::absolute(std::filesystem::temp_directory_path()) / "weft-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw cannot_write(name);
  path_ = name;
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void rename_durably(const std::filesystem::path& temporary, const std::filesystem::path& file) {
  if (std::rename(temporary.c_str(), file.c_str()) != 0) throw cannot_write(file);
  sync_folder(file.parent_path());
}

void write_whole(const std::filesystem::path& file, std::string_view text) {
  const std::filesystem::path temporary = file.string() + ".tmp";
  std::error_code absent;
  std::filesystem::remove(temporary, absent);  // of a killed process, or a link
  try {
    OutputFile output(temporary, 0);
    output.append(text);
    output.sync();
    rename_durably(temporary, file);
  } catch (...) {
    std::error_code ignored;  // the failure itself is thrown
    std::filesystem::remove(temporary, ignored);
    throw;
  }
}

std::string wrong_kind(const std::filesystem::path& file) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status) || std::filesystem::is_regular_file(status)) return "";
  return std::filesystem::is_directory(status) ? "it is a folder" : "it is not a regular file";
}

std::string read_whole(const std::filesystem::path& file) {
  if (const std::string kind = wrong_kind(file); !kind.empty())
    throw wrong_input(fmt::format("cannot read {}: {}; a file was expected", quoted(file), kind));
  std::ifstream stream(file, std::ios::binary);
  std::string text;
  try {
    text.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  } catch (const std::ios_base::failure&) {  // thrown whatever the stream's exceptions() are
    stream.setstate(std::ios_base::badbit);
  }
  if (!stream) throw wrong_input(fmt::format("cannot read {}: {}", quoted(file), std::strerror(errno)));
  return text;
}

}  // namespace weft::host
