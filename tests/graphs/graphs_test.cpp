// Every shipped graph: it passes the check, it runs for some ticks, and its runs are reproducible bit for bit.

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/base/rows.h"
#include "host/graph/check.h"
#include "host/graph/graph.h"
#include "host/graph/source.h"
#include "host/inspect/reference.h"
#include "host/inspect/type_text.h"
#include "host/plugin/registry.h"
#include "support/process.h"
#include "weft/testing/catch.h"

using namespace weft::testing;
namespace fs = std::filesystem;

namespace {

const fs::path graphs = fs::path(WEFT_SOURCE_FOLDER) / "graphs";

const fs::path study = graphs / "pendulum_study";

std::vector<fs::path> shipped(const fs::path& folder = graphs) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

bool contains(const std::string& text, const std::string& word) { return text.find(word) != std::string::npos; }

/// The plugins of the build.
const weft::host::Registry& registry() {
  static const weft::host::Registry all({});
  return all;
}

/// The graph, checked against the plugins of the build.
weft::host::Graph checked(const fs::path& file) {
  return weft::host::check_graph(weft::host::read_graph(file, {}), registry());
}

bool fits_a_model(const weft::host::Graph& graph) { return graph.find("fit") != nullptr; }

/// Options that shorten a graph: everything starts within the first ticks, with few rows and steps.
std::vector<std::string> shortened(bool model_based) {
  std::vector<std::string> options;
  const auto set = [&](const std::string& text) { options.insert(options.end(), {"--set", text}); };
  set("stages.collect.warmup=4");
  set("stages.evaluate.episodes=2");
  set("schedule.evaluate.every=10");
  set("schedule.learn.from=4");
  set("schedule.learn.times=1");
  set("components.agent.hidden=[32,32]");
  if (!model_based) return options;
  set("stages.fit.min_steps=0");
  set("stages.fit.max_epochs=2");
  set("stages.imagine.rollouts=50");
  for (const char* stage : {"fit", "imagine"}) {
    set(std::string("schedule.") + stage + ".from=5");
    set(std::string("schedule.") + stage + ".every=5");
  }
  return options;
}

/// Runs `weft`; fails with its output unless it succeeds.
void run_successfully(std::vector<std::string> arguments, const std::vector<std::string>& more,
                      const fs::path& folder) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Finished finished = run_weft(arguments, folder);
  INFO(finished.output);
  REQUIRE(finished.code == 0);
}

/// The newest checkpoint of a run.
fs::path newest_checkpoint(const fs::path& run) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(run / "checkpoints")) files.push_back(entry.path());
  return *std::max_element(files.begin(), files.end());
}

}  // namespace

TEST_CASE("every graph passes the check") {
  REQUIRE(shipped().size() >= 14);
  REQUIRE(shipped(study).size() >= 9);
  for (const fs::path& folder : {graphs, study})
    for (const fs::path& file : shipped(folder)) {
      INFO(file);
      CHECK_NOTHROW(checked(file));
    }
}

TEST_CASE("every graph runs") {
  for (const fs::path& graph : shipped()) {
    const TemporaryFolder folder;
    INFO(graph);
    const fs::path out = folder.path() / "run";
    if (graph.stem() == "drive") {
      run_successfully({"run", graph.string(), "--set", "stages.drive.out=o.csv", "--out", out.string()}, {},
                       folder.path());
      CHECK(contains(read_file(folder.path() / "o.csv"), "state0,state1,obs0,obs1,obs2,reward,terminated,truncated\n"));
      continue;
    }
    const bool model_based = fits_a_model(checked(graph));
    run_successfully({"run", graph.string(), "--ticks", "10", "--out", out.string()}, shortened(model_based),
                     folder.path());
    CHECK(contains(read_file(out / "metrics.csv"), "\n10,evaluate.return_mean,"));
    if (model_based) CHECK(contains(read_file(out / "metrics.csv"), "\n10,fit.value_error,"));
  }
}

