/// Torch's random generator with a seed from the host, for components that draw random numbers with Torch. Pass a
/// generator to every random function of Torch; never use the global one.
#pragma once

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstring>
#include <mutex>
#include <vector>

#include "weft/core/state.h"

namespace weft::rl {

/// A CPU generator with this seed, which comes from Context::seed. The component keeps it and saves it.
inline at::Generator torch_generator(uint64_t seed) { return at::make_generator<at::CPUGeneratorImpl>(seed); }

/// Writes the state of the generator as the array `name` of bytes.
inline void save_generator(StateWriter& writer, const char* name, const at::Generator& generator) {
  at::Generator copy = generator;
  const std::lock_guard<std::mutex> lock(copy.mutex());
  const at::Tensor state = copy.get_state();
  writer.array(name, {state.numel()}, state.data_ptr<uint8_t>());
}

/// Reads the state back. Throws Error if there is no such array or it has another length; Torch throws its own
/// exception if the bytes are not the state of a generator.
inline void load_generator(StateReader& reader, const char* name, at::Generator& generator) {
  const std::lock_guard<std::mutex> lock(generator.mutex());
  at::Tensor state = generator.get_state();
  reader.array(name, {state.numel()}, state.data_ptr<uint8_t>());
  generator.set_state(state);
}

}  // namespace weft::rl
