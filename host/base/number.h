/// Numbers as text.
#pragma once

#include <cstdint>
#include <string>

namespace weft::host {

/// The shortest decimal text that reads back as the same double.
std::string shortest(double value);

/// A number for people: four significant digits.
std::string brief(double value);

/// "2,500".
std::string grouped(int64_t number);

/// "41s", "6m05s", "3h20m".
std::string duration(double seconds);

}  // namespace weft::host
