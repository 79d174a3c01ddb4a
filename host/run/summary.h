/// The summary at the end of a run: a text on the screen, summary.json and rows of timing.csv.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/engine/runner.h"
#include "host/graph/graph.h"
#include "host/run/metrics.h"

namespace weft::host {

/// The content of a summary.
struct Summary {
  const Graph* graph = nullptr;
  std::filesystem::path folder;
  std::string status;  ///< status_finished, status_interrupted or status_failed
  std::string error;   ///< of a failed run
  int64_t tick = 0;    ///< the last finished tick
  int64_t first = 1;   ///< the first tick of this session
  double seconds = 0;  ///< of this session
  std::vector<Headline> headlines;
  std::vector<StageTiming> timings;  ///< of this session
};

/// summary.json.
std::string to_json(const Summary& summary);

/// The text on the screen: headline metrics, time by stage, and the folder.
std::string to_text(const Summary& summary);

/// The first line of timing.csv.
inline constexpr const char* timing_header = "first_tick,last_tick,stage,calls,seconds,share,work\n";

/// The rows of one session in timing.csv: `share` is the fraction of the session's wall time, `work` the amounts that
/// components report (`FLOP=1.4e+12`), with a space between units.
std::string to_timing_rows(const Summary& summary);

}  // namespace weft::host
