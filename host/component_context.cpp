#include "host/component_context.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "weft/core/error.h"
#include "weft/core/random.h"

namespace weft::host {

uint64_t derive_seed(uint64_t run_seed, std::string_view text) {
  uint64_t seed = weft::mix_seed(run_seed);
  for (const char letter : text) seed = weft::mix_seed(seed ^ static_cast<unsigned char>(letter));
  return seed;
}

uint64_t ComponentContext::seed(const char* stream) const {
  return derive_seed(shared_.seed, node_.name + "/" + stream);
}

uint64_t ComponentContext::run_seed(const char* stream) const {
  return derive_seed(shared_.seed, std::string("/") + stream);
}

void ComponentContext::record(const char* metric, double value) {
  const weft_component_type& type = *node_.type->type;
  const weft_metric* declared = nullptr;
  for (uint32_t index = 0; index < type.metric_count && !declared; ++index)
    if (std::strcmp(type.metrics[index]->name, metric) == 0) declared = type.metrics[index];
  if (!declared) {
    std::vector<std::string> names;
    for (uint32_t index = 0; index < type.metric_count; ++index) names.emplace_back(type.metrics[index]->name);
    throw weft::Error("records the metric '" + std::string(metric) +
                      "', which its type does not declare (it declares " + enumerate(names) + ")" +
                      suggestion(metric, names));
  }
  if (!std::isfinite(value))
    throw weft::Error("the metric '" + std::string(metric) + "' of '" + node_.name + "' is " +
                      (std::isnan(value) ? "not a number (NaN)" : "infinite") + "; a finite number was expected");
  shared_.listener.record(node_, *declared, value);
}

}  // namespace weft::host
