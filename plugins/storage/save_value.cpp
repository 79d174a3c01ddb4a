// stage.save_value: saves a value function while it learns, as a series of snapshots in one HDF5 file.
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

/// The group of the snapshot of a tick; names sort like ticks.
std::string snapshot_group(int64_t tick) { return fmt::format("{}{:012}", snapshot_prefix, tick); }

/// Writes the arrays of one group.
class GroupSink final : public StateSink {
 public:
  GroupSink(OutputFile& file, std::string group) : file_(file), group_(std::move(group)) {}
  void write(const std::string& name, Element element, const std::vector<int64_t>& shape, const void* data) override {
    file_.write(group_ + "/" + name, element, shape, data);
  }

 private:
  OutputFile& file_;
  std::string group_;
};

class SaveValue final : public Stage {
 public:
  static void describe(Description<SaveValue>& type) {
    type.summary("Adds the current value function to a series of snapshots in an HDF5 file.");
    type.slot<rl::ValueSnapshot>("value", "the component whose value function is saved");
    type.path("out",
              "HDF5 file to write: one group per snapshot, named after its tick; each new run starts it again; "
              "stage.load_value reads it");
  }

  explicit SaveValue(Setup& setup)
      : context_(setup.context()), value_(setup.service<rl::ValueSnapshot>("value")), out_(setup.path("out")) {}

  void run() override {
    const std::string group = snapshot_group(context_.tick());
    OutputFile file(out_, /*keep=*/begun_);
    if (begun_) remove_from(file, group);
    file.add_group(group);
    GroupSink sink(file, group);
    StateWriter writer(sink, "");
    value_->save_value(writer);
    file.finish();
    begun_ = true;
  }

  void save(StateWriter& writer) const override { writer.number("begun", static_cast<uint8_t>(begun_)); }
  void load(StateReader& reader) override { begun_ = reader.number<uint8_t>("begun") != 0; }

 private:
  /// A run that continues from a checkpoint repeats ticks whose snapshots already exist.
  void remove_from(OutputFile& file, const std::string& first) const {
    for (const std::string& name : InputFile(out_, "the file with the snapshots of this run").names())
      if (name >= first) file.remove(name);
  }

  Context& context_;
  Wire<rl::ValueSnapshot> value_;
  std::string out_;
  bool begun_ = false;  ///< whether this run has written the file
};

}  // namespace

const weft_component_type* save_value_type() { return component_type<SaveValue>("stage.save_value"); }

}  // namespace weft::storage
