// The text of a table: read as a grid of `weft plot --map`, as a table of `weft plot`, and cell by cell. Nothing but
// Failure may come out; cells that are written must read back as they were.
#include <cstdlib>
#include <vector>

#include "fuzz/memory_file.h"
#include "host/base/csv.h"
#include "host/base/diagnostic.h"
#include "host/figures/map_script.h"
#include "host/figures/plot_map.h"
#include "host/figures/plot_table.h"

using namespace weft::host;

namespace {

template <class Read>
void refused_or_read(Read read) {
  try {
    read();
  } catch (const Failure&) {
  }
}

void require_same(const std::string& text) {
  const std::string written = csv_cell(text) + "," + csv_cell(text);
  CsvReader reader(written);
  CsvRow row;
  if (!reader.next(row) || row.cells != std::vector<std::string>{text, text} || reader.next(row)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view input = weft::fuzz::view(data, size);
  const weft::fuzz::MemoryFile file(input);
  try {
    CsvReader reader(input);
    for (CsvRow row; reader.next(row);) {
    }
  } catch (const CsvError&) {
  }
  require_same(std::string(input));
  refused_or_read([&] { read_tables({file.path()}, "m"); });
  refused_or_read([&] { map_script(make_map_figure({file.path()}, {})); });
  return 0;
}
