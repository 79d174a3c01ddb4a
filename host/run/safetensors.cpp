#include "host/run/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "host/base/checksum.h"
#include "host/base/file.h"

namespace weft::host {
namespace {

using nlohmann::json;

constexpr const char* checksum_key = "checksum";
constexpr const char* no_checksum = "00000000";
constexpr int64_t longest_header = 100'000'000;  // the limit of the format

constexpr std::array<const char*, 5> element_names = {"F32", "F64", "I64", "U64", "U8"};

std::string dtype(Element element) { return element_names.at(static_cast<std::size_t>(element)); }

std::optional<Element> element_named(const std::string& name) {
  const auto found = std::find(element_names.begin(), element_names.end(), name);
  if (found == element_names.end()) return std::nullopt;
  return static_cast<Element>(found - element_names.begin());
}

std::string to_text(const std::vector<int64_t>& shape) { return json(shape).dump(); }

/// Bytes of an array; nothing when an extent is negative or the product overflows.
std::optional<int64_t> bytes_of(Element element, const std::vector<int64_t>& shape) {
  auto bytes = static_cast<int64_t>(size_of(element));
  for (const int64_t extent : shape) {
    if (extent < 0 || __builtin_mul_overflow(bytes, extent, &bytes)) return std::nullopt;
  }
  return bytes;
}

/// The checksum is in the header that it covers, so it counts as zeros there.
std::string checksum_field(std::string_view checksum) { return fmt::format("\"{}\":\"{}\"", checksum_key, checksum); }

/// One array of the first pass.
struct Measured {
  std::string name;
  Element element;
  std::vector<int64_t> shape;
  bool operator==(const Measured&) const = default;
};

/// First pass: collects the arrays and the header's entries for them.
class Measure final : public StateSink {
 public:
  void write(const std::string& name, Element element, const std::vector<int64_t>& shape, const void*) override {
    const std::optional<int64_t> bytes = bytes_of(element, shape);
    if (!bytes) throw Error(fmt::format("the array '{}' cannot have the shape {}", name, to_text(shape)));
    if (header.contains(name)) throw Error(fmt::format("save() wrote the array '{}' twice; names must differ", name));
    header[name] = {{"dtype", dtype(element)}, {"shape", shape}, {"data_offsets", {size_, size_ + *bytes}}};
    arrays.push_back({name, element, shape});
    size_ += *bytes;
  }
  json header = json::object();
  std::vector<Measured> arrays;

 private:
  int64_t size_ = 0;
};

/// Second pass: writes the bytes of the same arrays.
class Stream final : public StateSink {
 public:
  Stream(const std::vector<Measured>& arrays, OutputFile& file, Checksum& checksum)
      : arrays_(arrays), file_(file), checksum_(checksum) {}

  void write(const std::string& name, Element element, const std::vector<int64_t>& shape, const void* data) override {
    const Measured array{name, element, shape};
    if (next_ == arrays_.size() || !(arrays_[next_] == array)) fail(describe(array));
    const auto bytes = static_cast<std::size_t>(*bytes_of(element, shape));
    checksum_.add(data, bytes);
    file_.append(data, bytes);
    ++next_;
  }
  void finish() const {
    if (next_ < arrays_.size()) fail("nothing");
  }

 private:
  [[noreturn]] void fail(const std::string& found) const {
    throw Error(
        fmt::format("save() wrote {} in its second pass where its first wrote {}; it must write the same arrays "
                    "in the same order each time",
                    found, next_ < arrays_.size() ? describe(arrays_[next_]) : "nothing"));
  }
  static std::string describe(const Measured& array) {
    return fmt::format("'{}' of shape {}", array.name, to_text(array.shape));
  }

