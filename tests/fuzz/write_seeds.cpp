// write_seeds FOLDER: writes initial inputs for the fuzz targets, where the tests have no such files.
#include <filesystem>
#include <fstream>
#include <vector>

#include "host/run/checkpoint.h"

namespace {

namespace fs = std::filesystem;
using namespace weft::host;

void write_checkpoints(const fs::path& folder) {
  fs::create_directories(folder);
  CheckpointInfo info;
  info.tick = 1200;
  info.seed = 7;
  info.metrics_size = 77;
  info.metrics = R"({"a.value":{"mean":[0.5,2]}})";
  write_checkpoint(folder / "no_arrays", info, [](weft::StateSink&) {});
  info.components["a"] = {"stage.a", "components", "1.0.0", "0123abcd", 3};
  info.settings["stages.a.path"] = "\"word\"";
  info.build = "weft 1.0.0";
  write_checkpoint(folder / "arrays", info, [](weft::StateSink& sink) {
    weft::StateWriter writer(sink, "a.");
    writer.array("f32", {2, 3}, std::vector<float>(6, 1.5F).data());
    writer.array("f64", std::vector<double>{0.1, -1e300});
    writer.array("i64", std::vector<int64_t>{-5});
    writer.array("u64", std::vector<uint64_t>{~uint64_t{0}});
    writer.array("u8", std::vector<uint8_t>{1, 2, 255});
    writer.array("none", std::vector<float>());
  });
}

void write_graphs(const fs::path& folder) {
  fs::create_directories(folder);
  std::ofstream(folder / "options", std::ios::binary)
      << "[run]\nticks = 9\n[components.c]\nuse = \"mock.clock\"\n[components.d]\nuse = \"mock.dial\"\nclock = \"c\"\n"
      << "[stages.s]\nuse = \"stage.source\"\nclock = \"c.time\"\n[[schedule]]\nrun = \"s\"\nevery = 2\n"
      << '\0' << "run.ticks=5\ncomponents.d.glow={ from = 0, to = 1, between = [1, 2] }\nschedule.s.times=3\n";
}

void write_tables(const fs::path& folder) {
  fs::create_directories(folder);
  std::ofstream(folder / "run") << "tick,metric,value\n0,m,1.5\n10,m,-2e-3\n10,other,1\n";
  std::ofstream(folder / "sweep") << "stages.fit.loss,seed,tick,metric,value\n\"a,\"\"b\"\"\",0,10,m,1\nc,1,10,m,2\n";
  std::ofstream(folder / "actions") << "a0,a1\n0.5, -1\n\n1e-3,2\n";
  std::ofstream(folder / "grid") << "x,y,z\n0,0,1\n0,1,2\n1,0,3\n1,1,4.5\n";
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  write_checkpoints(fs::path(arguments[1]) / "checkpoint");
  write_graphs(fs::path(arguments[1]) / "graph_text");
  write_tables(fs::path(arguments[1]) / "tables");
}
