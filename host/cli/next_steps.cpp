#include "host/cli/next_steps.h"

#include <algorithm>
#include <vector>

#include "host/base/rows.h"
#include "host/run/folder.h"

namespace weft::host {
namespace {

/// A word of a command line, in quotes where a shell would read it as something else.
std::string word(const std::string& text) {
  const bool plain =
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%") ==
      std::string::npos;
  if (plain && !text.empty()) return text;
  std::string quoted = "'";
  for (const char letter : text) quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return quoted + "'";
}

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

/// A change of one word that this graph is made for: a component that nothing uses, in place of the one in
/// some slot.
Change one_change(const Graph& graph) {
  for (const ComponentNode& other : graph.nodes) {
    if (other.stage || is_used(graph, other)) continue;
    for (const ComponentNode& node : graph.nodes) {
      for (const weft_slot& slot : slots_of(*node.type->type)) {
        if (slot.stream != 0 || node.wires.count(slot.name) == 0 || !offers(other, slot.interface_id)) continue;
        return {other.name, table_of(node) + "." + slot.name + "=" + other.name};
      }
    }
  }
  return {"2", "KEY=VALUE"};
}

/// The run again, with more `sets` in place of those of the same keys, and another seed or (nothing) the same. What
/// was written to a folder of the user's choice goes beside it, with `suffix` at the end of its name.
std::string again(const RunOptions& options, const std::vector<std::string>& sets, const std::string& seed,
                  const std::string& suffix) {
  std::string text = "  weft run " + word(options.graph.string());
  for (const auto& path : options.plugin_path) text += " --plugin-path " + word(path.string());
  const auto key = [](const std::string& set) { return set.substr(0, set.find('=')); };
  for (const std::string& old : options.overrides.sets) {
    const auto same = [&](const std::string& set) { return key(set) == key(old); };
    if (std::none_of(sets.begin(), sets.end(), same)) text += " --set " + word(old);
  }
  for (const std::string& set : sets) text += " --set " + word(set);
  if (options.overrides.ticks) text += " --ticks " + std::to_string(*options.overrides.ticks);
  if (!seed.empty())
    text += " --seed " + seed;
  else if (options.overrides.seed)
    text += " --seed " + std::to_string(*options.overrides.seed);
  if (options.out) text += " --out " + word((*options.out / "").parent_path().string() + suffix);
  return text;
}

}  // namespace

std::string next_steps(const Summary& summary, const RunOptions* options) {
  const RunSettings& run = summary.graph->run;
  const bool finished = summary.status == status_finished;
  const std::string more = finished ? " --ticks " + std::to_string(2 * run.ticks) : "";
  const std::string text = "\nnext:\n  weft resume " + word(summary.folder.string()) + more + "    go on\n";
  if (!finished || !options) return text;
  const std::string seed = std::to_string(run.seed + 1);
  const Change change = one_change(*summary.graph);
  return text + again(*options, {}, seed, "_seed_" + seed) + "    another seed\n" +
         again(*options, {"run.name=" + run.name + "_" + change.name, change.set}, "", "_" + change.name) +
         "    the same with one change\n";
}

}  // namespace weft::host
