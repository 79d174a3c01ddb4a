/// What the options of a sweep say: several values of a key, and seeds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/graph/parameter.h"

namespace weft::host {

/// More runs than this are no sweep that anybody means.
inline constexpr std::size_t most_runs = 10'000;

/// One `--set KEY=a,b,c`.
struct SweptKey {
  std::string key;
  std::vector<std::string> values;  ///< as written, without blanks around; one value: an override and no more
};

/// All `--set` options, in their order. What is wrong goes to `problems`: an empty value, a value or a key twice.
std::vector<SweptKey> read_swept_keys(const std::vector<std::string>& sets, Problems& problems);

/// "0..7", "0,3,5" or "0..3,8", in the order of the text.
std::vector<uint64_t> read_seeds(const std::string& text, Problems& problems);

}  // namespace weft::host