TEST_CASE("the study collects its data, measures models on it, and continues from a checkpoint with the same bytes") {
  const TemporaryFolder folder;
  const auto set = [](const std::string& text) { return std::vector<std::string>{"--set", text}; };
  const auto with = [](std::vector<std::string> arguments, std::initializer_list<std::vector<std::string>> more) {
    for (const auto& list : more) arguments.insert(arguments.end(), list.begin(), list.end());
    return arguments;
  };
  const auto collect = [&](const char* graph, const std::string& suffix) {
    run_successfully(
        with(
            {"run", (study / graph).string(), "--ticks", "40", "--out", "collected" + suffix},
            {set("stages.save_rows.out=rows" + suffix + ".h5"), set("stages.save_value.out=values" + suffix + ".h5"),
             set("schedule.save_rows.every=40"), set("schedule.save_value.every=20"), set("schedule.evaluate.every=40"),
             set("stages.collect.warmup=4"), set("schedule.learn.from=4"), set("stages.evaluate.episodes=2")}),
        {}, folder.path());
  };
  collect("collect.toml", "");
  collect("collect_distracted.toml", "_k5");
  run_successfully(with({"run", (study / "capacity_nll.toml").string(), "--out", "capacity"},
                        {set("components.env.count=5"), set("components.training.file=rows_k5.h5"),
                         set("components.held_out.file=rows_k5.h5"), set("stages.load_value.file=values_k5.h5"),
                         set("stages.fit.max_epochs=2")}),
                   {}, folder.path());
  CHECK(contains(read_file(folder.path() / "capacity" / "metrics.csv"), "\n1,errors.mse_6,"));

  const auto fit = [&](const char* ticks, const char* out) {
    run_successfully(with({"run", (study / "mlp.toml").string(), "--ticks", ticks, "--out", out},
                          {set("components.training.file=rows.h5"), set("components.held_out.file=rows.h5"),
                           set("stages.next_value.file=values.h5"), set("schedule.next_value.every=2")}),
                     {}, folder.path());
  };
  fit("6", "whole");
  fit("3", "resumed");
  run_successfully({"resume", "resumed", "--ticks", "6"}, {}, folder.path());
  const std::string metrics = read_file(folder.path() / "whole" / "metrics.csv");
  for (const char* row : {"\n0,next_value.snapshot,1\n", "\n6,errors.value_error,", "\n6,errors.mse_1,"})
    CHECK(contains(metrics, row));
  // The next value function is loaded after the previous one has been measured.
  CHECK(metrics.find("\n2,errors.value_error,") < metrics.find("\n2,next_value.snapshot,2\n"));
  CHECK(contains(metrics, "\n2,next_value.snapshot,2\n"));
  CHECK(read_file(folder.path() / "resumed" / "metrics.csv") == metrics);
  CHECK(read_file(newest_checkpoint(folder.path() / "resumed")) ==
        read_file(newest_checkpoint(folder.path() / "whole")));
}

TEST_CASE("a run gives the same bytes for one thread, for two, and when it is resumed") {
  for (const std::string name : {"pendulum_vagram", "hopper_mbpo"}) {
    INFO(name);
    const TemporaryFolder folder;
    const std::string graph = (graphs / (name + ".toml")).string();
    std::vector<std::string> options = shortened(true);
    options.insert(options.end(), {"--set", "run.report=10", "--set", "stages.learn.model_share=0.5"});
    const fs::path one = folder.path() / "one", two = folder.path() / "two", resumed = folder.path() / "resumed";
    run_successfully({"run", graph, "--ticks", "40", "--threads", "1", "--out", one.string()}, options, folder.path());
    run_successfully({"run", graph, "--ticks", "40", "--threads", "2", "--out", two.string()}, options, folder.path());
    run_successfully({"run", graph, "--ticks", "23", "--out", resumed.string()}, options, folder.path());
    run_successfully({"resume", resumed.string(), "--ticks", "40"}, {}, folder.path());
    CHECK(contains(read_file(one / "metrics.csv"), "\n40,fit.score,"));
    for (const fs::path& other : {two, resumed}) {
      CHECK(read_file(other / "metrics.csv") == read_file(one / "metrics.csv"));
      CHECK(read_file(newest_checkpoint(other)) == read_file(newest_checkpoint(one)));
    }
  }
}

TEST_CASE("the output of inspect --toml is accepted for every type once it is filled in") {
  const std::map<std::string, std::string> filling = {
      {"weft.rl.environment/1", "env"},      {"weft.rl.policy/1", "agent.policy"},
      {"weft.rl.agent/1", "agent"},          {"weft.rl.value_function/1", "agent"},
      {"weft.rl.dynamics_model/1", "model"}, {"weft.rl.model_loss/1", "mse"},
      {"weft.rl.transitions/1", "collect"},  {"weft.rl.dataset/1", "real"},
      {"weft.rl.value_snapshot/1", "agent"}};
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "graph.toml";
  for (const auto& [name, record] : registry().types()) {
    const weft_component_type& type = *record.type;
    std::string block = weft::host::type_toml(type, registry());
    INFO(block);
    const auto fill = [&](const std::string& key, const std::string& value) {
      const std::size_t line = block.find("\n" + key + " ");
      REQUIRE(line != std::string::npos);
      block.insert(block.find("\"\"", line) + 1, value);
    };
    for (const weft_slot& slot : weft::host::slots_of(type))
      if (!slot.optional) fill(slot.name, filling.at(slot.interface_id));
    for (const weft_parameter& parameter : weft::host::parameters_of(type))
      if (!parameter.default_value && !parameter.optional)
        fill(parameter.key, weft::host::is_output(parameter) ? "rows.h5" : (graphs / "drive_actions.csv").string());
    block.replace(0, block.find(']'), "[" + weft::host::section_of(type) + ".pasted");
    write_file(file, "extends = \"" + (graphs / "pendulum_vagram.toml").string() + "\"\n" + block);
    CHECK_NOTHROW(checked(file));
  }
}

