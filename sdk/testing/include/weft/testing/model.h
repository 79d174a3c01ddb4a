/// Checks of what every dynamics model must do.
///
/// Each check throws Error with its finding. `weft validate` runs them as check.model_*; any test may call them. Some
/// of them train the model, so make a new one for each check.
#pragma once

#include <ATen/core/grad_mode.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/norm.h>
#include <ATen/ops/select.h>
#include <ATen/ops/square.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "weft/testing/fit.h"
#include "weft/testing/require.h"

namespace weft::testing {

/// A fit of 60 rows that was announced to the model with begin_fit(), with inputs and targets for all of its members.
/// The targets are a smooth function of the inputs, which a model can learn.
struct ModelCase {
  /// `size` is the batch size.
  ModelCase(rl::DynamicsModel& fitted, int64_t size)
      : model(fitted), data(random_fit(60, fitted.observation_size(), fitted.action_size())) {
    data.next_observation = data.observation + 0.3 * at::tanh(data.observation) + 0.2 * data.action.sum(1, true);
    data.reward = data.observation.sum(1);
    model.begin_fit(data);
    row = random_rows(data, model.members(), size, 8);
    observation = gather(data.observation, row);
    action = gather(data.action, row);
    target = batch_of(data, row).target;
  }
  /// The mean squared errors of the members' predictions, `[members]`; differentiable in the model's parameters.
  at::Tensor errors() const { return (model.predict(observation, action).mean - target).square().mean({1, 2}); }

