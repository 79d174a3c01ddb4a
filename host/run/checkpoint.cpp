#include "host/run/checkpoint.h"

#include <algorithm>
#include <array>
#include <boost/crc.hpp>
#include <cinttypes>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "host/base/file.h"

namespace weft::host {
namespace {

using nlohmann::json;

constexpr const char* format_name = "weft-checkpoint/1";
constexpr std::string_view no_checksum = "00000000";
constexpr std::string_view suffix = ".safetensors";
constexpr int64_t longest_header = 100'000'000;  // the limit of the format

constexpr std::array<const char*, 5> element_names = {"F32", "F64", "I64", "U64", "U8"};

std::string dtype(Element element) { return element_names.at(static_cast<std::size_t>(element)); }

std::optional<Element> element_named(const std::string& name) {
  const auto found = std::find(element_names.begin(), element_names.end(), name);
  if (found == element_names.end()) return std::nullopt;
  return static_cast<Element>(found - element_names.begin());
}

std::string to_text(const std::vector<int64_t>& shape) { return json(shape).dump(); }

/// Bytes of an array; nothing when an extent is negative or the product is beyond any file.
std::optional<int64_t> bytes_of(Element element, const std::vector<int64_t>& shape) {
  auto bytes = static_cast<int64_t>(size_of(element));
  for (const int64_t extent : shape) {
    if (extent < 0 || __builtin_mul_overflow(bytes, extent, &bytes)) return std::nullopt;
  }
  return bytes;
}

std::string checksum_text(const boost::crc_32_type& crc) {
  std::array<char, 9> text{};
  std::snprintf(text.data(), text.size(), "%08" PRIx32, static_cast<uint32_t>(crc.checksum()));
  return text.data();
}

/// Adds `size` bytes of the stream to the checksum; false when there are fewer.
bool add_bytes(boost::crc_32_type& crc, std::istream& stream, int64_t size) {
  std::vector<char> block(std::size_t{1} << 20);
  while (size > 0) {
    stream.read(block.data(), std::min<std::streamsize>(size, static_cast<std::streamsize>(block.size())));
    if (stream.gcount() == 0) return false;
    crc.process_bytes(block.data(), static_cast<std::size_t>(stream.gcount()));
    size -= stream.gcount();
  }
  return true;
}

/// The checksum stands in the header itself, so it counts as zeros there.
std::string checksum_field(std::string_view checksum) { return "\"checksum\":\"" + std::string(checksum) + "\""; }

/// One array as the first pass met it.
struct Measured {
  std::string name;
  Element element;
  std::vector<int64_t> shape;
  bool operator==(const Measured&) const = default;
};

/// First pass: which arrays there are, and the header's entries for them.
class Measure final : public StateSink {
 public:
  void write(const std::string& name, Element element, const std::vector<int64_t>& shape, const void*) override {
    const std::optional<int64_t> bytes = bytes_of(element, shape);
    if (!bytes) throw Error("the array '" + name + "' cannot have the shape " + to_text(shape));
    if (header.contains(name)) throw Error("save() wrote the array '" + name + "' twice; names must differ");
    header[name] = {{"dtype", dtype(element)}, {"shape", shape}, {"data_offsets", {size_, size_ + *bytes}}};
    arrays.push_back({name, element, shape});
    size_ += *bytes;
  }
  json header = json::object();
  std::vector<Measured> arrays;

 private:
  int64_t size_ = 0;
};

/// Second pass: the bytes, which have to be those of the arrays that were measured.
class Stream final : public StateSink {
 public:
  Stream(const std::vector<Measured>& arrays, OutputFile& file, boost::crc_32_type& crc)
      : arrays_(arrays), file_(file), crc_(crc) {}

  void write(const std::string& name, Element element, const std::vector<int64_t>& shape, const void* data) override {
    const Measured array{name, element, shape};
    if (next_ == arrays_.size() || !(arrays_[next_] == array)) fail("'" + name + "' of shape " + to_text(shape));
    const auto bytes = static_cast<std::size_t>(*bytes_of(element, shape));
    crc_.process_bytes(data, bytes);
    file_.append(data, bytes);
    ++next_;
  }
  void finish() const {
    if (next_ < arrays_.size()) fail("nothing");
  }

 private:
  [[noreturn]] void fail(const std::string& found) const {
    const std::string expected =
        next_ < arrays_.size() ? "'" + arrays_[next_].name + "' of shape " + to_text(arrays_[next_].shape) : "nothing";
    throw Error("save() wrote " + found + " in its second pass where its first wrote " + expected +
                "; it must write the same arrays in the same order each time");
  }

