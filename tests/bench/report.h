/// The result of weft_bench as JSON and as a table.
#pragma once

#include <string>
#include <vector>

#include "benchmark.h"

namespace weft::bench {

/// "AMD EPYC, 2 cores; LibTorch 1.13.1, oneDNN 2.6.3, OpenBLAS 0.3.21".
std::string machine();

/// `{"roof_gflops", "machine", "rows": [...]}`.
std::string to_json(double roof, const std::vector<Row>& rows);

/// A table in Markdown.
std::string to_table(double roof, const std::vector<Row>& rows);

}  // namespace weft::bench
