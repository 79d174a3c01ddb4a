#include "commands.h"

#include <map>
#include <set>

#include "sandbox.h"
#include "tree_commands.h"

namespace weft::pages {
namespace {

using weft::testing::read_file;

std::string name_of(const std::string& program) { return fs::path(program).filename().string(); }

/// What no test runs or checks, with the reason.
const std::map<std::string, const char*> unchecked = {
    {"pre-commit", "installed by './bootstrap.sh tools' alone; .pre-commit-config.yaml names what it runs"},
    {"tensorboard", "no dependency of Weft; it reads event files, whose bytes are tested"},
};

}  // namespace

bool Commands::is_command(const std::string& code) {
  static const std::set<std::string> programs = {"weft",     "bootstrap.sh", "cmake",  "ctest",
                                                 "study.sh", "weft_bench",   ".ci/run"};
  const std::string first = code.substr(0, code.find(' '));
  return first != code && (programs.count(first) > 0 || programs.count(name_of(first)) > 0);
}

void Commands::check(const Words& words, bool in_sentence) {
  const std::string program = name_of(words[0]);
  if (program == "weft") return weft_.check(words, in_sentence);
  if (program == "bootstrap.sh") return check_bootstrap(words);
  if (program == "study.sh") return check_study(words);
  if (program == "cmake") return check_cmake(words);
  if (program == "ctest") return check_ctest(words);
  if (program == "weft_bench") return check_benchmark(words);
  if (program == "cd") return check_folder(words);
  if (unchecked.count(program) > 0) return;
  if (words[0].rfind("build/", 0) == 0) return check_program(words);
  if (words[0].find('/') != std::string::npos) return check_script(words);
  throw Wrong("a command of a kind that the tests of pages cannot check; see tests/pages/commands.cpp");
}

void Commands::check_folder(const Words& words) {
  if (words.size() != 2 || !fs::is_directory(words[1])) throw Wrong("there is no such folder");
  fs::current_path(words[1]);
}

void Commands::check_bootstrap(const Words& words) {
  check_script({words[0]});
  if (words.size() < 2) throw Wrong("bootstrap.sh wants to know what to do");
  if (read_file(words[0]).find("#   ./bootstrap.sh " + words[1] + " ") == std::string::npos)
    throw Wrong("bootstrap.sh has no command '" + words[1] + "'");
  if (words[1] != "run") return;
  Words run = {"weft"};
  run.insert(run.end(), words.begin() + 1, words.end());
  if (run.size() == 2) run.emplace_back("graphs/pendulum_vagram.toml");
  weft_.check(run, false);
}

/// Runs the script with a program in place of `weft` that writes down how it is called, and checks those calls. A sweep
/// leaves an empty table.
void Commands::check_study(const Words& words) {
  check_script(words);
  const fs::path recorder = fs::absolute("recorder"), calls = fs::absolute("calls");
  weft::testing::write_file(recorder,
                            "#!/usr/bin/env bash\n{ printf '%q ' weft \"$@\"; echo; } >>'" + calls.string() +
                                "'\nif [ \"$1\" = sweep ]; then\n  while [ \"$1\" != --out ]; do shift; done\n"
                                "  mkdir -p \"$2\"\n  echo graph,seed,tick,metric,value >\"$2/table.csv\"\nfi\n");
  fs::permissions(recorder, fs::perms::owner_all);
  fs::remove(calls);
  // Without the committed results, of which the script would leave out what they have.
  const fs::path results = fs::path(words[0]).parent_path() / "results", kept = fs::absolute("kept_results");
  const bool has_results = fs::exists(results);
  if (has_results) fs::rename(results, kept);
  Words script = {"/usr/bin/env", "WEFT=" + recorder.string()};
  script.insert(script.end(), words.begin(), words.end());
  weft::testing::Process process(script, fs::current_path());
  const int code = process.wait();
  fs::remove_all(results);
  if (has_results) fs::rename(kept, results);
  if (code != 0) throw Wrong(process.output());
  for (const Command& command : read_commands(read_file(calls))) {
    try {
      weft_.check(command.words, false);
    } catch (const Wrong& wrong) {
      std::string text;
      for (const std::string& word : command.words) text += word + " ";
      throw Wrong("it calls " + text + ": " + wrong.what());
    }
  }
}

}  // namespace weft::pages
