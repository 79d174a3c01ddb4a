#include "host/run/checkpoint.h"

#include <sys/stat.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "host/base/diagnostic.h"
#include "support/process.h"
#include "weft/testing/catch.h"

using namespace weft::host;
using weft::Element;
using weft::testing::Contains;
using weft::testing::read_file;
using weft::testing::TemporaryFolder;
using weft::testing::write_file;

namespace {

CheckpointInfo example_info() {
  CheckpointInfo info;
  info.tick = 1200;
  info.seed = 18'000'000'000'000'000'000ULL;
  info.metrics_size = 77;
  info.metrics = R"({"a.value":{"mean":[0.5,2]}})";
  info.components["a"] = {"stage.a", "components", "1.0.0", "0123abcd", 3};
  info.settings["stages.a.path"] = R"("a \"quoted\" word")";
  info.build = "weft \"quoted\"";
  return info;
}

struct Arrays {
  std::vector<float> f32 = {1.5F, -2.0F, 0.1F, 4.0F, 5.0F, 6.0F};
  std::vector<double> f64 = {0.1, -1e300};
  std::vector<int64_t> i64 = {-5};
  std::vector<uint64_t> u64 = {~uint64_t{0}};
  std::vector<uint8_t> u8 = {1, 2, 255};

  void save(weft::StateSink& sink) const {
    weft::StateWriter writer(sink, "a.");
    writer.array("u8", u8);
    writer.array("f32", {2, 3}, f32.data());
    writer.scope("deep").array("f64", f64);
    writer.number("i64", i64[0]);
    writer.array("u64", u64);
    writer.array("none", std::vector<float>());
  }
};

/// A complete checkpoint in its own folder.
struct Example {
  TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "tick_000000001200.safetensors";
  Arrays arrays;
  Example() {
    write_checkpoint(file, example_info(), [this](weft::StateSink& sink) { arrays.save(sink); });
  }
  std::string refusal() const {
    try {
      Checkpoint checkpoint(file);
    } catch (const Failure& failure) {
      CHECK(failure.code() == ExitCode::wrong_input);
      CHECK_THAT(failure.what(), Contains(file.string()));
      return failure.what();
    }
    return "";
  }
};

void load_all(Checkpoint& checkpoint, Arrays& out) {
  weft::StateReader reader(checkpoint.arrays(), "a.");
  out.u8 = reader.vector<uint8_t>("u8");
  reader.array("f32", {2, 3}, out.f32.data());
  out.f64 = reader.scope("deep").vector<double>("f64");
  out.i64 = {reader.number<int64_t>("i64")};
  out.u64 = reader.vector<uint64_t>("u64");
  CHECK(reader.vector<float>("none").empty());
}

}  // namespace

TEST_CASE("a checkpoint restores what was saved") {
  const Example example;
  Checkpoint checkpoint(example.file);
  Arrays out;
  out.f32.assign(6, 0.0F);
  load_all(checkpoint, out);
  CHECK(out.f32 == example.arrays.f32);
  CHECK(out.f64 == example.arrays.f64);
  CHECK(out.i64 == example.arrays.i64);
  CHECK(out.u64 == example.arrays.u64);
  CHECK(out.u8 == example.arrays.u8);
  CHECK_NOTHROW(checkpoint.require_all_read());

  const CheckpointInfo& info = checkpoint.info();
  const CheckpointInfo expected = example_info();
  CHECK(info.tick == expected.tick);
  CHECK(info.seed == expected.seed);
  CHECK(info.settings == expected.settings);
  CHECK(info.metrics_size == expected.metrics_size);
  CHECK(info.metrics == expected.metrics);
  CHECK(info.build == expected.build);
  REQUIRE(info.components.size() == 1);
  const ComponentStamp& stamp = info.components.at("a");
  CHECK(stamp.type == "stage.a");
  CHECK(stamp.plugin == "components");
  CHECK(stamp.plugin_version == "1.0.0");
  CHECK(stamp.plugin_checksum == "0123abcd");
  CHECK(stamp.state_version == 3);
}

