#include "engine.h"

#include <dlfcn.h>
#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace weft::mujoco {

thread_local Recovery* recovery = nullptr;

namespace {

void on_error(const char* message) {
  if (recovery) {
    std::snprintf(recovery->message, sizeof recovery->message, "%s", message);
    std::longjmp(recovery->place, 1);
  }
  // Outside guarded(): another user of MuJoCo in this process, or out of memory while a model is read.
  std::fprintf(stderr, "MuJoCo failed: %s\n", message);
  std::abort();
}

// Every warning about a simulation is counted in its mjData, where require_no_warning() finds it. By default, MuJoCo
// would write MUJOCO_LOG.TXT into the working directory.
void on_warning(const char*) {}

std::string model_path(const std::string& file) {
  Dl_info info;
  if (dladdr(reinterpret_cast<const void*>(&load_model), &info) == 0 || !info.dli_fname)
    throw SetupError("", "the folder of the plugin env_mujoco cannot be determined");
  return (std::filesystem::path(info.dli_fname).parent_path() / "models" / file).string();
}

}  // namespace

Model load_model(const std::string& file) {
  mju_user_error = on_error;
  mju_user_warning = on_warning;
  const std::string path = model_path(file);
  char error[1000] = "";
  mjModel* model = mj_loadXML(path.c_str(), nullptr, error, sizeof error);
  if (!model)
    throw SetupError("",
                     fmt::format("MuJoCo cannot read the model file {}: {}; the file belongs into the folder 'models' "
                                 "beside the plugin",
                                 path, error));
  return {model, [](const mjModel* owned) { mj_deleteModel(const_cast<mjModel*>(owned)); }};
}

Data make_data(const mjModel& model) {
  mjData* data = nullptr;
  guarded([&] { data = mj_makeData(&model); });
  if (!data) throw Error("MuJoCo cannot allocate memory for a simulation");
  return Data(data);
}

void require_no_warning(const mjData& data) {
  for (int kind = 0; kind < mjNWARNING; ++kind) {
    if (data.warning[kind].number == 0) continue;
    const bool reset = kind == mjWARN_BADQPOS || kind == mjWARN_BADQVEL || kind == mjWARN_BADQACC;
    throw Error(fmt::format("{}: {}",
                            reset ? "the simulator found a bad number and reset itself" : "the simulator warned",
                            mju_warningText(kind, data.warning[kind].lastinfo)));
  }
}

}  // namespace weft::mujoco
