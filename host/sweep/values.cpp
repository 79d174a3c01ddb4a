#include "host/sweep/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "host/base/number.h"
#include "host/base/option_text.h"

namespace weft::host {
namespace {

/// The first value that is listed twice, or null.
template <class Value>
const Value* repeated(const std::vector<Value>& values) {
  for (auto value = values.begin(); value != values.end(); ++value)
    if (std::find(values.begin(), value, *value) != value) return &*value;
  return nullptr;
}

}  // namespace

std::vector<SweptKey> read_swept_keys(const std::vector<std::string>& sets, Problems& problems) {
  std::vector<SweptKey> keys;
  for (const std::string& text : sets) {
    const Place place{"--set " + text, 0, 0};
    const std::size_t equals = text.find('=');
    const std::string key = text.substr(0, equals);
    if (equals == std::string::npos) {
      problems.error(place, "expected KEY=VALUE or KEY=VALUE,VALUE,...");
      continue;
    }
    if (key == "run.seed") problems.error(place, "the seeds of a sweep are set with --seeds, as in --seeds 0..7");
    if (std::any_of(keys.begin(), keys.end(), [&](const SweptKey& other) { return other.key == key; }))
      problems.error(place,
                     fmt::format("'{}' is set twice; write all its values in one option, separated by commas", key));
    std::vector<std::string> values = split_values(std::string_view(text).substr(equals + 1));
    if (std::find(values.begin(), values.end(), "") != values.end())
      problems.error(place, fmt::format("{}; expected one or several values, separated by commas",
                                        values.size() == 1 ? "there is no value" : "a value is empty"));
    else if (const std::string* twice = repeated(values))
      problems.error(place, fmt::format("the value '{}' is listed twice; remove one", *twice));
    keys.push_back({key, std::move(values)});
  }
  return keys;
}

std::vector<uint64_t> read_seeds(const std::string& text, Problems& problems) {
  const Place place{"--seeds " + text, 0, 0};
  std::vector<uint64_t> seeds;
  for (const std::string& range : split_values(text)) {
    const std::size_t dots = range.find("..");
    const std::optional<int64_t> first = whole_number(range.substr(0, dots));
    const std::optional<int64_t> last = dots == std::string::npos ? first : whole_number(range.substr(dots + 2));
    if (!first || !last) {
      problems.error(
          place,
          fmt::format("invalid seeds '{}'; expected whole numbers, at least 0 and at most 2^63 - 1, as in 0..7 or "
                      "0,3,5",
                      range));
    } else if (*last < *first) {
      problems.error(place, fmt::format("the range '{}' is empty; write the smaller seed first", range));
    } else if (static_cast<uint64_t>(*last - *first) >= most_runs) {
      problems.error(place, fmt::format("the range '{}' has more than {} seeds", range, most_runs));
    } else {
      for (int64_t seed = *first;; ++seed) {
        seeds.push_back(static_cast<uint64_t>(seed));
        if (seed == *last) break;
      }
    }
  }
  if (const uint64_t* twice = repeated(seeds))
    problems.error(place, fmt::format("the seed {} is listed twice; remove one", *twice));
  return seeds;
}

}  // namespace weft::host
