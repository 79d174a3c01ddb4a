/// What a run leaves for people to read at its end.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/engine/runner.h"
#include "host/graph/graph.h"
#include "host/run/metrics.h"

namespace weft::host {

/// Everything that the summary is made of.
struct Summary {
  const Graph* graph = nullptr;
  std::filesystem::path folder;
  std::string status;  ///< status_finished, status_interrupted or status_failed
  std::string error;   ///< of a failed run
  int64_t tick = 0;    ///< the last tick that was done
  int64_t first = 1;   ///< the first tick of this session
  double seconds = 0;  ///< of this session
  std::vector<Headline> headlines;
  std::vector<StageTiming> timings;  ///< of this session
};

/// summary.json.
std::string to_json(const Summary& summary);

/// The text on the screen: headline metrics, where the time went, where the files are.
std::string to_text(const Summary& summary);

/// The first line of timing.csv.
inline constexpr const char* timing_header = "first_tick,last_tick,stage,calls,seconds,share,work\n";

/// The rows of one session in timing.csv; `share` is the part of the session's wall time, `work` what components say
/// that they did: `FLOP=1.4e+12`, with a space between units.
std::string to_timing_rows(const Summary& summary);

}  // namespace weft::host
