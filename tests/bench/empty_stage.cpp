// A stage that does nothing.
#include "weft/core/plugin.h"

namespace {

class EmptyStage final : public weft::Stage {
 public:
  static void describe(weft::Description<EmptyStage>& type) { type.summary("Does nothing."); }
  explicit EmptyStage(weft::Setup&) {}
  void run() override {}
};

}  // namespace

WEFT_PLUGIN("empty_stage", "1.0.0", "MIT", weft::component_type<EmptyStage>("stage.empty"))
