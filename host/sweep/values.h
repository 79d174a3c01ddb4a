/// The options of a sweep: lists of values, and seeds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/graph/parameter.h"

namespace weft::host {

/// More runs than this are taken for a mistake.
inline constexpr std::size_t most_runs = 10'000;

/// One `--set KEY=a,b,c`.
struct SweptKey {
  std::string key;
  std::vector<std::string> values;  ///< as written, without blanks around; one value: a plain override
};

/// All `--set` options, in their order. Adds errors to `problems`: an empty value, a value or a key that occurs twice.
std::vector<SweptKey> read_swept_keys(const std::vector<std::string>& sets, Problems& problems);

/// The seeds of "0..7", "0,3,5" or "0..3,8", in the order of the text. Adds errors to `problems`.
std::vector<uint64_t> read_seeds(const std::string& text, Problems& problems);

}  // namespace weft::host
