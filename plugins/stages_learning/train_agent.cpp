// stage.train_agent: one update of the agent from a batch of real and imagined rows.
#include <fmt/core.h>

#include <cmath>
#include <string>
#include <vector>

#include "types.h"
#include "weft/core/plugin.h"
#include "weft/rl/agent.h"
#include "weft/rl/rows.h"
#include "weft/rl/transitions.h"

namespace weft::stages {
namespace {

/// The rows from row `first` on.
rl::TransitionRows tail(const rl::TransitionRows& rows, int64_t first) {
  return {rows.size - first,
          rows.observation_size,
          rows.action_size,
          rows.observation + first * rows.observation_size,
          rows.action + first * rows.action_size,
          rows.next_observation + first * rows.observation_size,
          rows.reward + first,
          rows.terminated + first,
          rows.truncated + first};
}

class TrainAgent final : public Stage {
 public:
  static void describe(Description<TrainAgent>& type) {
    type.summary("Updates the agent with one batch, drawn with replacement from real data and model data.");
    type.slot<rl::Agent>("agent", "the agent to train");
    type.slot<rl::Dataset>("real", "the real rows");
    type.optional_slot<rl::Dataset>("model_data", "the imagined rows; while there are none, batches are all real");
    type.integer("batch", 256, between(1, 1'000'000), "rows in a batch", "rows");
    type.ramp("model_share", 0.0, between(0.0, 1.0),
              "share of the data that comes from the model: one minus MBPO's real ratio");
    type.choice(
        "mixing", "batch", {"batch", "row"},
        "batch: a batch is entirely imagined with probability model_share, otherwise entirely real; row: every batch "
        "holds this share of imagined rows");
    type.averaged("model_share", "share of the rows that came from the model");
  }

  explicit TrainAgent(Setup& setup)
      : context_(setup.context()),
        agent_(setup.service<rl::Agent>("agent")),
        real_(setup.service<rl::Dataset>("real")),
        model_data_(setup.service<rl::Dataset>("model_data")),
        batch_(setup.integer("batch")),
        model_share_(setup.ramp("model_share")),
        mix_rows_(setup.text("mixing") == "row"),
        random_(context_.seed("train_agent")) {
    if (!model_data_ && (model_share_.from > 0.0 || model_share_.to > 0.0))
      throw SetupError("model_share", "it is above 0, but nothing is wired into 'model_data'; wire a data set into it");
    const int64_t observation_size = agent_->observation_size(), action_size = agent_->action_size();
    rows_.resize(batch_, observation_size, action_size);
  }

  void run() override {
    const int64_t imagined = model_data_ && model_data_->size() > 0 ? imagined_rows() : 0;
    const rl::TransitionRows rows = rows_.rows();
    if (imagined > 0) take(model_data_, "model_data", imagined, rows);
    if (imagined < batch_) take(real_, "real", batch_ - imagined, tail(rows, imagined));
    agent_->update(rows_.batch());
    context_.record("model_share", static_cast<double>(imagined) / static_cast<double>(batch_));
  }

  void save(StateWriter& writer) const override { random_.save(writer, "random"); }
  void load(StateReader& reader) override { random_.load(reader, "random"); }

 private:
  int64_t imagined_rows() {
    const double share = model_share_.at(context_.tick());
    if (mix_rows_) return std::llround(share * static_cast<double>(batch_));
    return random_.uniform() < share ? batch_ : 0;
  }

  /// Draws `count` rows of `data` into the first rows of `into`.
  void take(const Wire<rl::Dataset>& data, const char* slot, int64_t count, rl::TransitionRows into) {
    const int64_t available = data->size();
    if (available == 0)
      throw Error(
          fmt::format("the data set in slot '{}' is empty; let this stage start later, with 'from' in its schedule "
                      "entry",
                      slot));
    const int64_t observation_size = data->observation_size(), action_size = data->action_size();
    if (observation_size != into.observation_size || action_size != into.action_size)
      throw Error(
          fmt::format("the rows in slot '{}' have observation size {} and action size {}, but the agent has {} and "
                      "{}; wire both to the same environment",
                      slot, observation_size, action_size, into.observation_size, into.action_size));
    chosen_.resize(static_cast<std::size_t>(count));
    rl::draw_rows(chosen_, available, random_);
    into.size = count;
    data->gather(chosen_, into);
  }

  Context& context_;
  Wire<rl::Agent> agent_;
  Wire<rl::Dataset> real_, model_data_;
  int64_t batch_;
  Ramp model_share_;
  bool mix_rows_;
  Random random_;
  std::vector<int64_t> chosen_;
  rl::TransitionBuffer rows_;
};

}  // namespace

const weft_component_type* train_agent_type() { return component_type<TrainAgent>("stage.train_agent"); }

}  // namespace weft::stages
