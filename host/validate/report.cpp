#include "host/validate/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace weft::host {
namespace {

using nlohmann::ordered_json;

std::string line(const std::string& name, const Outcome& outcome) {
  static constexpr const char* words[] = {"passed ", "FAILED ", "skipped"};
  return fmt::format("  {}  {}{}{}\n", words[static_cast<int>(outcome.verdict)], name,
                     outcome.message.empty() ? "" : ": ", outcome.message);
}

}  // namespace

ValidationReport::ValidationReport(bool json, std::function<void(const std::string&)> print)
    : print_(std::move(print)), object_(json ? std::make_unique<ordered_json>() : nullptr) {}

ValidationReport::~ValidationReport() = default;

void ValidationReport::plugin(const LoadedPlugin& plugin) {
  const weft_plugin_entry& entry = *plugin.entry;
  const std::string file = plugin.file.string();
  if (!object_) return print_(fmt::format("{} {} ({}): {}\n", entry.name, entry.version, entry.licence, file));
  (*object_)["plugin"] = {{"name", entry.name}, {"version", entry.version}, {"licence", entry.licence}, {"file", file}};
  (*object_)["tests"] = ordered_json::array();
  (*object_)["types"] = ordered_json::array();
}

void ValidationReport::type(const std::string& name) {
  if (!object_) return print_(fmt::format("\n{}\n", name));
  (*object_)["types"].push_back({{"type", name}, {"tests", ordered_json::array()}});
}

void ValidationReport::test(const std::string& name, const Outcome& outcome) {
  ++counts_[outcome.verdict];
  if (!object_) return print_(line(name, outcome));
  static constexpr const char* words[] = {"passed", "failed", "skipped"};
  ordered_json& types = (*object_)["types"];
  (types.empty() ? *object_ : types.back())["tests"].push_back(
      {{"test", name}, {"verdict", words[static_cast<int>(outcome.verdict)]}, {"message", outcome.message}});
}

void ValidationReport::end() {
  const int passed = counts_[Verdict::passed], skipped = counts_[Verdict::skipped];
  if (!object_) return print_(fmt::format("\n{} passed, {} failed, {} skipped\n", passed, failed(), skipped));
  (*object_)["passed"] = passed;
  (*object_)["failed"] = failed();
  (*object_)["skipped"] = skipped;
  print_(object_->dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

int ValidationReport::failed() const { return counts_.at(Verdict::failed); }

}  // namespace weft::host
