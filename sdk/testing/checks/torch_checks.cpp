// The checks of value functions, dynamics models and model losses, and of Torch's global state.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/equal.h>
#include <c10/core/DefaultDtype.h>

#include "check_stage.h"
#include "torch_standins.h"
#include "weft/testing/loss.h"
#include "weft/testing/model.h"
#include "weft/testing/value.h"

namespace weft::checks {
namespace {

using rl::EnvironmentSpec;

struct ValueShape {
  static constexpr const char* summary = "Values and gradients have their shapes, for any batch and layout.";
  static void run(rl::ValueFunction& subject) { testing::check_value_shape(subject); }
};
struct ValueGradients {
  static constexpr const char* summary = "The gradients are the derivative of the values.";
  static void run(rl::ValueFunction& subject) { testing::check_value_gradients(subject); }
};
struct ValueFrozen {
  static constexpr const char* summary = "No call changes the weights or gives them gradients.";
  static void run(rl::ValueFunction& subject) { testing::check_value_frozen(subject); }
};
struct LossShape {
  static constexpr const char* summary = "Loss and score are one finite number for each member and sample.";
  static void run(rl::ModelLoss& subject, const EnvironmentSpec& spec) {
    testing::check_loss_shape(subject, spec.observation_size);
  }
};
struct LossGradient {
  static constexpr const char* summary = "The gradient agrees with central differences.";
  static void run(rl::ModelLoss& subject, const EnvironmentSpec& spec) {
    testing::check_loss_gradient(subject, spec.observation_size);
  }
};
struct LossIndependence {
  static constexpr const char* summary = "Neither samples nor members have a part in each other's loss.";
  static void run(rl::ModelLoss& subject, const EnvironmentSpec& spec) {
    testing::check_loss_independence(subject, spec.observation_size);
  }
};
struct LossLayout {
  static constexpr const char* summary = "Any layout in memory is good, and nothing that comes in is changed.";
  static void run(rl::ModelLoss& subject, const EnvironmentSpec& spec) {
    testing::check_loss_layout(subject, spec.observation_size);
  }
};
struct ModelShape {
  static constexpr const char* summary = "Predictions have their shapes, for any batch and layout.";
  static void run(rl::DynamicsModel& subject) { testing::check_model_shape(subject); }
};
struct ModelMembers {
  static constexpr const char* summary = "What one member is fitted to changes that member alone.";
  static void run(rl::DynamicsModel& subject) { testing::check_model_members(subject); }
};
struct ModelLearning {
  static constexpr const char* summary = "Steps reduce the error of every member.";
  static void run(rl::DynamicsModel& subject) { testing::check_model_learning(subject); }
};
struct ModelInputGradient {
  static constexpr const char* summary = "The gradient in the inputs agrees with central differences.";
  static void run(rl::DynamicsModel& subject) { testing::check_model_input_gradient(subject); }
};
struct ModelSnapshot {
  static constexpr const char* summary = "Restoring a member brings back what was kept of it.";
  static void run(rl::DynamicsModel& subject) { testing::check_model_snapshot(subject); }
};
struct ModelSample {
  static constexpr const char* summary = "Imagined steps are finite and depend on the engine alone.";
  static void run(rl::DynamicsModel& subject) { testing::check_model_sample(subject); }
};

std::vector<double> numbers_of(const at::Tensor& tensor) {
  testing::require(tensor.defined() && tensor.scalar_type() == at::kFloat,
                   std::string("gives ") + (tensor.defined() ? "numbers of another type" : "no tensor") +
                       " where float32 was expected");
  const at::Tensor plain = tensor.detach().contiguous();
  const auto* first = plain.data_ptr<float>();
  return {first, first + plain.numel()};
}

struct ValueUse {
  static constexpr const char* summary = "Records values and gradients of made-up observations.";
  static std::vector<double> run(rl::ValueFunction& subject, const EnvironmentSpec&, uint64_t seed) {
    const at::Tensor observations = testing::normal({40, subject.observation_size()}, seed);
    std::vector<double> numbers = numbers_of(subject.values(observations));
    const std::vector<double> slopes = numbers_of(subject.gradients(observations));
    numbers.insert(numbers.end(), slopes.begin(), slopes.end());
    return numbers;
  }
};

struct LossUse {
  static constexpr const char* summary = "Prepares the loss for a fit and records the loss of made-up predictions.";
  static std::vector<double> run(rl::ModelLoss& subject, const EnvironmentSpec& spec, uint64_t seed) {
    const testing::LossCase made(subject, spec.observation_size, 2, 33);
    rl::Prediction prediction = made.prediction;
    prediction.mean = prediction.mean + testing::normal(prediction.mean.sizes().vec(), seed);
    return numbers_of(testing::losses_of(subject, prediction, made.batch));
  }
};

struct ModelUse {
  static constexpr const char* summary = "Fits the model for some steps and records predictions and imagined steps.";
  static std::vector<double> run(rl::DynamicsModel& subject, const EnvironmentSpec&, uint64_t seed) {
    const testing::ModelCase made(subject, 40);
    for (int count = 0; count < 3; ++count) {
      made.errors().sum().backward();
      subject.step({});
    }
    const at::NoGradGuard no_gradients;
    std::vector<double> numbers = numbers_of(subject.predict(made.observation, made.action).mean);
    const int64_t n = subject.observation_size();
    std::vector<float> next(static_cast<std::size_t>(40 * (n + 1)));
    Random random(seed);
    subject.sample(40, made.observation.data_ptr<float>(), made.action.data_ptr<float>(), random, next.data(),
                   next.data() + 40 * n);
    numbers.insert(numbers.end(), next.begin(), next.end());
    return numbers;
  }
};

/// A check without slots: made before everything else, run after it.
class TorchState final : public Stage {
 public:
  static void describe(Description<TorchState>& type) {
    type.summary(
        "Nobody changes the threads, default dtype, gradient mode or random stream that all Torch code shares.");
  }
  explicit TorchState(Setup&)
      : threads_(at::get_num_threads()),
        dtype_(c10::get_default_dtype()),
        gradients_(at::GradMode::is_enabled()),
        deterministic_(at::globalContext().deterministicAlgorithms()),
        stream_(stream()) {}
  void run() override {
    const auto unchanged = [](bool good, const std::string& what) {
      if (!good) throw Error(what + " of the whole process; it belongs to no component");
    };
    unchanged(at::get_num_threads() == threads_, "changes Torch's number of threads");
    unchanged(c10::get_default_dtype() == dtype_, "changes Torch's default dtype");
    unchanged(at::GradMode::is_enabled() == gradients_, "changes Torch's gradient mode");
    unchanged(at::globalContext().deterministicAlgorithms() == deterministic_, "changes Torch's deterministic mode");
    if (!stream().equal(stream_))
      throw Error(
          "draws from or seeds Torch's random stream of the whole process; weft/rl/torch_random.h makes one for a "
          "component");
  }

