#include "host/run/checkpoint.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "host/base/diagnostic.h"

namespace weft::host {
namespace {

using nlohmann::json;

constexpr const char* format_name = "weft-checkpoint/1";

Metadata to_metadata(const CheckpointInfo& info) {
  json components = json::object();
  for (const auto& [name, stamp] : info.components) {
    components[name] = {{"type", stamp.type},
                        {"plugin", stamp.plugin},
                        {"plugin_version", stamp.plugin_version},
                        {"plugin_checksum", stamp.plugin_checksum},
                        {"state_version", stamp.state_version}};
  }
  return {{"format", format_name},
          {"tick", fmt::to_string(info.tick)},
          {"seed", fmt::to_string(info.seed)},
          {"metrics_size", fmt::to_string(info.metrics_size)},
          {"metrics", info.metrics},
          {"components", components.dump(-1, ' ', false, json::error_handler_t::replace)},  // versions are any bytes
          {"settings", json(info.settings).dump()},
          {"inputs", json(info.inputs).dump()},
          {"libraries", json(info.libraries).dump(-1, ' ', false, json::error_handler_t::replace)},
          {"build", info.build}};
}

CheckpointInfo info_from(const Metadata& metadata) {
  CheckpointInfo info;
  info.tick = std::stoll(metadata.at("tick"));
  info.seed = std::stoull(metadata.at("seed"));
  info.metrics_size = std::stoll(metadata.at("metrics_size"));
  info.metrics = metadata.at("metrics");
  info.build = metadata.at("build");
  if (const auto settings = metadata.find("settings"); settings != metadata.end())
    info.settings = json::parse(settings->second);
  if (const auto inputs = metadata.find("inputs"); inputs != metadata.end()) info.inputs = json::parse(inputs->second);
  if (const auto libraries = metadata.find("libraries"); libraries != metadata.end())
    info.libraries = json::parse(libraries->second);
  const json components = json::parse(metadata.at("components"));
  for (const auto& [name, stamp] : components.items()) {
    info.components[name] = {stamp.at("type"), stamp.at("plugin"), stamp.at("plugin_version"),
                             stamp.at("plugin_checksum"), stamp.at("state_version")};
  }
  return info;
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& reason) {
  throw wrong_input(fmt::format("cannot use the checkpoint {}: {}", quoted(file), reason));
}

SafetensorsFile open(const std::filesystem::path& file) {
  try {
    return SafetensorsFile(file);
  } catch (const SafetensorsError& error) {
    refuse(file, error.what());
  }
}

}  // namespace

void write_checkpoint(const std::filesystem::path& file, const CheckpointInfo& info,
                      const std::function<void(weft::StateSink&)>& save) {
  write_safetensors(file, to_metadata(info), save);
}

Checkpoint::Checkpoint(const std::filesystem::path& file) : arrays_(open(file)) {
  const Metadata& metadata = arrays_.metadata();
  const auto format = metadata.find("format");
  if (format == metadata.end() || format->second != format_name)
    refuse(file,
           fmt::format("Weft did not write it as a checkpoint: its metadata has no 'format' = '{}'", format_name));
  try {
    info_ = info_from(metadata);
    arrays_.verify_checksum();
  } catch (const SafetensorsError& error) {
    refuse(file, error.what());
  } catch (const json::exception&) {
    refuse(file, "it was altered: its metadata is not that of a checkpoint");
  } catch (const std::logic_error&) {  // of std::stoll and Metadata::at
    refuse(file, "it was altered: its metadata has no valid numbers");
  }
}

void Checkpoint::require_all_read() const {
  const std::vector<std::string> left = arrays_.unread();
  if (left.empty()) return;
  throw wrong_input(
      fmt::format("{} holds arrays that no component asked for: {}; was graph.toml changed, or did other plugins save "
                  "it?",
                  quoted(file()), enumerate(left)));
}

}  // namespace weft::host
