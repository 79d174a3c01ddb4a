/// Checks the commands of `weft` that stand on a page: each as far as it can be without the time that it takes.
#pragma once

#include "results.h"
#include "sandbox.h"
#include "shell.h"

namespace weft::pages {

class WeftCommands {
 public:
  /// `words[0]` is the program. `run` and `sweep` are checked with every setting, as `weft check` does; `plot` and
  /// `table` read made-up results; `validate` and `resume` have their operand looked for; the others are run.
  /// A call with placeholders (GRAPH) has its options checked, and so has one without operands in a sentence, which
  /// only speaks of the command. Throws Wrong.
  void check(const Words& words, bool in_sentence);

 private:
  struct Call;
  void run(const Call& call);
  void sweep(const Call& call);
  void resume(const Call& call) const;
  void draw(const Call& call) const;
  void check_in_project(const Call& call) const;

  ResultFolders results_;
};

}  // namespace weft::pages
