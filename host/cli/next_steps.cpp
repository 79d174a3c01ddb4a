#include "host/cli/next_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "host/base/option_text.h"
#include "host/base/rows.h"
#include "host/run/folder.h"

namespace weft::host {
namespace {

bool offers(const ComponentNode& node, const std::string& interface_id) {
  const Rows offers = offers_of(*node.type->type);
  return std::any_of(offers.begin(), offers.end(),
                     [&](const weft_offer& offer) { return offer.stream == 0 && interface_id == offer.interface_id; });
}

/// A change of the graph, with a name for the run that has it.
struct Change {
  std::string name;
  std::string set;
};

/// A change of one word that this graph is prepared for: a component that nothing uses, instead of the one in some
/// slot.
Change one_change(const Graph& graph) {
  for (const ComponentNode& other : graph.nodes) {
    if (other.stage || is_used(graph, other)) continue;
    for (const ComponentNode& node : graph.nodes) {
      for (const weft_slot& slot : slots_of(*node.type->type)) {
        if (slot.stream != 0 || node.wires.count(slot.name) == 0 || !offers(other, slot.interface_id)) continue;
        return {other.name, fmt::format("{}.{}={}", table_of(node), slot.name, other.name)};
      }
    }
  }
  return {"2", "KEY=VALUE"};
}

/// The same run with further `sets`, which replace those of the same keys, and with another seed unless `seed` is
/// empty. If the user chose the folder, the new one has its name with `suffix`.
std::string again(const RunOptions& options, const std::vector<std::string>& sets, const std::string& seed,
                  const std::string& suffix) {
  std::string text = fmt::format("  weft run {}", shell_word(options.graph.string()));
  for (const auto& path : options.plugin_path) text += fmt::format(" --plugin-path {}", shell_word(path.string()));
  const auto key = [](const std::string& set) { return set.substr(0, set.find('=')); };
  for (const std::string& old : options.overrides.sets) {
    const auto same = [&](const std::string& set) { return key(set) == key(old); };
    if (std::none_of(sets.begin(), sets.end(), same)) text += fmt::format(" --set {}", shell_word(old));
  }
  for (const std::string& set : sets) text += fmt::format(" --set {}", shell_word(set));
  if (options.overrides.ticks) text += fmt::format(" --ticks {}", *options.overrides.ticks);
  if (!seed.empty())
    text += fmt::format(" --seed {}", seed);
  else if (options.overrides.seed)
    text += fmt::format(" --seed {}", *options.overrides.seed);
  if (options.out) text += fmt::format(" --out {}", shell_word((*options.out / "").parent_path().string() + suffix));
  return text;
}

}  // namespace

std::string next_steps(const Summary& summary, const RunOptions* options) {
  const RunSettings& run = summary.graph->run;
  const bool finished = summary.status == status_finished;
  const std::string ticks = finished ? fmt::format(" --ticks {}", 2 * run.ticks) : "";
  const std::string text =
      fmt::format("\nnext:\n  weft resume {}{}    continue\n", shell_word(summary.folder.string()), ticks);
  if (!finished || !options) return text;
  const std::string seed = fmt::to_string(run.seed + 1);
  const Change change = one_change(*summary.graph);
  const std::string name = fmt::format("run.name={}_{}", run.name, change.name);
  return fmt::format("{}{}    another seed\n{}    the same with one change\n", text,
                     again(*options, {}, seed, "_seed_" + seed),
                     again(*options, {name, change.set}, "", "_" + change.name));
}

}  // namespace weft::host
