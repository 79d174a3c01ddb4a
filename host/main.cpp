#include <iostream>

#include "host/command_line.h"
#include "host/crash.h"

int main(int argument_count, char** arguments) {
  const weft::host::CrashGuard crashes;
  return weft::host::run_program({arguments + 1, arguments + argument_count}, std::cout, std::cerr);
}
