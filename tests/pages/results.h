/// The results that the runs and sweeps of a page would leave behind: made up, so that `weft plot` and `weft table` of
/// the same page have something to read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "shell.h"

namespace weft::pages {

/// What a run or a sweep leaves in its folder.
struct Results {
  std::vector<Words> runs;  ///< of each the values of `columns`
  Words columns;            ///< what has several values, then "seed"; empty for a single run
  std::string name;         ///< of a single run
  int64_t ticks = 0;
  Words metrics;  ///< "fit.mse"; "errors.mse_*" for all that begin so
};

class ResultFolders {
 public:
  void add(const std::filesystem::path& folder, Results results) { all_[absolute(folder)] = std::move(results); }
  bool has(const std::filesystem::path& folder) const { return all_.count(absolute(folder)) > 0; }

  /// Writes one metric of the results in `folder`. Throws Wrong when nothing before made this folder, or no component
  /// of its graphs records this metric.
  void write(const std::filesystem::path& folder, const std::string& metric) const;

 private:
  static std::string absolute(const std::filesystem::path& folder) {
    return (std::filesystem::absolute(folder) / "").lexically_normal().string();
  }

  std::map<std::string, Results> all_;
};

}  // namespace weft::pages
