#include <iostream>

#include "host/base/standard_streams.h"
#include "host/cli/command_line.h"
#include "host/engine/crash.h"

int main(int argument_count, char** arguments) {
  weft::host::prepare_standard_streams();
  const weft::host::CrashGuard crashes;
  return weft::host::run_program({arguments + 1, arguments + argument_count}, std::cout, std::cerr);
}