  const std::vector<Measured>& arrays_;
  OutputFile& file_;
  boost::crc_32_type& crc_;
  std::size_t next_ = 0;
};

json to_json(const CheckpointInfo& info) {
  json components = json::object();
  for (const auto& [name, stamp] : info.components) {
    components[name] = {{"type", stamp.type},
                        {"plugin", stamp.plugin},
                        {"plugin_version", stamp.plugin_version},
                        {"plugin_checksum", stamp.plugin_checksum},
                        {"state_version", stamp.state_version}};
  }
  return {{"format", format_name},
          {"tick", std::to_string(info.tick)},
          {"seed", std::to_string(info.seed)},
          {"metrics_size", std::to_string(info.metrics_size)},
          {"metrics", info.metrics},
          {"components", components.dump()},
          {"settings", json(info.settings).dump()},
          {"build", info.build},
          {"checksum", no_checksum}};
}

CheckpointInfo info_from(const json& metadata) {
  CheckpointInfo info;
  info.tick = std::stoll(metadata.at("tick").get<std::string>());
  info.seed = std::stoull(metadata.at("seed").get<std::string>());
  info.metrics_size = std::stoll(metadata.at("metrics_size").get<std::string>());
  info.metrics = metadata.at("metrics");
  info.build = metadata.at("build");
  info.settings = json::parse(metadata.value("settings", "{}"));
  const json components = json::parse(metadata.at("components").get<std::string>());
  for (const auto& [name, stamp] : components.items()) {
    info.components[name] = {stamp.at("type"), stamp.at("plugin"), stamp.at("plugin_version"),
                             stamp.at("plugin_checksum"), stamp.at("state_version")};
  }
  return info;
}

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

void write_checkpoint(const std::filesystem::path& file, const CheckpointInfo& info,
                      const std::function<void(StateSink&)>& save) {
  Measure measure;
  save(measure);
  measure.header["__metadata__"] = to_json(info);
  std::string header = measure.header.dump();
  header.resize((header.size() + 7) / 8 * 8, ' ');  // the data begins at a multiple of 8

  const std::filesystem::path temporary = file.string() + ".tmp";
  try {
    OutputFile output(temporary, 0);
    output.append(little_endian(header.size()));
    output.append(header);
    boost::crc_32_type crc;
    crc.process_bytes(header.data(), header.size());
    Stream stream(measure.arrays, output, crc);
    save(stream);
    stream.finish();
    output.flush();
    output.patch(static_cast<int64_t>(8 + header.find(checksum_field(no_checksum))),
                 checksum_field(checksum_text(crc)));
    output.sync();
  } catch (...) {
    std::error_code ignored;  // what went wrong is told already
    std::filesystem::remove(temporary, ignored);
    throw;
  }
  rename_durably(temporary, file);
}

Checkpoint::Checkpoint(const std::filesystem::path& file) : file_(file), stream_(file, std::ios::binary) {
  std::error_code error;
  const auto size = static_cast<int64_t>(std::filesystem::file_size(file, error));
  if (!stream_ || error) refuse("it cannot be read");
  read_header(size);
  verify_checksum();
}

void Checkpoint::read_header(int64_t file_size) {
  std::string length(8, '\0');
  if (!stream_.read(length.data(), 8)) refuse("it is cut off: it has " + std::to_string(file_size) + " bytes");
  const uint64_t header_size = from_little_endian(length);
  if (header_size > static_cast<uint64_t>(longest_header)) refuse("it is not a safetensors file");
  if (header_size + 8 > static_cast<uint64_t>(file_size)) refuse("it is cut off inside its header");
  header_.resize(header_size);
  stream_.read(header_.data(), static_cast<std::streamsize>(header_size));
  try {
    const json header = json::parse(header_);
    const json metadata = header.value("__metadata__", json::object());
    if (metadata.value("format", "") != format_name)
      refuse(std::string("it was not written by Weft as a checkpoint: its metadata lacks 'format' = '") + format_name +
             "'");
    info_ = info_from(metadata);
    checksum_ = metadata.at("checksum");
    data_begin_ = static_cast<int64_t>(header_size) + 8;
    data_size_ = 0;
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") continue;
      add_array(name, entry.at("dtype"), entry.at("shape"), entry.at("data_offsets"));
    }
    const int64_t there = file_size - data_begin_;
    if (data_size_ > there) {
      refuse("it is cut off: it has " + std::to_string(there) + " of " + std::to_string(data_size_) +
             " bytes of arrays");
    }
    if (data_size_ < there) refuse("it was altered: it has more bytes than its header tells");
  } catch (const json::exception&) {
    refuse("it was altered: its header is not the JSON of a checkpoint");
  } catch (const std::logic_error&) {  // numbers in the metadata
    refuse("it was altered: its metadata has no good numbers");
  }
}

void Checkpoint::add_array(const std::string& name, const std::string& dtype_name, std::vector<int64_t> shape,
                           const std::vector<int64_t>& offsets) {
  const std::optional<Element> element = element_named(dtype_name);
  if (!element) refuse("its array '" + name + "' has the unknown element type '" + dtype_name + "'");
  const std::optional<int64_t> bytes = bytes_of(*element, shape);
  if (!bytes || offsets.size() != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] - offsets[0] != *bytes)
    refuse("it was altered: the place of its array '" + name + "' does not fit its shape");
  arrays_[name] = {*element, std::move(shape), offsets[0], *bytes};
  data_size_ = std::max(data_size_, offsets[1]);
}

