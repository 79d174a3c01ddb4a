#include <iostream>

#include "host/cli/command_line.h"
#include "host/engine/crash.h"

int main(int argument_count, char** arguments) {
  const weft::host::CrashGuard crashes;
  return weft::host::run_program({arguments + 1, arguments + argument_count}, std::cout, std::cerr);
}
