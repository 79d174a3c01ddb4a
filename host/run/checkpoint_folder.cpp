#include "host/run/checkpoint_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <system_error>

namespace weft::host {
namespace {

constexpr std::string_view suffix = ".safetensors";

}  // namespace

std::filesystem::path CheckpointFolder::file(int64_t tick) const {
  return folder_ / fmt::format("tick_{:012}{}", tick, suffix);
}

std::vector<std::filesystem::path> CheckpointFolder::files() const {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    const std::filesystem::path& file = entry.path();
    if (file.extension() == suffix && file.filename().string().starts_with("tick_")) found.push_back(file);
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

void CheckpointFolder::prune() const {
  const std::vector<std::filesystem::path> found = files();
  std::error_code error;  // files that cannot be deleted do no harm
  for (std::size_t index = 2; index < found.size(); ++index) std::filesystem::remove(found[index], error);
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    if (entry.path().extension() == ".tmp") std::filesystem::remove(entry.path(), error);
  }
}

}  // namespace weft::host
