/// Training steps of the ensemble as in stage.fit_model, on random rows.
#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/sum.h>

#include <string>

#include "components.h"
#include "weft/rl/model.h"
#include "weft/testing/fit.h"

namespace weft::bench {

constexpr int64_t members = 7;
inline const std::vector<int64_t> ensemble_hidden{200, 200, 200, 200};

/// The ensemble of every benchmark; 24 outputs with Gaussian heads, 12 without.
inline MadeComponent make_ensemble(rl::Environment& environment, bool gaussian) {
  return make_component("model_mlp", "model.mlp_ensemble", gaussian ? "heads = \"gaussian\"" : "",
                        {{"env", testing::wire(environment)}});
}

/// A batch for every member; all rows differ.
struct StepRows {
  StepRows(const rl::EnvironmentSpec& spec, int64_t batch_rows)
      : data(testing::random_fit(2 * members * batch_rows, spec.observation_size, spec.action_size)),
        batch(testing::batch_of(data, testing::random_rows(data, members, batch_rows, 5))),
        action(testing::gather(data.action, batch.row)) {}

  rl::FitData data;
  rl::MemberBatch batch;
  at::Tensor action;
};

/// Forward, loss, backward, then `model.step`.
template <class Model>
void training_step(Model& model, rl::LossFit& loss, const StepRows& rows) {
  const rl::Prediction prediction = model.predict(rows.batch.observation, rows.action);
  loss.loss(prediction, rows.batch).mean(1).sum().backward();
  model.step(rl::AdamSettings());
}

}  // namespace weft::bench
