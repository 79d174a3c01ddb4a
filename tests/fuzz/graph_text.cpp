// The text of a graph and, after a zero byte, --set options, one per line. The graph is read, checked against the
// component types of tests/graphs, and written. Only Failure may be thrown; a valid graph must read back the same.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "fuzz/memory_file.h"
#include "host/base/diagnostic.h"
#include "host/graph/check.h"
#include "host/graph/graph.h"
#include "host/graph/picture.h"
#include "host/graph/source.h"
#include "host/graph/text.h"

using namespace weft::host;
using weft::fuzz::MemoryFile;

namespace {

const Registry& registry() {
  static const Registry loaded({{}, {WEFT_GRAPH_COMPONENTS}});
  return loaded;
}

GraphOptions options_from(std::string_view text) {
  GraphOptions options;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) options.sets.push_back(line);
  return options;
}

void require_same(const Graph& graph) {
  const std::string text = to_toml(graph);
  const MemoryFile file(text);
  GraphOptions options;
  options.resumed = true;
  std::string again;
  try {
    again = to_toml(check_graph(read_graph(file.path(), options), registry()));
  } catch (const Failure& failure) {
    again = failure.what();
  }
  if (again == text) return;
  std::fprintf(stderr, "written:\n%s\nread back:\n%s\n", text.c_str(), again.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view input = weft::fuzz::view(data, size);
  const std::size_t end = std::min(input.find('\0'), size);
  const MemoryFile file(input.substr(0, end));
  try {
    const auto source = read_graph(file.path(), options_from(input.substr(std::min(end + 1, size))));
    named_plugins(source);
    used_types(source);
    const Graph graph = check_graph(source, registry());
    picture(graph);
    dot(graph);
    settings(graph);
    require_same(graph);
  } catch (const Failure&) {
  }
  return 0;
}
