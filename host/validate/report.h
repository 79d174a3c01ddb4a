/// The output of `weft validate`: lines as results arrive, or one JSON object at the end.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host/plugin/registry.h"
#include "host/validate/trial.h"

namespace weft::host {

class ValidationReport {
 public:
  /// `print` receives the output in pieces.
  ValidationReport(bool json, std::function<void(const std::string&)> print);
  ~ValidationReport();
  ValidationReport(const ValidationReport&) = delete;
  ValidationReport& operator=(const ValidationReport&) = delete;

  /// Call in this order: the plugin, tests of the whole plugin, each type followed by its tests, the end.
  void plugin(const LoadedPlugin& plugin);
  void type(const std::string& name);
  void test(const std::string& name, const Outcome& outcome);
  void end();

  int failed() const;

 private:
  std::function<void(const std::string&)> print_;
  std::unique_ptr<nlohmann::ordered_json> object_;  ///< null: print lines
  std::map<Verdict, int> counts_{{Verdict::passed, 0}, {Verdict::failed, 0}, {Verdict::skipped, 0}};
};

}  // namespace weft::host
