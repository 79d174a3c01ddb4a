// stage.template_name: records the mean and the standard deviation of the rewards of rows drawn from a data set.
#include <algorithm>
#include <cmath>
#include <vector>

#include "weft/core/plugin.h"
#include "weft/rl/rows.h"
#include "weft/rl/transitions.h"

namespace {

class TemplateName final : public weft::Stage {
 public:
  static void describe(weft::Description<TemplateName>& type) {
    type.summary("Records mean and standard deviation of the rewards of rows drawn from a data set.");
    type.slot<weft::rl::Dataset>("data", "the data set to draw rows from");
    type.integer("rows", 1000, weft::between(1, 1e6), "number of rows to draw, with replacement", "rows");
    type.headline("reward_mean", "mean reward of the drawn rows");
    type.metric("reward_deviation", "standard deviation of the rewards of the drawn rows");
  }

  explicit TemplateName(weft::Setup& setup)
      : context_(setup.context()),
        data_(setup.service<weft::rl::Dataset>("data")),
        rows_(static_cast<std::size_t>(setup.integer("rows"))),
        random_(context_.seed("rows")) {}

  // Records nothing while the data set is empty, which is normal at the beginning of a run.
  void run() override {
    const int64_t size = data_->size();
    if (size == 0) return;
    weft::rl::draw_rows(rows_, size, random_);
    const int64_t observation_size = data_->observation_size(), action_size = data_->action_size();
    buffer_.resize(static_cast<int64_t>(rows_.size()), observation_size, action_size);
    data_->gather(rows_, buffer_.rows());
    record(buffer_.batch());
  }

  void save(weft::StateWriter& writer) const override { random_.save(writer, "random"); }
  void load(weft::StateReader& reader) override { random_.load(reader, "random"); }

 private:
  void record(const weft::rl::TransitionBatch& batch) {
    const auto count = static_cast<double>(batch.size);
    double sum = 0.0, squares = 0.0;
    for (int64_t row = 0; row < batch.size; ++row) sum += batch.reward[row];
    const double mean = sum / count;
    for (int64_t row = 0; row < batch.size; ++row) squares += (batch.reward[row] - mean) * (batch.reward[row] - mean);
    context_.record("reward_mean", mean);
    context_.record("reward_deviation", std::sqrt(squares / count));
  }

  weft::Context& context_;
  weft::Wire<weft::rl::Dataset> data_;
  std::vector<int64_t> rows_;
  weft::Random random_;
  weft::rl::TransitionBuffer buffer_;
};

}  // namespace

WEFT_PLUGIN("template_name", "0.1.0", "MIT", weft::component_type<TemplateName>("stage.template_name"))
