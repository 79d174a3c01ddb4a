/// MuJoCo as a C++ host needs it: memory that frees itself, and errors that are exceptions.
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

/// Reads `models/<file>` beside this plugin. Throws SetupError with MuJoCo's own words.
Model load_model(const std::string& file);

/// The state of one simulation. Throws Error when there is no memory for it.
Data make_data(const mjModel& model);

/// Throws Error when MuJoCo warned about this simulation since it was last reset. Three of its warnings
/// mean that it met a bad number and silently began again from the model's default pose.
void require_no_warning(const mjData& data);

/// Where the error handler goes back to; one per thread, null outside guarded().
struct Recovery {
  std::jmp_buf place;
  char message[512];
};
extern thread_local Recovery* recovery;

/// Calls engine functions (those of MuJoCo's C sources: mj_step, mj_forward ...) and throws Error where
/// mju_error was called inside. The mjData in use has to be reset before it is used again.
///
/// MuJoCo's own answer to an error is to wait for a key and to exit. Its handler must not return, and an
/// exception must not pass through C frames, which promise no unwind tables. So the handler jumps back to
/// here, as in MuJoCo's own Python bindings: sound, because the frames in between are the engine's C code and
/// `call`, which has no object with a destructor. What the engine holds then is the stack inside mjData,
/// which a reset clears: nothing leaks. The exception is thrown from here, above all C frames.
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
