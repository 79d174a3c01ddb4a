// stage.save_value: keeps a value function while it learns, as a series of snapshots in one HDF5 file.
#include <cinttypes>
#include <cstdio>
#include <string>
#include <vector>

#include "hdf5_file.h"
#include "snapshots.h"
#include "types.h"
#include "weft/core/plugin.h"
#include "weft/rl/value_snapshot.h"

namespace weft::storage {
namespace {

/// The group of the snapshot of a tick: names sort as ticks do.
std::string snapshot_group(int64_t tick) {
  char text[40];
  std::snprintf(text, sizeof text, "%s%012" PRId64, snapshot_prefix, tick);
  return text;
}

/// Writes arrays into one group.
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
    type.summary("Adds the value function as it is now to a series of snapshots in an HDF5 file.");
    type.slot<rl::ValueSnapshot>("value", "whose value function is kept");
    type.path("out",
              "HDF5 file to write: a group a snapshot, named by its tick; begun anew by each new run; "
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
  /// A run that goes on from a checkpoint comes to ticks again whose snapshots are there already.
  void remove_from(OutputFile& file, const std::string& first) const {
    for (const std::string& name : InputFile(out_, "the file with the snapshots of this run").names())
      if (name >= first) file.remove(name);
  }

  Context& context_;
  Wire<rl::ValueSnapshot> value_;
  std::string out_;
  bool begun_ = false;  ///< whether the file is this run's own
};

}  // namespace

const weft_component_type* save_value_type() { return component_type<SaveValue>("stage.save_value"); }

}  // namespace weft::storage
