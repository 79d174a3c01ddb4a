// The plugin `torch_checks`: the checks of value functions, dynamics models and model losses, and of Torch's global
// state.
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
  static constexpr const char* summary =
      "Values and gradients have the right shapes for any batch size and memory layout.";
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
  static constexpr const char* summary = "The gradient of the loss agrees with central differences.";
  static void run(rl::ModelLoss& subject, const EnvironmentSpec& spec) {
    testing::check_loss_gradient(subject, spec.observation_size);
  }
};
struct LossIndependence {
  static constexpr const char* summary = "The loss of a sample depends neither on other samples nor on other members.";
  static void run(rl::ModelLoss& subject, const EnvironmentSpec& spec) {
    testing::check_loss_independence(subject, spec.observation_size);
  }
};
struct LossLayout {
  static constexpr const char* summary =
      "The loss does not depend on the memory layout of its arguments and does not change them.";
  static void run(rl::ModelLoss& subject, const EnvironmentSpec& spec) {
    testing::check_loss_layout(subject, spec.observation_size);
  }
};
struct ModelShape {
  static constexpr const char* summary = "Predictions have the right shapes for any batch size and memory layout.";
  static void run(rl::DynamicsModel& subject) { testing::check_model_shape(subject); }
};
struct ModelMembers {
  static constexpr const char* summary = "A step on the loss of one member changes only that member.";
  static void run(rl::DynamicsModel& subject) { testing::check_model_members(subject); }
};
struct ModelLearning {
  static constexpr const char* summary = "Gradient steps reduce the error of every member.";
  static void run(rl::DynamicsModel& subject) { testing::check_model_learning(subject); }
};
struct ModelInputGradient {
  static constexpr const char* summary =
      "The gradient with respect to the observation agrees with central differences.";
  static void run(rl::DynamicsModel& subject) { testing::check_model_input_gradient(subject); }
};
struct ModelSnapshot {
  static constexpr const char* summary = "Restoring a member restores its snapshot and changes no other member.";
  static void run(rl::DynamicsModel& subject) { testing::check_model_snapshot(subject); }
};
struct ModelSample {
  static constexpr const char* summary = "Imagined steps are finite and depend only on the random engine.";
  static void run(rl::DynamicsModel& subject) { testing::check_model_sample(subject); }
};

/// All numbers of a float32 tensor.
std::vector<double> numbers_of(const at::Tensor& tensor) {
  testing::require(tensor.defined() && tensor.scalar_type() == at::kFloat,
                   std::string("returns ") +
                       (tensor.defined() ? "a tensor of another element type" : "an undefined tensor") +
                       "; float32 was expected");
  const at::Tensor plain = tensor.detach().contiguous();
  const auto* first = plain.data_ptr<float>();
  return {first, first + plain.numel()};
}

struct ValueUse {
  static constexpr const char* summary = "Records values and gradients at random observations.";
  static std::vector<double> run(rl::ValueFunction& subject, const EnvironmentSpec&, uint64_t seed) {
    const at::Tensor observations = testing::normal({40, subject.observation_size()}, seed);
    std::vector<double> numbers = numbers_of(subject.values(observations));
    const std::vector<double> gradients = numbers_of(subject.gradients(observations));
    numbers.insert(numbers.end(), gradients.begin(), gradients.end());
    return numbers;
  }
};

struct LossUse {
  static constexpr const char* summary = "Prepares a fit and records the losses of random predictions.";
  static std::vector<double> run(rl::ModelLoss& subject, const EnvironmentSpec& spec, uint64_t seed) {
    const testing::LossCase made(subject, spec.observation_size, 2, 33);
    rl::Prediction prediction = made.prediction;
    prediction.mean = prediction.mean + testing::normal(prediction.mean.sizes().vec(), seed);
    return numbers_of(testing::losses_of(*made.fit, prediction, made.batch));
  }
};

struct ModelUse {
  static constexpr const char* summary = "Trains the model for three steps and records predictions and imagined steps.";
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

/// A check without slots, which is made before all other components and runs after all other stages.
class TorchState final : public Stage {
 public:
  static void describe(Description<TorchState>& type) {
    type.summary(
        "No component changes Torch's process-wide thread count, default dtype, gradient mode or random generator.");
  }
  explicit TorchState(Setup&)
      : threads_(at::get_num_threads()),
        dtype_(c10::get_default_dtype()),
        gradients_(at::GradMode::is_enabled()),
        deterministic_(at::globalContext().deterministicAlgorithms()),
        generator_(generator_state()) {}
  void run() override {
    const auto unchanged = [](bool same, const std::string& what) {
      if (!same) throw Error("changes Torch's " + what + " of the whole process; restore it before the call returns");
    };
    unchanged(at::get_num_threads() == threads_, "number of threads");
    unchanged(c10::get_default_dtype() == dtype_, "default dtype");
    unchanged(at::GradMode::is_enabled() == gradients_, "gradient mode");
    unchanged(at::globalContext().deterministicAlgorithms() == deterministic_, "deterministic mode");
    if (!generator_state().equal(generator_))
      throw Error(
          "draws from or seeds Torch's random generator of the whole process; use one of the component's own "
          "(weft/rl/torch_random.h)");
  }

 private:
  static at::Tensor generator_state() {
    const at::Generator& shared = at::detail::getDefaultCPUGenerator();
    return shared.get_state();
  }
  int threads_;
  caffe2::TypeMeta dtype_;
  bool gradients_, deterministic_;
  at::Tensor generator_;
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
