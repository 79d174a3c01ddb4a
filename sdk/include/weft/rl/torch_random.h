/// A random generator of Torch's from a seed of the host's, for components that draw with Torch. Every
/// random call of Torch is given a generator; the global one is never used.
#pragma once

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstring>
#include <mutex>
#include <vector>

#include "weft/core/state.h"

namespace weft::rl {

/// A CPU generator with this seed (Context::seed).
inline at::Generator torch_generator(uint64_t seed) { return at::make_generator<at::CPUGeneratorImpl>(seed); }

inline void save_generator(StateWriter& writer, const char* name, const at::Generator& generator) {
  at::Generator copy = generator;
  const std::lock_guard<std::mutex> lock(copy.mutex());
  const at::Tensor state = copy.get_state();
  writer.array(name, {state.numel()}, state.data_ptr<uint8_t>());
}

inline void load_generator(StateReader& reader, const char* name, at::Generator& generator) {
  const std::lock_guard<std::mutex> lock(generator.mutex());
  at::Tensor state = generator.get_state();
  reader.array(name, {state.numel()}, state.data_ptr<uint8_t>());
  generator.set_state(state);
}

}  // namespace weft::rl