 private:
  static at::Tensor stream() {
    const at::Generator& shared = at::detail::getDefaultCPUGenerator();
    return shared.get_state();
  }
  int threads_;
  caffe2::TypeMeta dtype_;
  bool gradients_, deterministic_;
  at::Tensor stream_;
};

}  // namespace
}  // namespace weft::checks

using namespace weft;
using namespace weft::checks;

WEFT_PLUGIN("torch_checks", "1.0.0", "MIT", component_type<TorchState>("check.torch_state"),
            component_type<Check<rl::ValueFunction, ValueShape>>("check.value_shape"),
            component_type<Check<rl::ValueFunction, ValueGradients>>("check.value_gradients"),
            component_type<Check<rl::ValueFunction, ValueFrozen>>("check.value_frozen"),
            component_type<Use<rl::ValueFunction, ValueUse>>("check.value_use"),
            component_type<Check<rl::ModelLoss, LossShape>>("check.loss_shape"),
            component_type<Check<rl::ModelLoss, LossGradient>>("check.loss_gradient"),
            component_type<Check<rl::ModelLoss, LossIndependence>>("check.loss_independence"),
            component_type<Check<rl::ModelLoss, LossLayout>>("check.loss_layout"),
            component_type<Use<rl::ModelLoss, LossUse>>("check.loss_use"),
            component_type<Check<rl::DynamicsModel, ModelShape>>("check.model_shape"),
            component_type<Check<rl::DynamicsModel, ModelMembers>>("check.model_members"),
            component_type<Check<rl::DynamicsModel, ModelLearning>>("check.model_learning"),
            component_type<Check<rl::DynamicsModel, ModelInputGradient>>("check.model_input_gradient"),
            component_type<Check<rl::DynamicsModel, ModelSnapshot>>("check.model_snapshot"),
            component_type<Check<rl::DynamicsModel, ModelSample>>("check.model_sample"),
            component_type<Use<rl::DynamicsModel, ModelUse>>("check.model_use"), value_standin(), loss_standin(),
            model_standin())
