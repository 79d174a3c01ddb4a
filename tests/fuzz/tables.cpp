// The text of a table: read row by row, as a table of `weft plot`, as a grid of `weft plot --map`, and as the actions
// of stage.drive. Only the readers' own errors may be thrown; written cells must read back the same.
#include <cstdlib>
#include <vector>

#include "csv/csv.h"
#include "fuzz/memory_file.h"
#include "host/base/csv.h"
#include "host/base/diagnostic.h"
#include "host/figures/line_script.h"
#include "host/figures/map_script.h"
#include "host/figures/plot_table.h"
#include "weft/core/error.h"

using namespace weft::host;

namespace {

template <class Refusal, class Read>
void refused_or_read(Read read) {
  try {
    read();
  } catch (const Refusal&) {
  }
}

void read_rows(std::string_view text) {
  CsvReader reader(text);
  for (CsvRow row; reader.next(row);) continue;
}

void draw_lines(const std::filesystem::path& file, bool log_y) {
  LineOptions options;
  options.metric = "m";
  options.log_y = log_y;
  line_script(make_line_figure(read_tables({file}, options.metric), options));
}

/// Below a header: the first row says whether there is an index, and rows of empty cells are skipped.
void require_same(const std::string& text) {
  const std::string table = "a,b,c\n" + csv_cell(text) + "," + csv_cell(text) + ",x\n";
  CsvReader reader(table);
  CsvRow header, row;
  if (!reader.next(header) || !reader.next(row) || row.cells != std::vector<std::string>{text, text, "x"} ||
      reader.next(row))
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view input = weft::fuzz::view(data, size);
  const weft::fuzz::MemoryFile file(input);
  require_same(std::string(input));
  refused_or_read<CsvError>([&] { read_rows(input); });
  for (const bool log_y : {false, true}) refused_or_read<Failure>([&] { draw_lines(file.path(), log_y); });
  refused_or_read<Failure>([&] { map_script(make_map_figure({file.path()}, {})); });
  refused_or_read<weft::Error>([&] { weft::stages::read_table(file.path(), {"a0", "a1"}); });
  return 0;
}
