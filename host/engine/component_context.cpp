#include "host/engine/component_context.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "host/base/rows.h"
#include "weft/core/error.h"
#include "weft/core/random.h"

namespace weft::host {
namespace {

/// Whether `name` belongs to the family of metrics `declared`: "mse_3" to "mse_*".
bool is_numbered(std::string_view declared, std::string_view name) {
  if (!declared.ends_with('*') || name.size() < declared.size()) return false;
  const std::string_view stem = declared.substr(0, declared.size() - 1);
  return name.starts_with(stem) && name.substr(stem.size()).find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

uint64_t derive_seed(uint64_t run_seed, std::string_view text) {
  uint64_t seed = weft::mix_seed(run_seed);
  for (const char letter : text) seed = weft::mix_seed(seed ^ static_cast<unsigned char>(letter));
  return seed;
}

uint64_t ComponentContext::seed(const char* stream) const {
  return derive_seed(shared_.seed, fmt::format("{}/{}", node_.name, stream));
}

uint64_t ComponentContext::run_seed(const char* stream) const {
  return derive_seed(shared_.seed, fmt::format("/{}", stream));
}

const weft_metric& ComponentContext::declared_metric(const std::string& name) {
  const auto numbered = numbered_.find(name);
  if (numbered != numbered_.end()) return numbered->second;
  std::vector<std::string> names;
  for (const weft_metric& metric : metrics_of(*node_.type->type)) {
    if (metric.name == name) return metric;
    if (is_numbered(metric.name, name)) {
      const auto member = numbered_.emplace(name, metric).first;
      member->second.name = member->first.c_str();
      member->second.headline = 0;
      return member->second;
    }
    names.emplace_back(metric.name);
  }
  throw weft::Error(fmt::format("records the metric '{}', which its type does not declare (it declares {}){}", name,
                                enumerate(names), suggestion(name, names)));
}

void ComponentContext::record(const char* metric, double value) {
  const weft_metric& declared = declared_metric(metric);
  if (!std::isfinite(value))
    throw weft::Error(fmt::format("the metric '{}' of '{}' is {}; a finite number was expected", metric, node_.name,
                                  std::isnan(value) ? "not a number (NaN)" : "infinite"));
  shared_.listener.record(node_, declared, value);
}

}  // namespace weft::host
