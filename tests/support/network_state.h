/// The parameters of a network in a saved state.
#pragma once

#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "weft/testing/archive.h"

namespace weft::testing {

/// Calls `visit(entry)` for each array of the network, in the order of its parameters: layer by layer, weights
/// `[in, out]`, then bias `[out]`.
template <class Archive_, class Visit>
void visit_network(Archive_& state, const std::string& name, Visit visit) {
  const std::string prefix = name + ".layer_";
  if (!state.has(prefix + "0.weights")) throw std::runtime_error("there is no network '" + name + "'");
  for (int layer = 0; state.has(prefix + std::to_string(layer) + ".weights"); ++layer)
    for (const char* kind : {".weights", ".bias"}) visit(state.entries.at(prefix + std::to_string(layer) + kind));
}

/// The parameters of a network as one vector.
inline std::vector<float> network(const Archive& state, const std::string& name) {
  std::vector<float> parameters;
  visit_network(state, name, [&](const Archive::Entry& entry) {
    const std::size_t first = parameters.size();
    parameters.resize(first + entry.bytes.size() / sizeof(float));
    std::memcpy(parameters.data() + first, entry.bytes.data(), entry.bytes.size());
  });
  return parameters;
}

/// Replaces the parameters of a network.
inline void set_network(Archive& state, const std::string& name, const std::vector<float>& parameters) {
  std::size_t first = 0;
  visit_network(state, name, [&](Archive::Entry& entry) {
    std::memcpy(entry.bytes.data(), parameters.data() + first, entry.bytes.size());
    first += entry.bytes.size() / sizeof(float);
  });
}

}  // namespace weft::testing
