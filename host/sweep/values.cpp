#include "host/sweep/values.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "host/base/option_text.h"

namespace weft::host {
namespace {

/// The first value that stands in the list twice, or null.
template <class Value>
const Value* repeated(const std::vector<Value>& values) {
  for (auto value = values.begin(); value != values.end(); ++value)
    if (std::find(values.begin(), value, *value) != value) return &*value;
  return nullptr;
}

std::optional<uint64_t> whole_number(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
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
    if (key == "run.seed") problems.error(place, "the seeds of a sweep are said with --seeds, as in --seeds 0..7");
    if (std::any_of(keys.begin(), keys.end(), [&](const SweptKey& other) { return other.key == key; }))
      problems.error(place, "'" + key + "' is set twice; write all its values in one, with commas between them");
    std::vector<std::string> values = split_values(std::string_view(text).substr(equals + 1));
    if (std::find(values.begin(), values.end(), "") != values.end())
      problems.error(place, std::string(values.size() == 1 ? "there is no value" : "a value is empty") +
                                "; expected one value or several with commas between them");
    else if (const std::string* twice = repeated(values))
      problems.error(place, "the value '" + *twice + "' stands there twice; it would be run once");
    keys.push_back({key, std::move(values)});
  }
  return keys;
}

std::vector<uint64_t> read_seeds(const std::string& text, Problems& problems) {
  const Place place{"--seeds " + text, 0, 0};
  std::vector<uint64_t> seeds;
  for (const std::string& part : split_values(text)) {
    const std::size_t dots = part.find("..");
    const std::optional<uint64_t> first = whole_number(part.substr(0, dots));
    const std::optional<uint64_t> last = dots == std::string::npos ? first : whole_number(part.substr(dots + 2));
    if (!first || !last) {
      problems.error(place, "'" + part + "' is no seed; expected whole numbers from 0 on, as in 0..7 or 0,3,5");
    } else if (*last < *first) {
      problems.error(place, "'" + part + "' is empty; the smaller seed comes first");
    } else if (*last - *first >= most_runs) {
      problems.error(place, "'" + part + "' is more than " + std::to_string(most_runs) + " seeds");
    } else {
      for (uint64_t step = 0; step <= *last - *first; ++step) seeds.push_back(*first + step);
    }
  }
  if (const uint64_t* twice = repeated(seeds))
    problems.error(place, "the seed " + std::to_string(*twice) + " stands there twice; it would be run once");
  return seeds;
}

}  // namespace weft::host
