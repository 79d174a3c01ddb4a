/// What `weft validate` says: lines as they come, or one JSON object at the end.
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
  /// `print` takes what is to be said, piece by piece.
  ValidationReport(bool json, std::function<void(const std::string&)> print);
  ~ValidationReport();
  ValidationReport(const ValidationReport&) = delete;
  ValidationReport& operator=(const ValidationReport&) = delete;

  /// In this order: the plugin, tests that are about all of it, then each type with its tests, and the end.
  void plugin(const LoadedPlugin& plugin);
  void type(const std::string& name);
  void test(const std::string& name, const Outcome& outcome);
  void end();

  int failed() const;

 private:
  std::function<void(const std::string&)> print_;
  std::unique_ptr<nlohmann::ordered_json> object_;  ///< null: lines are wanted
  std::map<Verdict, int> counts_{{Verdict::passed, 0}, {Verdict::failed, 0}, {Verdict::skipped, 0}};
};

}  // namespace weft::host
