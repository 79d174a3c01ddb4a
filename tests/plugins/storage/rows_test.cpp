// data.file and stage.save_rows.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>
#include <set>

#include "../../../plugins/storage/hdf5_file.h"
#include "storage_bench.h"
#include "weft/rl/transitions.h"
#include "weft/testing/catch.h"

using namespace weft;
using namespace weft::testing;

namespace {

/// Rows of observation size 2 and action size 1, whose numbers follow from row and column.
struct Numbered final : rl::Dataset {
  explicit Numbered(int64_t rows) : rows_(rows) {}
  int64_t size() const override { return rows_; }
  int64_t observation_size() const override { return 2; }
  int64_t action_size() const override { return 1; }
  void gather(Span<const int64_t> rows, rl::TransitionRows out) const override {
    for (std::size_t index = 0; index < rows.size; ++index) {
      const auto value = static_cast<float>(rows[index]);
      out.observation[2 * index] = value;
      out.observation[2 * index + 1] = value + 0.25f;
      out.action[index] = -value;
      out.next_observation[2 * index] = value + 0.5f;
      out.next_observation[2 * index + 1] =
          rows[index] == bad ? std::numeric_limits<float>::quiet_NaN() : value + 0.75f;
      out.reward[index] = 10.0f * value;
      out.terminated[index] = rows[index] % 3 == 0 ? 1 : 0;
      out.truncated[index] = rows[index] % 5 == 0 ? 1 : 0;
    }
  }
  int64_t bad = -1;  ///< a row with a NaN

