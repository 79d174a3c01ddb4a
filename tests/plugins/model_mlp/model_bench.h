/// Shared by the tests of model_mlp: a model from the plugin, and its weights as tensors.
#pragma once

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "support/network_state.h"
#include "support/sized_environment.h"
#include "weft/rl/model.h"
#include "weft/rl/torch_random.h"
#include "weft/testing/bench.h"

namespace weft::testing {

/// A model and its environment.
struct MadeModel {
  std::unique_ptr<SizedEnvironment> environment;
  std::unique_ptr<Made> made;
  rl::DynamicsModel* operator->() const { return &made->service<rl::DynamicsModel>("model"); }

  /// An array of its saved state.
  at::Tensor saved(const std::string& name) const {
    const Archive archive = made->save();
    const Archive::Entry& entry = archive.at(name);
    at::Tensor values = at::empty(entry.shape, entry.element == Element::f32 ? at::kFloat : at::kLong);
    std::memcpy(values.data_ptr(), entry.bytes.data(), entry.bytes.size());
    return values;
  }
};

/// The parameters of all members, `[members, count]`, or their "first_moment" or "second_moment".
inline at::Tensor networks(const Archive& state, const std::string& moment = "") {
  std::vector<at::Tensor> members;
  for (int member = 0; state.has("member_" + std::to_string(member) + ".layer_0.weights"); ++member) {
    const std::string name = "member_" + std::to_string(member) + (moment.empty() ? "" : "." + moment);
    const std::vector<float> flat = network(state, name);
    members.push_back(at::empty({static_cast<int64_t>(flat.size())}));
    std::copy(flat.begin(), flat.end(), members.back().data_ptr<float>());
  }
  return at::stack(members);
}
inline at::Tensor networks(const MadeModel& model, const std::string& moment = "") {
  return networks(model.made->save(), moment);
}

/// Replaces the parameters of all members, `[members, count]`.
inline void set_networks(const MadeModel& model, const at::Tensor& parameters) {
  Archive state = model.made->save();
  for (int64_t member = 0; member < parameters.size(0); ++member) {
    const at::Tensor flat = parameters[member].contiguous();
    set_network(state, "member_" + std::to_string(member),
                {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()});
  }
  model.made->load(state);
}

inline MadeModel make_model(const std::string& parameters, int threads = 1, uint64_t seed = 0,
                            const std::string& type = "model.mlp_ensemble", int64_t n = 3, int64_t m = 2) {
  MadeModel model;
  model.environment = std::make_unique<SizedEnvironment>(n, m);
  const Wires wires{{"env", {static_cast<rl::Environment*>(model.environment.get()), rl::Environment::interface_id}}};
  model.made = Plugin("model_mlp").make(type, parameters, wires, seed, "model", threads);
  return model;
}

/// Whether two models save the same bytes.
inline bool same_state(const MadeModel& one, const MadeModel& other) {
  return one.made->save().entries == other.made->save().entries;
}

/// Seeded standard normals.
inline at::Tensor normal(const std::vector<int64_t>& shape, uint64_t seed) {
  at::Generator generator = rl::torch_generator(seed);
  return at::randn(shape, generator);
}

/// Rows with means and deviations that differ by column, for the input normalizer.
inline rl::FitData uneven_rows(int64_t rows, int64_t n = 3, int64_t m = 2) {
  const at::Tensor observation = normal({rows, n}, 71) * at::arange(1, n + 1) + 5;
  return {observation, normal({rows, m}, 72) * 0.1 - 1, observation + 1, normal({rows}, 73), {}, rows, 1};
}

/// The largest difference, relative to the largest expected number.
inline double relative_error(const at::Tensor& found, const at::Tensor& expected) {
  return (found - expected).abs().max().item<double>() / (expected.abs().max().item<double>() + 1e-30);
}

}  // namespace weft::testing