  rl::DynamicsModel& model;
  rl::FitData data;
  at::Tensor row;          ///< [members, size]: row numbers
  at::Tensor observation;  ///< [members, size, n]
  at::Tensor action;       ///< [members, size, m]
  at::Tensor target;       ///< [members, size, n + 1]
};

/// Predictions have the documented shapes and are finite, for batches of several sizes, and do not depend on the memory
/// layout of the inputs.
inline void check_model_shape(rl::DynamicsModel& model) {
  require(model.members() > 0 && model.elites() > 0 && model.elites() <= model.members(),
          "members() is " + std::to_string(model.members()) + " and elites() " + std::to_string(model.elites()));
  const at::NoGradGuard no_gradients;
  for (const int64_t size : {1, 7, 33}) {
    const ModelCase made(model, size);
    const rl::Prediction prediction = model.predict(made.observation, made.action);
    const at::Tensor mean = prediction.mean.clone();
    require(mean.dim() == 3 && mean.size(0) == model.members() && mean.size(1) == size &&
                mean.size(2) == model.observation_size() + 1,
            "the mean for a batch of " + std::to_string(size) + " is not [members, batch, n + 1]");
    require(prediction.log_variance.defined() == model.has_log_variance(),
            "has_log_variance() is " + std::string(model.has_log_variance() ? "true" : "false") +
                "; the prediction disagrees");
    require(!model.has_log_variance() || prediction.log_variance.sizes() == mean.sizes(),
            "the log-variance has another shape than the mean");
    require(mean.isfinite().all().item<bool>(), "the mean for moderate inputs is not finite");
    const at::Tensor again = model.predict(scattered(made.observation), scattered(made.action)).mean;
    require(again.allclose(mean, 1e-5, 1e-6), "predict() returns other numbers for inputs that are not contiguous");
  }
}

/// A step on the loss of one member changes only that member.
inline void check_model_members(rl::DynamicsModel& model) {
  const ModelCase made(model, 8);
  const auto predict = [&] {
    const at::NoGradGuard no_gradients;
    return model.predict(made.observation, made.action).mean.clone();
  };
  const at::Tensor before = predict();
  made.errors().select(0, 0).backward();
  model.step({});
  const at::Tensor after = predict();
  require(!after.select(0, 0).equal(before.select(0, 0)), "a step on the loss of member 0 does not change member 0");
  for (int64_t member = 1; member < model.members(); ++member)
    require(after.select(0, member).equal(before.select(0, member)),
            "a step on the loss of member 0 changes member " + std::to_string(member));
}

/// Gradient steps reduce the error of every member, and a step clears the gradients.
inline void check_model_learning(rl::DynamicsModel& model) {
  const ModelCase made(model, 32);
  rl::AdamSettings adam;
  adam.learning_rate = 3e-3;
  const at::Tensor before = made.errors().detach().clone();
  for (int count = 0; count < 100; ++count) {
    made.errors().sum().backward();
    model.step(adam);
  }
  const at::Tensor after = made.errors().detach().clone();
  for (int64_t member = 0; member < model.members(); ++member) {
    const double first = before.select(0, member).item<double>(), last = after.select(0, member).item<double>();
    require(last < 0.9 * first, "100 steps on a smooth function changed the error of member " + std::to_string(member) +
                                    " from " + text_of(first) + " to " + text_of(last) +
                                    "; at most 90 % of the first error was expected");
  }
}

/// The gradient of the predicted mean with respect to the observation agrees with central differences.
inline void check_model_input_gradient(rl::DynamicsModel& model) {
  const ModelCase made(model, 6);
  const auto total = [&](const at::Tensor& observation) {
    return model.predict(observation, made.action).mean.sum(-1);
  };
  const at::Tensor variable = made.observation.clone().requires_grad_(true);
  const at::Tensor sum = total(variable).sum();
  require(sum.requires_grad(), "predict() is not differentiable with respect to the observation");
  sum.backward();
  const at::Tensor gradient = variable.grad();
  require(gradient.defined(), "predict() has no gradient with respect to an observation that requires one");
  const at::NoGradGuard no_gradients;
  const double step = 1e-2;
  for (int64_t column = 0; column < model.observation_size(); ++column) {
    at::Tensor shift = at::zeros_like(made.observation);
    shift.select(-1, column) += step;
    const at::Tensor up = total(made.observation + shift).clone();
    const at::Tensor expected = (up - total(made.observation - shift)) / (2.0 * step);
    const at::Tensor found = gradient.select(-1, column);
    const auto error = (found - expected).norm().item<double>(), size = expected.norm().item<double>();
    require(error <= 0.03 * size + 1e-3, "the gradient of predict() with respect to number " + std::to_string(column) +
                                             " of the observation has an error of norm " + text_of(error) +
                                             " against central differences of norm " + text_of(size));
  }
}

/// restore() restores the weights that snapshot() stored, and changes only that member.
inline void check_model_snapshot(rl::DynamicsModel& model) {
  const ModelCase made(model, 8);
  const auto predict = [&] {
    const at::NoGradGuard no_gradients;
    return model.predict(made.observation, made.action).mean.clone();
  };
  const int64_t last = model.members() - 1;
  const at::Tensor kept = predict();
  model.snapshot(last);
  for (int count = 0; count < 3; ++count) {
    made.errors().sum().backward();
    model.step({});
  }
  const at::Tensor moved = predict();
  require(!moved.select(0, last).equal(kept.select(0, last)),
          "three steps do not change the predictions of member " + std::to_string(last));
  model.restore(last);
  const at::Tensor back = predict();
  require(back.select(0, last).equal(kept.select(0, last)), "restore() does not restore what snapshot() stored");
  for (int64_t member = 0; member < last; ++member)
    require(back.select(0, member).equal(moved.select(0, member)),
            "restore() of member " + std::to_string(last) + " changes member " + std::to_string(member));
}

/// Imagined steps are finite, and equal random engines give equal numbers, for batches of several sizes. After a fit
/// whose loss does not train log-variances, they have no noise: a row has one result for each elite at most.
inline void check_model_sample(rl::DynamicsModel& model) {
  const ModelCase made(model, 1);
  std::vector<int64_t> elites;
  for (int64_t index = 0; index < model.elites(); ++index) elites.push_back(model.members() - 1 - index);
  model.set_elites(elites);
  const int64_t n = model.observation_size();
  for (const int64_t size : {1, 7, 130}) {
    const at::Tensor observation = normal({size, n}, 10), action = normal({size, model.action_size()}, 11);
    const auto sample = [&](uint64_t seed) {
      Random random(seed);
      std::vector<float> numbers(static_cast<std::size_t>(size * (n + 1)), std::nanf(""));
      model.sample(size, observation.data_ptr<float>(), action.data_ptr<float>(), random, numbers.data(),
                   numbers.data() + size * n);
      return numbers;
    };
    const std::vector<float> first = sample(1);
    for (const float number : first)
      require(std::isfinite(number), "sample() of " + std::to_string(size) +
                                         " rows writes a number that is not finite, or does not write all numbers");
    require(sample(1) == first, "sample() returns different numbers for equal random engines");
    std::set<float> rewards;  // of the first row
    for (int64_t seed = 0; seed < 4 * model.elites() + 8; ++seed)
      rewards.insert(sample(static_cast<uint64_t>(seed))[static_cast<std::size_t>(size * n)]);
    require(static_cast<int64_t>(rewards.size()) <= model.elites(),
            "sample() adds noise, although the loss of the last fit does not train log-variances: one row has " +
                std::to_string(rewards.size()) + " different rewards from " + std::to_string(model.elites()) +
                " elites");
  }
}

}  // namespace weft::testing
