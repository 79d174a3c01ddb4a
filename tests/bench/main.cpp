// weft_bench: what the fast paths reach of what the machine can do.
#include <unistd.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "report.h"
#include "roof.h"

namespace {

using namespace weft::bench;

struct Entry {
  const char* name;
  Made (*make)();
};

const Entry entries[] = {
    {"ensemble_256", [] { return ensemble("ensemble_256", 256, 0.60); }},
    {"ensemble_1024", [] { return ensemble("ensemble_1024", 1024, 0.65); }},
    {"vagram_over_mse", vagram_over_mse},
    {"itervaml", itervaml},
    {"sac_256", [] { return sac_of_hopper("sac_256", 256, 0.55, 1.7); }},
    {"sac_64", sac_64},
    {"sac_1024", [] { return sac_of_hopper("sac_1024", 1024, 0.75, {}); }},
    {"imagine", imagine},
    {"collect", collect},
    {"schedule", schedule},
    {"replay_bytes", replay_bytes},
    {"replay_sample", replay_sample},
};

/// Libraries read these when they are loaded, so the program begins again with the settings that the host makes for
/// its plugins.
void begin_with_one_pool(char** arguments) {
  if (std::getenv("WEFT_BENCH_BEGUN")) return;
  setenv("WEFT_BENCH_BEGUN", "1", 1);
  setenv("OMP_NUM_THREADS", "1", 1);
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  setenv("OMP_WAIT_POLICY", "passive", 1);
  execv("/proc/self/exe", arguments);
  throw std::runtime_error("cannot begin again");
}

struct Options {
  std::string json;
  std::vector<std::string> only;
  int rounds = 15;

  bool wants(const std::string& name) const {
    return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
  }
};

std::optional<Options> read_options(int argc, char** argv) {
  namespace po = boost::program_options;
  Options options;
  std::string only;
  po::options_description description("weft_bench: speed against the machine's roof and plain LibTorch");
  description.add_options()("help", "this text")("json", po::value(&options.json)->value_name("FILE"),
                                                 "write the result there")(
      "only", po::value(&only)->value_name("NAME,..."), "these rows alone")(
      "rounds", po::value(&options.rounds)->default_value(15), "how often everything is measured");
  po::variables_map values;
  po::store(po::parse_command_line(argc, argv, description), values);
  po::notify(values);
  if (values.count("help")) {
    std::cout << description;
    return {};
  }
  std::istringstream names(only);
  for (std::string name; std::getline(names, name, ',');) {
    const auto known = [&](const Entry& entry) { return entry.name == name; };
    if (std::none_of(std::begin(entries), std::end(entries), known))
      throw std::runtime_error("there is no row '" + name + "'");
    options.only.push_back(name);
  }
  if (options.rounds < 1) throw std::runtime_error("--rounds takes a number of at least 1");
  return options;
}

int run(const Options& options) {
  Roof roof;
  std::vector<Made> benchmarks;
  for (const Entry& entry : entries)
    if (options.wants(entry.name)) benchmarks.push_back(entry.make());
  for (int round = 0; round < options.rounds; ++round)
    for (const Made& benchmark : benchmarks) {
      const int takes = std::min(benchmark->repetitions(), options.rounds);
      if (round * takes / options.rounds == (round + 1) * takes / options.rounds) continue;
      roof.sample();
      benchmark->sample();
    }
  std::vector<Row> rows;
  rows.reserve(benchmarks.size());
  for (const Made& benchmark : benchmarks) rows.push_back(benchmark->row(roof.rate()));
  std::cout << to_table(roof.rate(), rows);
  if (options.json.empty()) return 0;
  std::ofstream file(options.json);
  file << to_json(roof.rate(), rows) << std::flush;
  if (!file) throw std::runtime_error("cannot write '" + options.json + "'");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    begin_with_one_pool(argv);
    const std::optional<Options> options = read_options(argc, argv);
    return options ? run(*options) : 0;
  } catch (const std::exception& exception) {
    std::cerr << "weft_bench: " << exception.what() << "\n";
    return 2;
  }
}
