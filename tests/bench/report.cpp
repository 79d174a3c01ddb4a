#include "report.h"

#include <dnnl.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "openblas.h"

namespace weft::bench {
namespace {

std::string text(const char* pattern, double value) {
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), pattern, value);
  return buffer.data();
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  return "unknown processor";
}

/// "8.32 ms".
std::string time_text(double seconds) {
  if (seconds < 1e-3) return text("%.3g us", seconds * 1e6);
  return seconds < 1.0 ? text("%.3g ms", seconds * 1e3) : text("%.3g s", seconds);
}

std::string line(const Row& row) {
  const char* const bound = row.at_least ? "at least " : "at most ";
  std::string result = "| `" + row.name + "` | " + text("%.3g ", row.value) + row.unit + " | " + bound +
                       text("%.3g ", row.target) + row.unit;
  if (row.over_plain_target) result += text(", %.3g x plain", *row.over_plain_target);
  result += " | " + std::string(row.met() ? "yes" : "no") + " | ";
  if (row.seconds) result += time_text(*row.seconds);
  result += " | ";
  if (row.flop && row.seconds) result += text("%.0f", *row.flop / *row.seconds * 1e-9);
  result += " | ";
  if (row.over_plain) result += text("%.2f", *row.over_plain);
  return result + " |\n";
}

}  // namespace

std::string machine() {
  const dnnl_version_t& version = *dnnl_version();
  std::istringstream config(openblas().config());
  std::string openblas_name, openblas_version;
  config >> openblas_name >> openblas_version;
  std::ostringstream result;
  result << processor() << ", " << std::thread::hardware_concurrency() << " cores; LibTorch " << WEFT_TORCH_VERSION
         << ", oneDNN " << version.major << '.' << version.minor << '.' << version.patch << ", " << openblas_name << ' '
         << openblas_version;
  return result.str();
}

std::string to_json(double roof, const std::vector<Row>& rows) {
  using nlohmann::ordered_json;
  ordered_json list = ordered_json::array();
  for (const Row& row : rows) {
    ordered_json entry = {
        {"name", row.name}, {"value", row.value}, {"unit", row.unit}, {"target", row.target}, {"met", row.met()}};
    const auto add = [&](const char* key, const std::optional<double>& value) {
      if (value) entry[key] = *value;
    };
    add("seconds", row.seconds);
    add("flop", row.flop);
    add("over_roof", row.over_roof);
    add("over_plain", row.over_plain);
    add("over_plain_target", row.over_plain_target);
    if (!row.note.empty()) entry["note"] = row.note;
    list.push_back(entry);
  }
  const ordered_json result = {{"roof_gflops", roof * 1e-9}, {"machine", machine()}, {"rows", list}};
  return result.dump(2) + "\n";
}

std::string to_table(double roof, const std::vector<Row>& rows) {
  std::string table =
      "F = " + text("%.0f", roof * 1e-9) + " GFLOP/s; " + machine() + "\n\n" +
      "| row | value | target | met | time | GFLOP/s | over plain LibTorch |\n|---|---|---|---|---|---|---|\n";
  for (const Row& row : rows) table += line(row);
  table += "\n";
  for (const Row& row : rows)
    if (!row.note.empty()) table += "`" + row.name + "`: " + row.note + "\n";
  return table;
}

}  // namespace weft::bench
