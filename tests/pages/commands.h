/// Checks any command that stands on a page.
#pragma once

#include "shell.h"
#include "weft_commands.h"

namespace weft::pages {

/// The commands of one page, in the order of the page: what an earlier one leaves, a later one may use.
class Commands {
 public:
  /// Throws Wrong, also for a command of a kind that is not known: no page has commands that nothing checks.
  void check(const Words& words, bool in_sentence = false);
  /// Whether a piece of code within a sentence is a command.
  static bool is_command(const std::string& code);

 private:
  void check_bootstrap(const Words& words);
  void check_study(const Words& words);
  static void check_folder(const Words& words);

  WeftCommands weft_;
};

}  // namespace weft::pages