TEST_CASE("a checkpoint is a safetensors file that other programs read") {
  const Example example;
  const std::string bytes = read_file(example.file);
  uint64_t header_size = 0;
  std::memcpy(&header_size, bytes.data(), 8);
  REQUIRE(header_size % 8 == 0);
  const auto header = nlohmann::json::parse(bytes.substr(8, header_size));
  for (const auto& [key, value] : header.at("__metadata__").items()) CHECK(value.is_string());
  const auto& entry = header.at("a.f32");
  CHECK(entry.at("dtype") == "F32");
  CHECK(entry.at("shape") == nlohmann::json({2, 3}));
  const uint64_t begin = entry.at("data_offsets").at(0);
  CHECK(entry.at("data_offsets").at(1) == begin + 24);
  CHECK(std::memcmp(bytes.data() + 8 + header_size + begin, example.arrays.f32.data(), 24) == 0);
  CHECK(header.at("a.i64").at("shape") == nlohmann::json::array());
  CHECK(header.at("a.deep.f64").at("dtype") == "F64");
  CHECK(bytes.size() == 8 + header_size + 3 + 24 + 16 + 8 + 8);
}

TEST_CASE("equal states give equal files, and nothing else is left in the folder") {
  const Example first;
  const Example second;
  CHECK(read_file(first.file) == read_file(second.file));
  CHECK(std::distance(std::filesystem::directory_iterator(first.folder.path()), {}) == 1);
}

TEST_CASE("a file that is truncated anywhere is refused") {
  const Example example;
  const std::string bytes = read_file(example.file);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    write_file(example.file, bytes.substr(0, size));
    INFO("truncated to " << size << " bytes");
    REQUIRE_THAT(example.refusal(), Contains("it is truncated"));
  }
  write_file(example.file, bytes + "x");
  CHECK_THAT(example.refusal(), Contains("it was altered: it has more bytes than its header describes"));
}

TEST_CASE("a file with any byte changed is refused") {
  const Example example;
  const std::string bytes = read_file(example.file);
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    for (const int bit : {0, 4, 7}) {
      std::string altered = bytes;
      altered[place] = static_cast<char>(altered[place] ^ (1 << bit));
      write_file(example.file, altered);
      INFO("byte " << place << ", bit " << bit);
      REQUIRE_FALSE(example.refusal().empty());
    }
  }
  std::string altered = bytes;
  altered.back() = static_cast<char>(altered.back() ^ 1);
  write_file(example.file, altered);
  CHECK_THAT(example.refusal(), Contains("it was altered or damaged: its checksum is "));
}

TEST_CASE("files of other programs are refused") {
  const Example example;
  const auto with_header = [](const std::string& header) {
    const uint64_t size = header.size();
    return std::string(reinterpret_cast<const char*>(&size), 8) + header;
  };
  write_file(example.file, "This is a text about something else.");
  CHECK_THAT(example.refusal(), Contains("it is not a safetensors file"));
  write_file(example.file, with_header("no json"));
  CHECK_THAT(example.refusal(), Contains("its header is not the JSON of a safetensors file"));
  write_file(example.file, with_header("[]"));
  CHECK_THAT(example.refusal(), Contains("its header is not the JSON of a safetensors file"));
  write_file(example.file, with_header(R"({"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})"));
  CHECK_THAT(example.refusal(), Contains("Weft did not write it as a checkpoint"));
  std::filesystem::remove(example.file);
  CHECK_THAT(example.refusal(), Contains("it cannot be read"));
  REQUIRE(mkfifo(example.file.c_str(), 0600) == 0);
  CHECK_THAT(example.refusal(), Contains("it is not a regular file"));
  std::filesystem::remove(example.file);

  const std::string metadata =
      R"({"__metadata__":{"format":"weft-checkpoint/1","tick":"1","seed":"0","metrics_size":"0","metrics":"{}",)"
      R"("components":"{}","build":"","checksum":"00000000"},"w":{"dtype":"F32","shape":)";
  write_file(example.file, with_header(metadata + R"([4611686018427387904,4],"data_offsets":[0,0]}})"));
  CHECK_THAT(example.refusal(), Contains("the offsets of its array 'w' do not match its shape"));
  write_file(example.file, with_header(metadata + R"([1],"data_offsets":[9223372036854775803,9223372036854775807]}})"));
  CHECK_THAT(example.refusal(), Contains("it is truncated"));
}