TEST_CASE("the reference pages of the build have every type, with all descriptions") {
  const fs::path pages = fs::path(WEFT_BINARY_FOLDER) / "reference";
  const std::string index = read_file(pages / "index.md");
  REQUIRE(registry().types().size() >= 19);
  for (const auto& [name, record] : registry().types()) {
    INFO(name);
    CHECK(contains(index, "| [" + name + "](" + name + ".md) | "));
    const std::string page = read_file(pages / (name + ".md"));
    CHECK(page == weft::host::type_page(record, registry()));
    for (const std::string table : {"Parameters", "Slots", "Services", "Streams", "Metrics"}) {
      const std::size_t begin = page.find("\n## " + table);
      if (begin == std::string::npos) continue;
      const std::string rows = page.substr(begin, page.find("\n## ", begin + 1) - begin);
      INFO(rows);
      CHECK(!contains(rows, "|  |\n"));  // a description is the last cell of a row,
      CHECK(!contains(rows, "|  | ["));  // or before the links
      CHECK(!contains(rows, "|  | no "));
      if (table == "Slots") CHECK(!contains(rows, "| no type that"));
    }
  }
}

TEST_CASE("a run that continues with another instruction set says so, and build.txt names what computes") {
  const TemporaryFolder folder;
  const std::string graph = (graphs / "pendulum_vagram.toml").string();
  run_successfully({"run", graph, "--ticks", "5", "--out", "run"}, shortened(true), folder.path());
  const std::string build = read_file(folder.path() / "run" / "build.txt");
  for (const char* line : {"\ninstruction set: ", "\nLibTorch ", "\noneDNN "}) CHECK(contains(build, line));
  run_successfully({"resume", "run", "--ticks", "6"}, {}, folder.path());
  CHECK(!contains(read_file(folder.path() / "output.txt"), "was saved with"));

  Process process({"/usr/bin/env", "DNNL_MAX_CPU_ISA=SSE41", WEFT_PROGRAM, "resume", "run", "--ticks", "7"},
                  folder.path());
  CHECK(process.wait() == 0);
  INFO(process.output());
  CHECK(contains(process.output(), "the checkpoint was saved with oneDNN "));
  CHECK(contains(process.output(), "for SSE4.1: its numbers may differ from now on"));
  CHECK(contains(read_file(folder.path() / "run" / "build.txt"), "for SSE4.1: "));
}

TEST_CASE("another seed gives other numbers") {
  const TemporaryFolder folder;
  const std::string graph = (graphs / "pendulum_vagram.toml").string();
  for (const std::string seed : {"0", "1"})
    run_successfully({"run", graph, "--ticks", "10", "--seed", seed, "--out", seed}, shortened(true), folder.path());
  CHECK(read_file(folder.path() / "0" / "metrics.csv") != read_file(folder.path() / "1" / "metrics.csv"));
}

TEST_CASE("the loss of the main job is one word; nll reports what it needs") {
  const TemporaryFolder folder;
  const std::string graph = (graphs / "pendulum_vagram.toml").string();
  for (const char* loss : {"mse", "itervaml"}) {
    std::vector<std::string> options = shortened(true);
    options.insert(options.end(), {"--set", std::string("stages.fit.loss=") + loss});
    run_successfully({"run", graph, "--ticks", "10", "--out", (folder.path() / loss).string()}, options, folder.path());
  }
  const Finished refused = run_weft({"run", graph, "--set", "stages.fit.loss=nll"}, folder.path());
  INFO(refused.output);
  CHECK(refused.code == 2);
  CHECK(contains(refused.output, "heads = \"gaussian\""));
  const std::vector<std::string> gaussian = {"--set", "stages.fit.loss=nll", "--set",
                                             "components.model.heads=gaussian"};
  run_successfully({"check", graph}, gaussian, folder.path());
}

TEST_CASE("widths beyond the memory of any machine are refused at their key") {
  const TemporaryFolder folder;
  const std::string graph = (graphs / "pendulum_vagram.toml").string();
  for (const std::string component : {"agent", "model"}) {
    const Finished refused =
        run_weft({"check", graph, "--set", "components." + component + ".hidden=[100000000]"}, folder.path());
    INFO(refused.output);
    CHECK(refused.code == 2);
    CHECK(contains(refused.output, "'hidden' of " + component));
    CHECK(contains(refused.output, "at most 8192; found [100000000]"));
  }
}
