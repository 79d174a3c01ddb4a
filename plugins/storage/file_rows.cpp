// data.file: the rows of an HDF5 file, as a data set.
#include <fmt/core.h>

#include <algorithm>
#include <new>
#include <string>
#include <vector>

#include "hdf5_file.h"
#include "types.h"
#include "weft/core/plugin.h"
#include "weft/core/random.h"
#include "weft/rl/transitions.h"

namespace weft::storage {
namespace {

constexpr const char* expected =
    "a file with the arrays observations, actions, next_observations, rewards and terminals, as stage.save_rows writes "
    "it,";

/// Constant, so that all components of a run split a file in the same way.
constexpr double held_out_share = 0.2;

class FileRows final : public Component, public rl::Dataset {
 public:
  static void describe(Description<FileRows>& type) {
    type.summary("The rows of an HDF5 file as a data set. All rows are in memory, and none are added.");
    type.reference("Fu et al., 2020 (D4RL): the names of the arrays");
    type.offers<rl::Dataset>("data", "the rows, in the order of the file");
    type.path("file",
              "HDF5 file with observations [rows, n], actions [rows, m], next_observations [rows, n], rewards [rows], "
              "terminals [rows] and, optionally, timeouts [rows]");
    type.choice(
        "part", "all", {"all", "training", "held_out"},
        "which rows; held_out: a fifth of the rows, drawn with the run's seed; training: the others; all components "
        "of a run split a file in the same way");
    type.flag("rewards", true, "false: all rewards are 0, so that a model of these rows learns only the dynamics");
    type.integer_ramp("first_rows", 1'000'000'000, at_least(1),
                      "only this many rows from the start of the file are visible", "rows");
  }

  explicit FileRows(Setup& setup)
      : context_(setup.context()), first_rows_(setup.ramp("first_rows")), name_(setup.path("file")) {
    try {
      read();
    } catch (const Error& error) {
      throw SetupError("file", error.what());
    } catch (const std::bad_alloc&) {
      throw SetupError("file", fmt::format("{} holds more rows than fit into memory", name_));
    }
    if (!setup.flag("rewards")) std::fill_n(rows_.rows().reward, rows_.rows().size, 0.0f);
    const std::string part = setup.text("part");
    Random random(context_.run_seed("data.file"));
    for (int64_t row = 0; row < rows_.rows().size; ++row) {
      const bool held_out = random.uniform() < held_out_share;
      if (part == "all" || held_out == (part == "held_out")) part_.push_back(row);
    }
    if (part_.empty())
      throw SetupError("part",
                       fmt::format("{} has {} rows, none of which is in the part '{}'; use a larger file, or part = "
                                   "\"all\"",
                                   name_, rows_.rows().size, part));
  }

  int64_t size() const override {
    const int64_t visible = first_rows_.integer_at(context_.tick());
    return std::lower_bound(part_.begin(), part_.end(), visible) - part_.begin();
  }
  int64_t observation_size() const override { return rows_.batch().observation_size; }
  int64_t action_size() const override { return rows_.batch().action_size; }

  void gather(Span<const int64_t> rows, rl::TransitionRows out) const override {
    const rl::TransitionBatch all = rows_.batch();
    const int64_t n = all.observation_size, m = all.action_size, count = size();
    for (std::size_t index = 0; index < rows.size; ++index) {
      if (rows[index] < 0 || rows[index] >= count)
        throw Error(fmt::format("row {} does not exist; there are {} rows, counted from 0", rows[index], count));
      const int64_t from = part_[static_cast<std::size_t>(rows[index])];
      const auto to = static_cast<int64_t>(index);
      std::copy_n(all.observation + from * n, n, out.observation + to * n);
      std::copy_n(all.action + from * m, m, out.action + to * m);
      std::copy_n(all.next_observation + from * n, n, out.next_observation + to * n);
      out.reward[to] = all.reward[from];
      out.terminated[to] = all.terminated[from];
      out.truncated[to] = all.truncated[from];
    }
  }

 private:
  void read() {
    const InputFile file(name_, expected);
    const std::vector<int64_t> observations = file.shape("observations"), actions = file.shape("actions");
    if (observations.size() != 2 || actions.size() != 2 || observations[0] < 1)
      throw Error(
          fmt::format("{}: observations and actions have {} and {} dimensions; [rows, n] and [rows, m] with at least "
                      "one row were expected",
                      name_, observations.size(), actions.size()));
    const int64_t rows = observations[0], n = observations[1], m = actions[1];
    constexpr int64_t most_numbers = int64_t{1} << 34;  // 64 GB as float32: a larger shape is probably damaged
    if (n < 1 || m < 1 || n > most_numbers || m > most_numbers || rows > most_numbers / (2 * n + m + 1))
      throw Error(fmt::format(
          "{} claims to hold {} rows of observation size {} and action size {}; sizes of at least 1 that fit "
          "into memory were expected; is the file damaged?",
          name_, rows, n, m));
    rows_.resize(rows, n, m);
    const rl::TransitionRows out = rows_.rows();
    file.read("observations", Element::f32, {rows, n}, out.observation);
    file.read("actions", Element::f32, {rows, m}, out.action);
    file.read("next_observations", Element::f32, {rows, n}, out.next_observation);
    file.read("rewards", Element::f32, {rows}, out.reward);
    file.read_flags("terminals", rows, out.terminated);
    std::fill_n(out.truncated, rows, uint8_t{0});
    if (file.has("timeouts")) file.read_flags("timeouts", rows, out.truncated);
  }

  Context& context_;
  Ramp first_rows_;
  std::string name_;
  rl::TransitionBuffer rows_;
  std::vector<int64_t> part_;  ///< rows of the file, in order
};

}  // namespace

const weft_component_type* file_rows_type() { return component_type<FileRows>("data.file"); }

}  // namespace weft::storage