void Checkpoint::verify_checksum() {
  std::string header = header_;
  const std::string field = checksum_field(checksum_);
  if (const std::size_t place = header.find(field); place != std::string::npos)
    header.replace(place, field.size(), checksum_field(no_checksum));
  boost::crc_32_type crc;
  crc.process_bytes(header.data(), header.size());
  if (!add_bytes(crc, stream_, data_size_)) refuse("it cannot be read to its end");
  if (checksum_text(crc) != checksum_) {
    refuse("it was altered or damaged: its checksum is " + checksum_text(crc) + ", its header says '" + checksum_ +
           "'");
  }
}

std::vector<int64_t> Checkpoint::shape(const std::string& name) const { return find(name).shape; }

void Checkpoint::read(const std::string& name, Element element, const std::vector<int64_t>& shape, void* out) {
  const Array& array = find(name);
  if (array.element != element || array.shape != shape) {
    throw Error("the array '" + name + "' in '" + file_.string() + "' is " + dtype(array.element) +
                to_text(array.shape) + "; " + dtype(element) + to_text(shape) + " was expected");
  }
  stream_.clear();
  stream_.seekg(data_begin_ + array.begin);
  if (!stream_.read(static_cast<char*>(out), array.bytes))
    throw Error("the array '" + name + "' in '" + file_.string() + "' cannot be read");
  read_.insert(name);
}

void Checkpoint::require_all_read() const {
  std::vector<std::string> left;
  for (const auto& [name, array] : arrays_) {
    if (read_.count(name) == 0) left.push_back(name);
  }
  if (left.empty()) return;
  throw Failure(ExitCode::wrong_input, "'" + file_.string() +
                                           "' holds arrays that no component asked for: " + enumerate(left) +
                                           "; was graph.toml changed, or was it saved by other plugins?");
}

const Checkpoint::Array& Checkpoint::find(const std::string& name) const {
  const auto found = arrays_.find(name);
  if (found == arrays_.end()) throw Error("there is no array '" + name + "' in '" + file_.string() + "'");
  return found->second;
}

void Checkpoint::refuse(const std::string& reason) const {
  throw Failure(ExitCode::wrong_input, "cannot use the checkpoint '" + file_.string() + "': " + reason);
}

std::string file_checksum(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = static_cast<int64_t>(std::filesystem::file_size(file, error));
  std::ifstream stream(file, std::ios::binary);
  boost::crc_32_type crc;
  if (error || !stream || !add_bytes(crc, stream, size))
    throw Failure(ExitCode::wrong_input, "cannot read '" + file.string() + "'");
  return checksum_text(crc);
}

std::filesystem::path CheckpointFolder::file(int64_t tick) const {
  std::array<char, 64> name{};
  std::snprintf(name.data(), name.size(), "tick_%012" PRId64 "%s", tick, suffix.data());
  return folder_ / name.data();
}

std::vector<std::filesystem::path> CheckpointFolder::files() const {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    const std::filesystem::path& file = entry.path();
    if (file.extension() == suffix && file.filename().string().starts_with("tick_")) found.push_back(file);
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

void CheckpointFolder::prune() const {
  const std::vector<std::filesystem::path> found = files();
  std::error_code error;  // what cannot be deleted does no harm
  for (std::size_t index = 2; index < found.size(); ++index) std::filesystem::remove(found[index], error);
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    if (entry.path().extension() == ".tmp") std::filesystem::remove(entry.path(), error);
  }
}

}  // namespace weft::host
