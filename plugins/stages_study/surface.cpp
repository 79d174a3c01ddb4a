// stage.surface: a loss, or the value function, over a grid of predicted observations. It shows which predictions a
// loss favors.
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/zeros.h>

#include <fmt/core.h>

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
        "Writes a loss as a function of the predicted next observation, for one observed next observation, or the "
        "value function if no loss is wired: a grid over the first two dimensions, the others as observed.");
    type.reference("Voelcker et al., ICLR 2022, figure 1");
    type.slot<rl::ValueFunction>(
        "value", "gives the size of observations; written, as its mean over heads, if no loss is wired");
    type.optional_slot<rl::ModelLoss>("loss", "the loss to write; the predicted reward equals the observed one");
    type.reals("sample", {0.0, 0.0}, any_number(), "the observed next observation");
    type.reals("low", {-1.0, -1.0}, any_number(), "where the grid starts, in its two dimensions");
    type.reals("high", {1.0, 1.0}, any_number(), "where the grid ends, in its two dimensions");
    type.integer("points", 101, between(2, 2001), "points of the grid in each dimension", "points");
    type.path("out", "CSV file to write: columns obs0, obs1 and one named like this stage, a row per point");
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
    if (loss_ && loss_->trains_log_variance())
      throw SetupError(
          "loss", "this loss needs log-variances, but a surface has only predicted observations; wire another loss");
    const auto size = static_cast<std::size_t>(value_->observation_size());
    if (size < 2) throw SetupError("value", "its observations have one dimension; a surface needs at least two");
    require_length("sample", sample_, size);
    require_length("low", low_, 2);
    require_length("high", high_, 2);
    for (std::size_t d = 0; d < 2; ++d)
      if (!(low_[d] < high_[d]))
        throw SetupError("high", fmt::format("high[{}] is {} and low[{}] is {}; high above low was expected", d,
                                             high_[d], d, low_[d]));
  }

  void run() override {
    const at::NoGradGuard no_gradients;
    const at::Tensor grid = make_grid();
    const at::Tensor heights = (loss_ ? losses(grid) : at::Tensor(value_->values(grid)).mean(0)).contiguous();
    std::string text = fmt::format("obs0,obs1,{}\n", context_.name());
    for (int64_t row = 0; row < grid.size(0); ++row) {
      const float* point = grid.data_ptr<float>() + row * grid.size(1);
      text += to_text(point[0]) + "," + to_text(point[1]) + "," + to_text(heights.data_ptr<float>()[row]) + "\n";
    }
    write_file(out_, text);
  }

 private:
  static void require_length(const char* key, const std::vector<double>& values, std::size_t expected) {
    if (values.size() != expected)
      throw SetupError(key, fmt::format("it has {} numbers; {} were expected", values.size(), expected));
  }

  /// [points^2, n]; the second dimension runs faster.
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

  /// The loss of a one-member model for each point of the grid as its prediction, all for the same sample.
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
    const Owned<rl::LossFit> fit = loss_.own(loss_->prepare(data));

    rl::MemberBatch batch;
    batch.row = at::zeros({1, rows}, at::kLong);
    batch.observation = data.observation.unsqueeze(0).expand({1, rows, size}).contiguous();
    batch.next_observation = batch.observation;
    batch.target = at::zeros({1, rows, size + 1}, at::kFloat);
    rl::Prediction prediction;
    prediction.mean = at::zeros({1, rows, size + 1}, at::kFloat);
    prediction.mean.slice(2, 0, size).copy_((grid - data.observation).unsqueeze(0));
    return fitting::checked_losses(fit->loss(prediction, batch), batch).select(0, 0);
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
