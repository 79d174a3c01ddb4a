// stage.save_rows: writes the rows of a data set to an HDF5 file.
#include <fmt/core.h>

#include <string>
#include <vector>

#include "hdf5_file.h"
#include "types.h"
#include "weft/core/plugin.h"
#include "weft/rl/rows.h"
#include "weft/rl/transitions.h"

namespace weft::storage {
namespace {

class SaveRows final : public Stage {
 public:
  static void describe(Description<SaveRows>& type) {
    type.summary("Writes all rows of a data set to an HDF5 file, replacing the contents of the file.");
    type.reference("Fu et al., 2020 (D4RL): the names of the arrays");
    type.slot<rl::Dataset>("data", "the rows to write");
    type.path("out", "HDF5 file to write; data.file reads it");
  }

  explicit SaveRows(Setup& setup)
      : context_(setup.context()), data_(setup.service<rl::Dataset>("data")), out_(setup.path("out")) {}

  void run() override {
    const int64_t rows = data_->size(), n = data_->observation_size(), m = data_->action_size();
    rl::TransitionBuffer buffer;
    buffer.resize(rows, n, m);
    const std::vector<int64_t> order = rl::all_rows(rows);
    data_->gather(order, buffer.rows());

    const rl::TransitionBatch batch = buffer.batch();
    OutputFile file(out_, /*keep=*/false);
    file.write("observations", Element::f32, {rows, n}, batch.observation);
    file.write("actions", Element::f32, {rows, m}, batch.action);
    file.write("next_observations", Element::f32, {rows, n}, batch.next_observation);
    file.write("rewards", Element::f32, {rows}, batch.reward);
    file.write("terminals", Element::u8, {rows}, batch.terminated);
    file.write("timeouts", Element::u8, {rows}, batch.truncated);
    file.finish();
    context_.log(LogLevel::info, fmt::format("{} rows written to {}", rows, out_));
  }

 private:
  Context& context_;
  Wire<rl::Dataset> data_;
  std::string out_;
};

}  // namespace

const weft_component_type* save_rows_type() { return component_type<SaveRows>("stage.save_rows"); }

}  // namespace weft::storage
