#include <iostream>

#include "host/command_line.h"

int main(int argument_count, char** arguments) {
  return weft::host::run_program({arguments + 1, arguments + argument_count}, std::cout, std::cerr);
}
