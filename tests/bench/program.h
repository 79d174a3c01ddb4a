/// The program as a user starts it: its start-up time, and the overhead of the main loop over its stages.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "benchmark.h"

namespace weft::bench {

Made start_help();
Made start_check();

/// Ticks 5000 to 7000 of graphs/hopper_vagram.toml. The checkpoint at tick 5000 is made once and kept in the build
/// folder.
class MainLoop {
 public:
  void run();

  /// Wall time divided by that of the stages, at the speed of the rows that measure them separately.
  Row row(const std::vector<Row>& rows) const;
  /// The names of these rows.
  static const std::vector<std::string>& rows();

 private:
  std::map<std::string, int64_t> calls_;  ///< by stage
  double row_epochs_ = 0.0;               ///< rows times epochs, summed over all fits
  double seconds_ = 0.0;
};

}  // namespace weft::bench