TEST_CASE("arrays are read with their exact name, type and shape") {
  const Example example;
  Checkpoint checkpoint(example.file);
  weft::StateReader reader(checkpoint.arrays(), "a.");
  const std::string file = "'" + example.file.string() + "'";
  CHECK_THROWS_WITH(reader.number<float>("w"), "there is no array 'a.w' in " + file);
  CHECK_THROWS_WITH(reader.number<int64_t>("u64"), "the array 'a.u64' in " + file + " is U64[1]; expected I64[]");
  std::vector<float> room(6);
  CHECK_THROWS_WITH(reader.array("f32", {3, 2}, room.data()),
                    "the array 'a.f32' in " + file + " is F32[2,3]; expected F32[3,2]");
  CHECK(reader.has("f32"));
  CHECK_FALSE(reader.has("f33"));
  reader.array("f32", {2, 3}, room.data());
  CHECK_THROWS_WITH(checkpoint.require_all_read(),
                    Contains(file + " holds arrays that no component asked for: 'a.deep.f64', 'a.i64', 'a.none', "
                                    "'a.u64' and 'a.u8'"));
}

TEST_CASE("the two passes of saving must agree, and a failed save leaves the old file") {
  const Example example;
  const std::string before = read_file(example.file);
  int calls = 0;
  const auto save_with = [&](auto second) {
    calls = 0;
    write_checkpoint(example.file, example_info(), [&](weft::StateSink& sink) {
      weft::StateWriter writer(sink, "a.");
      if (++calls == 1) {
        writer.number("x", 1.0);
        writer.number("y", 1.0);
      } else {
        second(writer);
      }
    });
  };
  CHECK_THROWS_WITH(save_with([](weft::StateWriter& writer) { writer.number("y", 1.0); }),
                    Contains("save() wrote 'a.y' of shape [] in its second pass where its first wrote 'a.x'"));
  CHECK_THROWS_WITH(save_with([](weft::StateWriter& writer) { writer.number("x", 1.0); }),
                    Contains("save() wrote nothing in its second pass where its first wrote 'a.y'"));
  CHECK_THROWS_WITH(save_with([](weft::StateWriter& writer) {
                      writer.number("x", 1.0);
                      writer.number("y", 1.0);
                      writer.number("z", 1.0);
                    }),
                    Contains("save() wrote 'a.z' of shape [] in its second pass where its first wrote nothing"));
  CHECK_THROWS_WITH(write_checkpoint(example.file, example_info(),
                                     [](weft::StateSink& sink) {
                                       weft::StateWriter(sink, "a.").number("x", 1.0);
                                       weft::StateWriter(sink, "a.").number("x", 1.0);
                                     }),
                    "save() wrote the array 'a.x' twice; names must differ");
  CHECK(read_file(example.file) == before);
  CHECK(std::distance(std::filesystem::directory_iterator(example.folder.path()), {}) == 1);
}

TEST_CASE("a file that cannot be written is reported") {
  try {
    write_checkpoint("/proc/nowhere/tick.safetensors", {}, [](weft::StateSink&) {});
    FAIL("it was written");
  } catch (const Failure& failure) {
    CHECK(failure.code() == ExitCode::run_failed);
    CHECK_THAT(failure.what(), Contains("cannot write '/proc/nowhere/tick.safetensors.tmp': No such file"));
  }
}
