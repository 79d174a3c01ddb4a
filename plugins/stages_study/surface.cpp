// stage.surface: a loss, or the value function, over a grid of predicted observations: a picture of what a model
// would be drawn to.
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <string>
#include <vector>

#include "csv/csv.h"
#include "fitting/validation.h"
#include "types.h"
#include "weft/core/plugin.h"

namespace weft::stages {
namespace {

class Surface final : public Stage {
 public:
  static void describe(Description<Surface>& type) {
    type.summary(
        "Writes a loss as a function of what a model might predict, for one observed next state, or the value "
        "function where no loss is wired: a grid over the first two dimensions, the others as observed.");
    type.reference("Voelcker et al., ICLR 2022, figure 1");
    type.slot<rl::ValueFunction>("value",
                                 "for the size of observations, and what is written where no loss is wired "
                                 "(mean over heads)");
    type.optional_slot<rl::ModelLoss>("loss", "what is written; the predicted reward is the observed one");
    type.reals("sample", {0.0, 0.0}, any_number(), "the observed next state");
    type.reals("low", {-1.0, -1.0}, any_number(), "where the grid begins, in its two dimensions");
    type.reals("high", {1.0, 1.0}, any_number(), "where it ends");
    type.integer("points", 101, between(2, 2001), "of the grid, in each dimension", "points");
    type.path("out", "CSV file to write: obs0, obs1 and a column with the name of this stage, a row a point");
  }

  explicit Surface(Setup& setup)
      : context_(setup.context()),
        value_(setup.service<rl::ValueFunction>("value")),
        loss_(setup.service<rl::ModelLoss>("loss")),
        sample_(setup.reals("sample")),
        low_(setup.reals("low")),
        high_(setup.reals("high")),
        points_(setup.integer("points")),
        out_(setup.path("out")) {
    if (loss_ && loss_->needs_log_variance())
      throw SetupError("loss",
                       "this loss needs log-variances, and a surface is one of predicted observations alone; wire "
                       "another loss");
    const auto size = static_cast<std::size_t>(value_->observation_size());
    if (size < 2) throw SetupError("value", "its observations have one dimension; a surface needs two at the least");
    require_length("sample", sample_, size);
    require_length("low", low_, 2);
    require_length("high", high_, 2);
    for (std::size_t d = 0; d < 2; ++d)
      if (!(low_[d] < high_[d]))
        throw SetupError("high", "dimension " + std::to_string(d) + " ends at " + to_text(high_[d]) +
                                     " and begins at " + to_text(low_[d]) + "; an end above it was expected");
  }

  void run() override {
    const at::NoGradGuard no_gradients;
    const at::Tensor grid = make_grid();
    const at::Tensor heights = (loss_ ? losses(grid) : at::Tensor(value_->values(grid)).mean(0)).contiguous();
    std::string text = std::string("obs0,obs1,") + context_.name() + "\n";
    for (int64_t row = 0; row < grid.size(0); ++row) {
      const float* point = grid.data_ptr<float>() + row * grid.size(1);
      text += to_text(point[0]) + "," + to_text(point[1]) + "," + to_text(heights.data_ptr<float>()[row]) + "\n";
    }
    write_file(out_, text);
  }

 private:
  static void require_length(const char* key, const std::vector<double>& values, std::size_t expected) {
    if (values.size() != expected)
      throw SetupError(
          key, "it has " + std::to_string(values.size()) + " numbers; " + std::to_string(expected) + " were expected");
  }

  /// [points^2, n], the second dimension running faster.
  at::Tensor make_grid() const {
    const auto size = static_cast<int64_t>(sample_.size());
    at::Tensor grid = at::empty({points_ * points_, size}, at::kFloat);
    float* out = grid.data_ptr<float>();
    for (int64_t row = 0; row < points_ * points_; ++row, out += size) {
      std::transform(sample_.begin(), sample_.end(), out, [](double x) { return static_cast<float>(x); });
      out[0] = coordinate(0, row / points_);
      out[1] = coordinate(1, row % points_);
    }
    return grid;
  }
  float coordinate(std::size_t d, int64_t index) const {
    return static_cast<float>(low_[d] +
                              (high_[d] - low_[d]) * static_cast<double>(index) / static_cast<double>(points_ - 1));
  }

  /// The loss of a model of one member that predicts each point of the grid, for the same sample.
  at::Tensor losses(const at::Tensor& grid) {
    const int64_t size = grid.size(1), rows = grid.size(0);
    rl::FitData data;
    data.next_observation = at::empty({1, size}, at::kFloat);
    std::transform(sample_.begin(), sample_.end(), data.next_observation.data_ptr<float>(),
                   [](double x) { return static_cast<float>(x); });
    data.observation = data.next_observation;
    data.action = at::zeros({1, 1}, at::kFloat);
    data.reward = at::zeros({1}, at::kFloat);
    data.training_rows = 1;
    data.tick = context_.tick();
    loss_->begin_fit(data);

    rl::MemberBatch batch;
    batch.row = at::zeros({1, rows}, at::kLong);
    batch.observation = data.observation.unsqueeze(0).expand({1, rows, size}).contiguous();
    batch.next_observation = batch.observation;
    batch.target = at::zeros({1, rows, size + 1}, at::kFloat);
    rl::Prediction prediction;
    prediction.mean = at::zeros({1, rows, size + 1}, at::kFloat);
    prediction.mean.slice(2, 0, size).copy_((grid - data.observation).unsqueeze(0));
    return fitting::checked_losses(loss_->loss(prediction, batch), batch).select(0, 0);
  }

  Context& context_;
  Wire<rl::ValueFunction> value_;
  Wire<rl::ModelLoss> loss_;
  std::vector<double> sample_, low_, high_;
  int64_t points_;
  std::string out_;
};

}  // namespace

const weft_component_type* surface_type() { return component_type<Surface>("stage.surface"); }

}  // namespace weft::stages
