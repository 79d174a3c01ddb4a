// stage.load_value: steps the value function of a component through a series of snapshots.
#include <fmt/core.h>

#include <string>
#include <vector>

#include "hdf5_file.h"
#include "snapshots.h"
#include "types.h"
#include "weft/core/plugin.h"
#include "weft/rl/value_snapshot.h"

namespace weft::storage {
namespace {

/// Reads the arrays of one group.
class GroupSource final : public StateSource {
 public:
  GroupSource(const InputFile& file, std::string group) : file_(file), group_(std::move(group)) {}
  bool has(const std::string& name) const override { return file_.has(group_ + "/" + name); }
  std::vector<int64_t> shape(const std::string& name) const override { return file_.shape(group_ + "/" + name); }
  void read(const std::string& name, Element element, const std::vector<int64_t>& shape, void* out) override {
    file_.read(group_ + "/" + name, element, shape, out);
  }

 private:
  const InputFile& file_;
  std::string group_;
};

class LoadValue final : public Stage {
 public:
  static void describe(Description<LoadValue>& type) {
    type.summary(
        "Loads the next value function of a series of snapshots into a component each time it runs; the last one "
        "stays. The component has the first one even before the stage first runs.");
    type.slot<rl::ValueSnapshot>("value",
                                 "the component to load into; it needs the settings of the run that saved the file");
    type.path("file", "HDF5 file that stage.save_value wrote");
    type.metric("snapshot", "number of the loaded snapshot, counted from 1");
  }

  explicit LoadValue(Setup& setup)
      : context_(setup.context()), value_(setup.service<rl::ValueSnapshot>("value")), name_(setup.path("file")) {
    try {
      const InputFile file(name_, "a series of value functions, as stage.save_value writes it,");
      snapshots_ = file.names();
      if (snapshots_.empty() || snapshots_.front().rfind(snapshot_prefix, 0) != 0 ||
          snapshots_.back().rfind(snapshot_prefix, 0) != 0)
        throw Error(
            fmt::format("{} holds no value functions, or also other things; a file that stage.save_value wrote was "
                        "expected",
                        name_));
      // Loads all of them, so that errors are found now and not in the middle of a run; the first one stays.
      for (std::size_t number = snapshots_.size(); number > 0; --number) load_snapshot(file, number - 1);
    } catch (const Error& error) {
      throw SetupError("file", error.what());
    }
  }

  void run() override {
    if (next_ == snapshots_.size()) {
      if (!end_logged_)
        context_.log(LogLevel::info,
                     fmt::format("all {} snapshots of {} have been loaded; the last one stays", next_, name_));
      end_logged_ = true;
      return;
    }
    load_snapshot(InputFile(name_, "the file that the run began with"), next_++);
    context_.record("snapshot", static_cast<double>(next_));
  }

  void save(StateWriter& writer) const override { writer.number("next", static_cast<uint64_t>(next_)); }
  void load(StateReader& reader) override {
    next_ = reader.number<uint64_t>("next");
    if (next_ > snapshots_.size())
      throw Error(
          fmt::format("the run had loaded {} snapshots, but {} now holds {}; restore the file that the run began with",
                      next_, name_, snapshots_.size()));
  }

 private:
  void load_snapshot(const InputFile& file, std::size_t number) {
    GroupSource source(file, snapshots_[number]);
    StateReader reader(source, "");
    try {
      value_->load_value(reader);
    } catch (const Error& error) {
      throw Error(
          fmt::format("{}; give the component wired into 'value' the settings of the run that saved the file (its "
                      "layers, its environment)",
                      error.what()));
    }
  }

  Context& context_;
  Wire<rl::ValueSnapshot> value_;
  std::string name_;
  std::vector<std::string> snapshots_;  ///< their groups, in the order of their ticks
  std::size_t next_ = 0;
  bool end_logged_ = false;  ///< whether the end of the series was logged
};

}  // namespace

const weft_component_type* load_value_type() { return component_type<LoadValue>("stage.load_value"); }

}  // namespace weft::storage
