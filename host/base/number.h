/// Numbers as text.
#pragma once

#include <cstdint>
#include <string>

namespace weft::host {

/// The shortest decimal text that reads back as the same double.
std::string shortest(double value);

/// Four significant digits, for display.
std::string brief(double value);

/// With thousands separators: "2,500".
std::string grouped(int64_t number);

/// "41s", "6m05s", "3h20m".
std::string duration(double seconds);

}  // namespace weft::host