  const std::vector<Measured>& arrays_;
  OutputFile& file_;
  Checksum& checksum_;
  std::size_t next_ = 0;
};

std::string little_endian(uint64_t number) {
  std::string text;
  for (int shift = 0; shift < 64; shift += 8) text.push_back(static_cast<char>((number >> shift) & 0xff));
  return text;
}

uint64_t from_little_endian(const std::string& text) {
  uint64_t number = 0;
  for (std::size_t index = 0; index < 8; ++index)
    number |= static_cast<uint64_t>(static_cast<unsigned char>(text[index])) << (8 * index);
  return number;
}

}  // namespace

void write_safetensors(const std::filesystem::path& file, Metadata metadata,
                       const std::function<void(StateSink&)>& save) {
  Measure measure;
  save(measure);
  metadata[checksum_key] = no_checksum;
  measure.header["__metadata__"] = metadata;
  std::string header = measure.header.dump();
  header.resize((header.size() + 7) / 8 * 8, ' ');  // the data starts at a multiple of 8

  const std::filesystem::path temporary = file.string() + ".tmp";
  try {
    OutputFile output(temporary, 0);
    output.append(little_endian(header.size()));
    output.append(header);
    Checksum checksum;
    checksum.add(header.data(), header.size());
    Stream stream(measure.arrays, output, checksum);
    save(stream);
    stream.finish();
    output.flush();
    output.patch(static_cast<int64_t>(8 + header.find(checksum_field(no_checksum))), checksum_field(checksum.text()));
    output.sync();
  } catch (...) {
    std::error_code ignored;  // the failure itself is thrown
    std::filesystem::remove(temporary, ignored);
    throw;
  }
  rename_durably(temporary, file);
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& file) : file_(file) {
  if (const std::string kind = wrong_kind(file); !kind.empty()) throw SafetensorsError(kind);
  std::error_code error;
  stream_.open(file, std::ios::binary);
  const auto size = static_cast<int64_t>(std::filesystem::file_size(file, error));
  if (!stream_ || error) throw SafetensorsError("it cannot be read");
  read_header(size);
}

void SafetensorsFile::read_header(int64_t file_size) {
  std::string length(8, '\0');
  if (!stream_.read(length.data(), 8))
    throw SafetensorsError(fmt::format("it is truncated: it has {} bytes", file_size));
  const uint64_t header_size = from_little_endian(length);
  if (header_size > static_cast<uint64_t>(longest_header)) throw SafetensorsError("it is not a safetensors file");
  if (header_size + 8 > static_cast<uint64_t>(file_size)) throw SafetensorsError("it is truncated inside its header");
  header_.resize(header_size);
  stream_.read(header_.data(), static_cast<std::streamsize>(header_size));
  data_begin_ = static_cast<int64_t>(header_size) + 8;
  constexpr const char* no_header = "it was altered: its header is not the JSON of a safetensors file";
  try {
    const json header = json::parse(header_);
    if (!header.is_object()) throw SafetensorsError(no_header);
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__")
        metadata_ = entry.get<Metadata>();
      else
        add_array(name, entry.at("dtype"), entry.at("shape"), entry.at("data_offsets"));
    }
  } catch (const json::exception&) {
    throw SafetensorsError(no_header);
  }
  const int64_t found = file_size - data_begin_;
  if (data_size_ > found)
    throw SafetensorsError(fmt::format("it is truncated: it has {} of {} bytes of arrays", found, data_size_));
  if (data_size_ < found) throw SafetensorsError("it was altered: it has more bytes than its header describes");
}

void SafetensorsFile::add_array(const std::string& name, const std::string& dtype_name, std::vector<int64_t> shape,
                                const std::vector<int64_t>& offsets) {
  const std::optional<Element> element = element_named(dtype_name);
  if (!element)
    throw SafetensorsError(fmt::format("its array '{}' has the unknown element type '{}'", name, dtype_name));
  const std::optional<int64_t> bytes = bytes_of(*element, shape);
  if (!bytes || offsets.size() != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] - offsets[0] != *bytes)
    throw SafetensorsError(fmt::format("it was altered: the offsets of its array '{}' do not match its shape", name));
  arrays_[name] = {*element, std::move(shape), offsets[0], *bytes};
  data_size_ = std::max(data_size_, offsets[1]);
}

void SafetensorsFile::verify_checksum() {
  const auto stored = metadata_.find(checksum_key);
  if (stored == metadata_.end()) throw SafetensorsError("it was altered: its metadata has no checksum");
  std::string header = header_;
  const std::string field = checksum_field(stored->second);
  if (const std::size_t place = header.find(field); place != std::string::npos)
    header.replace(place, field.size(), checksum_field(no_checksum));
  Checksum checksum;
  checksum.add(header.data(), header.size());
  stream_.clear();
  stream_.seekg(data_begin_);
  if (!checksum.add(stream_, data_size_)) throw SafetensorsError("its arrays cannot be read");
  if (checksum.text() != stored->second) {
    throw SafetensorsError(fmt::format("it was altered or damaged: its checksum is {}, but its header states '{}'",
                                       checksum.text(), stored->second));
  }
}

std::vector<int64_t> SafetensorsFile::shape(const std::string& name) const { return find(name).shape; }

void SafetensorsFile::read(const std::string& name, Element element, const std::vector<int64_t>& shape, void* out) {
  const Array& array = find(name);
  if (array.element != element || array.shape != shape) {
    throw Error(fmt::format("the array '{}' in '{}' is {}{}; expected {}{}", name, file_.string(), dtype(array.element),
                            to_text(array.shape), dtype(element), to_text(shape)));
  }
  stream_.clear();
  stream_.seekg(data_begin_ + array.begin);
  if (!stream_.read(static_cast<char*>(out), array.bytes))
    throw Error(fmt::format("cannot read the array '{}' in '{}'", name, file_.string()));
  read_.insert(name);
}

std::vector<std::string> SafetensorsFile::unread() const {
  std::vector<std::string> names;
  for (const auto& [name, array] : arrays_)
    if (read_.count(name) == 0) names.push_back(name);
  return names;
}

const SafetensorsFile::Array& SafetensorsFile::find(const std::string& name) const {
  const auto found = arrays_.find(name);
  if (found == arrays_.end()) throw Error(fmt::format("there is no array '{}' in '{}'", name, file_.string()));
  return found->second;
}

}  // namespace weft::host
