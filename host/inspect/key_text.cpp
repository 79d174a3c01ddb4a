#include "host/inspect/key_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/inspect/lines.h"
#include "host/inspect/parameter_json.h"

namespace weft::host {

std::string key_text(const KeyTable& table) {
  std::string keys, rules;
  for (const weft_parameter& row : table.rows) keys += parameter_text(row);
  for (const char* rule : table.rules) rules += fmt::format("  {}\n", rule);
  return fmt::format("{}: {}\n", table.header, table.summary) + titled("keys", keys) + titled("rules", rules);
}

std::string key_toml(const KeyTable& table) {
  std::vector<PasteLine> lines;
  for (const weft_parameter& row : table.rows) lines.push_back(paste_line(row));
  return fmt::format("{}\n{}", table.header, aligned(lines));
}

std::string key_json(const KeyTable& table) {
  nlohmann::ordered_json json = {{"table", table.header}, {"summary", table.summary}};
  json["keys"] = nlohmann::ordered_json::array();
  for (const weft_parameter& row : table.rows) json["keys"].push_back(parameter_json(row, table.header));
  json["rules"] = table.rules;
  return json.dump(2) + "\n";
}

}  // namespace weft::host
