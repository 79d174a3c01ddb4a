/// MuJoCo for C++: memory that frees itself, and errors as exceptions.
#pragma once

#include <mujoco/mujoco.h>

#include <csetjmp>
#include <memory>
#include <string>

#include "weft/core/error.h"

namespace weft::mujoco {

struct FreeData {
  void operator()(mjData* data) const { mj_deleteData(data); }
};
using Data = std::unique_ptr<mjData, FreeData>;
using Model = std::shared_ptr<const mjModel>;  ///< shared by the simulations of an environment

/// Reads `models/<file>` beside this plugin. Throws SetupError with MuJoCo's message.
Model load_model(const std::string& file);

/// The state of one simulation. Throws Error when there is no memory for it.
Data make_data(const mjModel& model);

/// Throws Error when MuJoCo has warned about this simulation since its last reset. Three of its warnings mean that it
/// found a bad number and silently reset the simulation to the model's default pose.
void require_no_warning(const mjData& data);

/// Where the error handler jumps to; one per thread, null outside guarded().
struct Recovery {
  std::jmp_buf place;
  char message[512];
};
extern thread_local Recovery* recovery;

/// Calls engine functions (those of MuJoCo's C sources: mj_step, mj_forward ...) and throws Error if they call
/// mju_error. The mjData in use has to be reset before it is used again.
///
/// By default, MuJoCo reacts to an error by waiting for a key and exiting. Its handler must not return, and an
/// exception must not pass through C frames, which need not have unwind tables. So the handler jumps back to this
/// function, as in MuJoCo's own Python bindings. This is sound, because the frames in between are the engine's C code
/// and `call`, which has no object with a destructor. The engine then holds only the stack inside mjData, which a reset
/// clears: nothing leaks. The exception is thrown here, above all C frames.
template <class Call>
void guarded(const Call& call) {
  Recovery here;
  recovery = &here;
  if (setjmp(here.place) == 0) {
    call();
    recovery = nullptr;
    return;
  }
  recovery = nullptr;
  throw Error(std::string("MuJoCo failed: ") + here.message);
}

}  // namespace weft::mujoco
