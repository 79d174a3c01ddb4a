#include "host/slurm/submission.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/base/checksum.h"
#include "host/base/diagnostic.h"
#include "host/base/file.h"
#include "host/sweep/runs.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* attempts_header = "job,node,start,end,exit_code";

json to_json(const Submission& submission) {
  json settings = json::array(), runs = json::array(), plugins = json::object(), plugin_path = json::array();
  for (const fs::path& path : submission.plugin_path) plugin_path.push_back(path.string());
  for (const SweepSetting& setting : submission.plan.settings)
    settings.push_back({{"graph", setting.graph.string()}, {"sets", setting.sets}, {"name", setting.name}});
  for (const SweepRun& run : submission.plan.runs)
    runs.push_back({{"setting", run.setting},
                    {"seed", run.seed},
                    {"ticks", run.ticks},
                    {"folder", run.folder.string()},
                    {"graph_text", run.graph_text},
                    {"inputs", run.inputs}});
  for (const auto& [file, checksum] : submission.checksums) plugins[file.string()] = checksum;
  return {{"number", submission.number},
          {"sweep", submission.plan.folder.string()},
          {"settings", settings},
          {"runs", runs},
          {"plugins", plugins},
          {"plugin_path", plugin_path},
          {"elements", submission.elements}};
}

Submission from_json(const json& file) {
  Submission submission;
  submission.number = file.at("number");
  SweepPlan& plan = submission.plan;
  plan.folder = file.at("sweep").get<std::string>();
  for (const json& setting : file.at("settings")) {
    plan.settings.emplace_back();
    plan.settings.back().graph = setting.at("graph").get<std::string>();
    plan.settings.back().sets = setting.at("sets").get<std::vector<std::string>>();
    plan.settings.back().name = setting.at("name");
  }
  for (const json& run : file.at("runs")) {
    plan.runs.emplace_back();
    plan.runs.back().setting = run.at("setting");
    plan.runs.back().seed = run.at("seed");
    plan.runs.back().ticks = run.at("ticks");
    plan.runs.back().folder = run.at("folder").get<std::string>();
    plan.runs.back().graph_text = run.at("graph_text");
    plan.runs.back().inputs = run.at("inputs").get<std::vector<std::string>>();
    if (plan.runs.back().setting >= plan.settings.size()) throw json::other_error::create(501, "a setting", nullptr);
  }
  for (const auto& [plugin, checksum] : file.at("plugins").items()) submission.checksums[plugin] = checksum;
  for (const json& path : file.at("plugin_path")) submission.plugin_path.emplace_back(path.get<std::string>());
  submission.elements = file.at("elements").get<std::vector<std::vector<std::size_t>>>();
  for (const auto& element : submission.elements)
    for (const std::size_t run : element)
      if (run >= plan.runs.size()) throw json::other_error::create(501, "a run", nullptr);
  return submission;
}

}  // namespace

fs::path slurm_folder(const fs::path& sweep) { return sweep / "slurm"; }

fs::path submission_file(const fs::path& sweep, int number) {
  return slurm_folder(sweep) / fmt::format("submission_{}.json", number);
}

void write_submission(const Submission& submission) {
  fs::create_directories(slurm_folder(submission.plan.folder));
  write_whole(submission_file(submission.plan.folder, submission.number), to_json(submission).dump());
}

Submission read_submission(const fs::path& file) {
  try {
    return from_json(json::parse(read_whole(file)));
  } catch (const json::exception& error) {
    throw wrong_input(fmt::format("{} is not as 'weft sweep --on slurm' wrote it: {}", quoted(file), error.what()));
  }
}

int count_submissions(const fs::path& sweep) {
  int number = 0;
  for (std::error_code absent; fs::exists(submission_file(sweep, number), absent);) ++number;
  return number;
}

std::vector<Submission> read_submissions(const fs::path& sweep) {
  std::vector<Submission> submissions;
  const int count = count_submissions(sweep);
  for (int number = 0; number < count; ++number) submissions.push_back(read_submission(submission_file(sweep, number)));
  return submissions;
}

std::string job_name(const fs::path& sweep) {
  const std::string folder = fs::weakly_canonical(sweep).string();
  Checksum checksum;
  checksum.add(folder.data(), folder.size());
  return fmt::format("weft-{}", checksum.text());
}

std::string array_name(const Submission& submission, int64_t offset) {
  return fmt::format("{}-{}-{}", job_name(submission.plan.folder), submission.number, offset);
}

bool failed(const Attempt& attempt) {
  return attempt.exit_code && *attempt.exit_code != static_cast<int>(ExitCode::done) &&
         !was_stopped(*attempt.exit_code);
}

fs::path attempts_file(const SweepRun& run) { return run.folder.string() + ".slurm.csv"; }

std::vector<Attempt> read_attempts(const SweepRun& run) {
  std::vector<Attempt> attempts;
  std::error_code absent;
  if (!fs::exists(attempts_file(run), absent)) return attempts;
  std::istringstream lines(read_whole(attempts_file(run)));
  std::string line;
  std::getline(lines, line);  // the header
  while (std::getline(lines, line)) {
    std::vector<std::string> cells;
    boost::split(cells, line, boost::is_any_of(","));
    if (cells.size() != 5)
      throw wrong_input(fmt::format("{} is not as 'weft sweep --on slurm' wrote it", quoted(attempts_file(run))));
    attempts.push_back({cells[0], cells[1], cells[2], cells[3], {}});
    if (!cells[4].empty()) attempts.back().exit_code = std::atoi(cells[4].c_str());
  }
  return attempts;
}

void write_attempts(const SweepRun& run, const std::vector<Attempt>& attempts) {
  std::string text = fmt::format("{}\n", attempts_header);
  for (const Attempt& attempt : attempts)
    text += fmt::format("{},{},{},{},{}\n", attempt.job, attempt.node, attempt.start, attempt.end,
                        attempt.exit_code ? fmt::to_string(*attempt.exit_code) : "");
  write_whole(attempts_file(run), text);
}

}  // namespace weft::host