 private:
  int64_t rows_;
};

void write_rows(const std::string& file, Numbered rows) {
  const auto made =
      storage_plugin().make("stage.save_rows", "out = '" + file + "'", {{"data", wire<rl::Dataset>(rows)}});
  made->stage().run();
}

std::unique_ptr<Made> read_rows(const std::string& file, const std::string& parameters = "", uint64_t run_seed = 0,
                                const std::string& name = "rows") {
  return storage_plugin().make("data.file", "file = '" + file + "'\n" + parameters, {}, run_seed, name);
}

/// The rows of a part, as the row numbers that their observations hold.
std::vector<int> numbers(const Made& made) {
  const auto& data = made.service<rl::Dataset>("data");
  std::vector<int64_t> rows(static_cast<std::size_t>(data.size()));
  std::iota(rows.begin(), rows.end(), int64_t{0});
  rl::TransitionBuffer buffer;
  buffer.resize(data.size(), 2, 1);
  data.gather(rows, buffer.rows());
  std::vector<int> result;
  for (int64_t row = 0; row < data.size(); ++row)
    result.push_back(static_cast<int>(buffer.batch().observation[2 * row]));
  return result;
}

std::string bytes_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("rows are read back from the file as they were written") {
  const Folder folder;
  const std::string file = folder.file("deep/down/rows.h5");
  write_rows(file, Numbered(31));
  const auto made = read_rows(file);
  const auto& data = made->service<rl::Dataset>("data");
  REQUIRE(data.size() == 31);
  REQUIRE(data.observation_size() == 2);
  REQUIRE(data.action_size() == 1);

  const std::vector<int64_t> rows = {30, 0, 17};
  rl::TransitionBuffer got, expected;
  got.resize(3, 2, 1);
  expected.resize(3, 2, 1);
  data.gather(rows, got.rows());
  Numbered(31).gather(rows, expected.rows());
  const rl::TransitionBatch a = got.batch(), b = expected.batch();
  for (int64_t i = 0; i < 3; ++i) {
    CHECK(a.observation[2 * i + 1] == b.observation[2 * i + 1]);
    CHECK(a.next_observation[2 * i + 1] == b.next_observation[2 * i + 1]);
    CHECK(a.action[i] == b.action[i]);
    CHECK(a.reward[i] == b.reward[i]);
    CHECK(a.terminated[i] == b.terminated[i]);
    CHECK(a.truncated[i] == b.truncated[i]);
  }
  CHECK_THAT(refusal([&] { data.gather(std::vector<int64_t>{31}, got.rows()); }),
             Equals("row 31 does not exist; there are 31 rows, counted from 0"));
}

TEST_CASE("equal rows give equal files, and a second run replaces the file of the first") {
  const Folder folder;
  write_rows(folder.file("a.h5"), Numbered(12));
  write_rows(folder.file("b.h5"), Numbered(40));
  write_rows(folder.file("b.h5"), Numbered(12));
  CHECK(bytes_of(folder.file("a.h5")) == bytes_of(folder.file("b.h5")));
  CHECK_FALSE(std::filesystem::exists(folder.file("b.h5.unfinished")));
}

TEST_CASE("what a killed process left of a file is replaced; a link in its place is not followed") {
  const Folder folder;
  std::ofstream(folder.file("a.h5.unfinished")) << "left by a killed process";
  write_rows(folder.file("a.h5"), Numbered(12));
  CHECK_FALSE(std::filesystem::exists(folder.file("a.h5.unfinished")));
  std::ofstream(folder.file("precious")) << "kept";
  std::filesystem::create_symlink(folder.file("precious"), folder.file("b.h5.unfinished"));
  write_rows(folder.file("b.h5"), Numbered(12));
  CHECK(bytes_of(folder.file("b.h5")) == bytes_of(folder.file("a.h5")));
  CHECK(bytes_of(folder.file("precious")) == "kept");
}

TEST_CASE("a file that cannot be finished leaves nothing behind") {
  const Folder folder;
  std::filesystem::create_directories(folder.file("a.h5") + "/occupied");
  CHECK_THAT(refusal([&] { write_rows(folder.file("a.h5"), Numbered(12)); }),
             Contains("a.h5 cannot be written") && Contains("Is a directory"));
  CHECK_FALSE(std::filesystem::exists(folder.file("a.h5.unfinished")));
}

TEST_CASE("training and held-out rows split the file in the same way for all components of a run") {
  const Folder folder;
  const std::string file = folder.file("rows.h5");
  write_rows(file, Numbered(2000));
  const auto training = numbers(*read_rows(file, "part = 'training'", 7, "one"));
  const auto held_out = numbers(*read_rows(file, "part = 'held_out'", 7, "two"));
  std::set<int> all(training.begin(), training.end());
  all.insert(held_out.begin(), held_out.end());
  CHECK(all.size() == 2000);
  CHECK(training.size() + held_out.size() == 2000);
  CHECK(std::abs(static_cast<double>(held_out.size()) - 400.0) < 4.0 * std::sqrt(2000 * 0.2 * 0.8));
  CHECK(numbers(*read_rows(file, "part = 'held_out'", 8)) != held_out);
  CHECK(numbers(*read_rows(file)).size() == 2000);
}

TEST_CASE("first_rows makes a data set grow with the ticks") {
  const Folder folder;
  const std::string file = folder.file("rows.h5");
  write_rows(file, Numbered(100));
  const auto made = read_rows(file, "first_rows = { from = 10, to = 100, between = [0, 9] }");
  const auto& data = made->service<rl::Dataset>("data");
  CHECK(data.size() == 10);
  made->context->now = 3;
  CHECK(data.size() == 40);
  made->context->now = 9;
  CHECK(data.size() == 100);
}

TEST_CASE("a file that does not hold rows is refused with its name and what was expected") {
  const Folder folder;
  const std::string file = folder.file("rows.h5");
  const auto found = [&] { return refusal([&] { read_rows(file); }); };
  const std::string expected =
      "; a file with the arrays observations, actions, next_observations, rewards and terminals, as "
      "stage.save_rows writes it, was expected";

  CHECK_THAT(found(), Equals(file + " does not exist" + expected));
  std::ofstream(file) << "theta,theta_dot\n1,2\n";
  CHECK_THAT(found(), Equals(file + " cannot be opened" + expected + "; HDF5 reports: file signature not found"));

  write_rows(file, Numbered(500));
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  CHECK_THAT(found(), Contains(file) && Contains("HDF5 reports: truncated file"));

  const std::vector<float> values(12, 1.0f);
  {
    storage::OutputFile out(file, false);
    out.write("observations", Element::f32, {4, 2}, values.data());
    out.finish();
  }
  CHECK_THAT(found(), Equals(file + " has no array 'actions'" + expected));
  {
    storage::OutputFile out(file, true);
    out.write("actions", Element::f32, {4, 1}, values.data());
    out.write("next_observations", Element::f32, {4, 3}, values.data());
    out.finish();
  }
  CHECK_THAT(found(), Equals(file + ": the array 'next_observations' has the shape [4, 3]; [4, 2] was expected"));
  {
    storage::OutputFile out(file, false);
    out.write("observations", Element::f32, {12}, values.data());
    out.write("actions", Element::f32, {12, 1}, values.data());
    out.finish();
  }
  CHECK_THAT(found(),
             Equals(file + ": observations and actions have 1 and 2 dimensions; [rows, n] and [rows, m] with at "
                           "least one row were expected"));
}

TEST_CASE("numbers that are not finite are reported with their place") {
  const Folder folder;
  const std::string file = folder.file("rows.h5");
  Numbered rows(20);
  rows.bad = 13;
  write_rows(file, rows);
  CHECK_THAT(refusal([&] { read_rows(file); }),
             Equals(file + ": next_observations is nan in row 13, column 1 (counted from 0); finite numbers were "
                           "expected"));
}

TEST_CASE("terminals are zeros and ones, or booleans; anything else is reported with its place") {
  const Folder folder;
  const std::string file = folder.file("rows.h5");
  const std::vector<float> values(12, 1.0f);
  const auto found = [&](Element element, const void* flags) {
    storage::OutputFile out(file, false);
    out.write("observations", Element::f32, {3, 2}, values.data());
    out.write("actions", Element::f32, {3, 1}, values.data());
    out.write("next_observations", Element::f32, {3, 2}, values.data());
    out.write("rewards", Element::f32, {3}, values.data());
    out.write("terminals", element, {3}, flags);
    out.finish();
    return refusal([&] { read_rows(file); });
  };
  const std::vector<double> valid = {0.0, 1.0, 0.0}, half = {0.0, 0.5, 1.0};
  const std::vector<int64_t> negative = {0, 1, -3};
  CHECK(found(Element::f64, valid.data()) == "nothing");
  CHECK_THAT(found(Element::f64, half.data()),
             Equals(file + ": terminals is 0.5 in row 1 (counted from 0); 0 or 1 was expected"));
  CHECK_THAT(found(Element::i64, negative.data()),
             Equals(file + ": terminals is -3 in row 2 (counted from 0); 0 or 1 was expected"));
}

TEST_CASE("a file that claims more rows than fit into memory is refused") {
  const Folder folder;
  const std::string file = folder.file("rows.h5");
  const auto claim = [&](hsize_t rows, hsize_t columns) {
    const hid_t id = H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    for (const auto& [name, width] :
         std::vector<std::pair<const char*, hsize_t>>{{"observations", columns}, {"actions", 1}}) {
      const std::array<hsize_t, 2> shape = {rows, width};
      const hid_t space = H5Screate_simple(2, shape.data(), nullptr);
      H5Dclose(H5Dcreate2(id, name, H5T_NATIVE_FLOAT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
      H5Sclose(space);
    }
    H5Fclose(id);
    return refusal([&] { read_rows(file); });
  };
  CHECK_THAT(claim(1'000'000'000'000, 2),
             Contains(file + " claims to hold 1000000000000 rows of observation size 2 and action size 1") &&
                 Contains("that fit into memory were expected"));
  CHECK_THAT(claim(1 << 18, hsize_t{1} << 42), Contains(file) && Contains("that fit into memory were expected"));
}

TEST_CASE("a part without rows is refused") {
  const Folder folder;
  const std::string file = folder.file("rows.h5");
  write_rows(file, Numbered(1));
  const auto part = [&](const char* name) {
    return refusal([&] { read_rows(file, "part = '" + std::string(name) + "'"); });
  };
  const bool held_out = part("held_out") == "nothing";
  CHECK_THAT(part(held_out ? "training" : "held_out"),
             Equals(file + " has 1 rows, none of which is in the part '" + (held_out ? "training" : "held_out") +
                    "'; use a larger file, or part = \"all\""));
}

TEST_CASE("a good file that cannot be opened now is not called damaged") {
  const Folder folder;
  const std::string file = folder.file("rows.h5");
  write_rows(file, Numbered(3));
  const int held = ::open(file.c_str(), O_RDWR);
  REQUIRE(::flock(held, LOCK_EX | LOCK_NB) == 0);  // as a process that writes it
  CHECK_THAT(refusal([&] { read_rows(file); }),
             Contains("rows.h5 cannot be opened; ") && Contains("HDF5 reports: unable to lock file, errno = 11"));
  ::close(held);
  CHECK_NOTHROW(read_rows(file));
}

TEST_CASE("a file that cannot be written is an error") {
  const Folder folder;
  std::ofstream(folder.file("plain")) << "x";
  const std::string file = folder.file("plain/rows.h5");
  CHECK_THAT(
      refusal([&] { write_rows(file, Numbered(3)); }),
      Contains(file + " cannot be written; name a file in a folder that is writable and has space; HDF5 reports: ") &&
          Contains("unable to "));
}
