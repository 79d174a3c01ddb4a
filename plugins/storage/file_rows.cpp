// data.file: the rows of an HDF5 file, as a data set.
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

/// The same for every component of a run: no row is in both parts.
constexpr double held_out_share = 0.2;

class FileRows final : public Component, public rl::Dataset {
 public:
  static void describe(Description<FileRows>& type) {
    type.summary("The rows of an HDF5 file, all of them in memory, as a data set; nothing is ever added.");
    type.reference("the arrays have the names that D4RL uses (Fu et al., 2020)");
    type.offers<rl::Dataset>("data", "the rows, in the order of the file");
    type.path("file",
              "HDF5 file with observations [rows, n], actions [rows, m], next_observations [rows, n], rewards [rows], "
              "terminals [rows] and, if there are any, timeouts [rows]");
    type.choice("part", "all", {"all", "training", "held_out"},
                "which rows: a fifth of them, drawn from the run's seed, is held out, and all others are for training; "
                "the components of a run divide a file alike");
    type.flag("rewards", true, "false: all rewards are 0, so that a model of these rows is one of the dynamics alone");
    type.integer_ramp("first_rows", 1'000'000'000, at_least(1), "only the first so many rows of the file are visible",
                      "rows");
  }

  explicit FileRows(Setup& setup)
      : context_(setup.context()), first_rows_(setup.ramp("first_rows")), name_(setup.path("file")) {
    try {
      read();
    } catch (const Error& error) {
      throw SetupError("file", error.what());
    } catch (const std::bad_alloc&) {
      throw SetupError("file", name_ + " holds more rows than fit into memory");
    }
    if (!setup.flag("rewards")) std::fill_n(rows_.rows().reward, rows_.rows().size, 0.0f);
    const std::string part = setup.text("part");
    Random random(context_.run_seed("data.file"));
    for (int64_t row = 0; row < rows_.rows().size; ++row) {
      const bool held_out = random.uniform() < held_out_share;
      if (part == "all" || held_out == (part == "held_out")) part_.push_back(row);
    }
    if (part_.empty())
      throw SetupError("part", name_ + " has " + std::to_string(rows_.rows().size) +
                                   " rows, and none of them is in the part '" + part +
                                   "'; use a larger file, or part = \"all\"");
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
        throw Error("row " + std::to_string(rows[index]) + " was asked for, but there are " + std::to_string(count));
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
      throw Error(name_ + ": observations and actions have " + std::to_string(observations.size()) + " and " +
                  std::to_string(actions.size()) +
                  " dimensions; [rows, n] and [rows, m] with at least one row were "
                  "expected");
    const int64_t rows = observations[0], n = observations[1], m = actions[1];
    constexpr int64_t most_numbers = int64_t{1} << 34;  // 64 GB as float32: beyond it the shape itself is suspect
    if (n < 1 || m < 1 || n > most_numbers || m > most_numbers || rows > most_numbers / (2 * n + m + 1))
      throw Error(name_ + " says that it holds " + std::to_string(rows) + " rows of " + std::to_string(n) +
                  " observations and " + std::to_string(m) +
                  " actions, which is more than fits into memory, or none; is "
                  "the file damaged?");
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
