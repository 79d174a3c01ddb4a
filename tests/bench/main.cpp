// weft_bench: the speed of the fast paths relative to the machine.
#include <unistd.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>

#include "program.h"
#include "report.h"
#include "roof.h"

namespace {

using namespace weft::bench;

struct Entry {
  const char* name;
  Made (*make)();
  bool always = true;  ///< measured without --all
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
    {"start_help", start_help, false},
    {"start_check", start_check, false},
};

/// Libraries read these variables when they are loaded, so the program restarts with the settings that the host makes
/// for its plugins.
void restart_with_environment(char** arguments) {
  if (std::getenv("WEFT_BENCH_RESTARTED")) return;
  setenv("WEFT_BENCH_RESTARTED", "1", 1);
  setenv("OMP_NUM_THREADS", "1", 1);
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  setenv("OMP_WAIT_POLICY", "passive", 1);
  execv("/proc/self/exe", arguments);
  throw std::runtime_error("cannot restart itself");
}

constexpr const char* main_loop = "main_loop";

struct Options {
  std::string json;
  std::vector<std::string> only;
  bool all = false;
  int rounds = 15;

  bool wants(const std::string& name, bool always) const {
    return only.empty() ? always || all : std::find(only.begin(), only.end(), name) != only.end();
  }
  bool wants_main_loop() const { return wants(main_loop, false); }
};

std::optional<Options> read_options(int argc, char** argv) {
  namespace po = boost::program_options;
  Options options;
  std::string only;
  po::options_description description("weft_bench: speed compared with the machine's roof and with plain LibTorch");
  description.add_options()("help", "print this text");
  description.add_options()("json", po::value(&options.json)->value_name("FILE"), "write the result to this file");
  description.add_options()("all", po::bool_switch(&options.all), "also start-up times and the main loop");
  description.add_options()("only", po::value(&only)->value_name("NAME,..."),
                            "only these rows and those that they need");
  description.add_options()("rounds", po::value(&options.rounds)->default_value(15),
                            "how often most rows are measured");
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
    if (name != main_loop && std::none_of(std::begin(entries), std::end(entries), known))
      throw std::runtime_error("unknown row '" + name + "'; see tests/bench/README.md for the rows");
    options.only.push_back(name);
  }
  if (!options.only.empty() && options.wants_main_loop())
    options.only.insert(options.only.end(), MainLoop::rows().begin(), MainLoop::rows().end());
  if (options.rounds < 1) throw std::runtime_error("--rounds takes a number of at least 1");
  return options;
}

/// Whether a benchmark that is measured `takes` times is measured in this round. The times are spread evenly; a single
/// one is in the middle.
bool has_turn(int round, int takes, int rounds) {
  const auto turns_before = [&](int which) { return (2 * which * takes + rounds) / (2 * rounds); };
  return turns_before(round) != turns_before(round + 1);
}

/// The message of what `work` throws: a failure does not discard the other rows.
std::string failure_of(const std::function<void()>& work) {
  try {
    work();
    return "";
  } catch (const std::exception& exception) {
    return exception.what();
  }
}

int run(const Options& options) {
  std::ofstream file;  // opened first, so that a wrong name is reported at once
  if (!options.json.empty()) {
    file.open(options.json);
    if (!file) throw std::runtime_error("cannot write '" + options.json + "'");
  }
  Roof roof;
  MainLoop loop;
  std::string loop_failure;
  std::vector<Made> benchmarks;
  for (const Entry& entry : entries)
    if (options.wants(entry.name, entry.always)) benchmarks.push_back(entry.make());
  for (int round = 0; round < options.rounds; ++round) {
    for (const Made& benchmark : benchmarks) {
      if (!has_turn(round, std::min(benchmark->repetitions(), options.rounds), options.rounds)) continue;
      roof.sample();
      benchmark->sample();
    }
    if (options.wants_main_loop() && has_turn(round, 1, options.rounds)) loop_failure = failure_of([&] { loop.run(); });
  }
  std::vector<Row> rows;
  rows.reserve(benchmarks.size() + 1);
  for (const Made& benchmark : benchmarks) rows.push_back(benchmark->row(roof.rate()));
  if (loop_failure.empty() && options.wants_main_loop()) rows.push_back(loop.row(rows));
  std::cout << to_table(roof.rate(), rows);
  if (file.is_open() && !(file << to_json(roof.rate(), rows) << std::flush))
    throw std::runtime_error("cannot write '" + options.json + "'");
  if (!loop_failure.empty()) throw std::runtime_error("main_loop is missing: " + loop_failure);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    restart_with_environment(argv);
    const std::optional<Options> options = read_options(argc, argv);
    return options ? run(*options) : 0;
  } catch (const std::exception& exception) {
    std::cerr << "weft_bench: " << exception.what() << "\n";
    return 2;
  }
}
