// Every check of the SDK that needs no Torch accepts a correct component and finds each fault.

#include "weft/testing/acting.h"
#include "weft/testing/catch.h"
#include "weft/testing/environment.h"

using namespace weft;
using namespace weft::testing;

namespace {

enum class Fault {
  none,
  bounds,           ///< low is not below high
  unwritten,        ///< an element of the next observation is not written
  clock,            ///< the start depends on more than the seed
  leftover,         ///< reset() does not reset everything
  half_set_state,   ///< set_state() sets only half of the state
  takes_nan_state,  ///< set_state() accepts NaN
  forgetful,        ///< the step counter is not saved
  disagrees,        ///< terminated() has another bound than step()
  clips_steps,      ///< clip() limits what step() writes
  clips_twice,      ///< clip() moves what it has clipped
  nan_lives,        ///< terminated() does not end rows that are not finite
  late,             ///< truncates a step too late
  both,             ///< terminates at the time limit, too
  takes_nan,        ///< accepts an action that is not a number
};

/// A point that is pushed; terminates beyond 0.6.
class Point final : public rl::Simulation {
 public:
  Point(const rl::EnvironmentSpec& spec, Fault fault) : spec_(spec), fault_(fault) {}

  void reset(uint64_t seed) override {
    static uint64_t resets = 0;
    Random random(fault_ == Fault::clock ? ++resets : seed);
    if (fault_ != Fault::leftover) drift_ = 0.0;
    place_ = random.uniform(-0.5, 0.5);
    speed_ = random.uniform(-0.5, 0.5);
    steps_ = 0;
  }
  void observation(Span<double> out) const override {
    out[0] = place_;
    out[1] = speed_;
  }
  rl::StepResult step(Span<const double> action, Span<double> next_observation) override {
    if (!std::isfinite(action[0]) && fault_ != Fault::takes_nan) throw Error("the action is not finite");
    speed_ = 0.9 * speed_ + 0.05 * action[0] + drift_;
    place_ += 0.1 * speed_;
    drift_ += fault_ == Fault::leftover ? 1e-6 : 0.0;
    ++steps_;
    next_observation[0] = place_;
    if (fault_ != Fault::unwritten) next_observation[1] = speed_;
    rl::StepResult result;
    result.reward = -place_ * place_;
    const bool over = steps_ >= spec_.time_limit + (fault_ == Fault::late ? 1 : 0);
    result.terminated = std::abs(place_) > 0.6 || (fault_ == Fault::both && over);
    result.truncated = over && (!result.terminated || fault_ == Fault::both);
    return result;
  }
  void state(Span<double> out) const override { observation(out); }
  void set_state(Span<const double> state) override {
    for (const double number : state)
      if (!std::isfinite(number) && fault_ != Fault::takes_nan_state) throw Error("the state is not finite");
    place_ = state[0];
    if (fault_ != Fault::half_set_state) speed_ = state[1];
    steps_ = 0;
  }
  void save(StateWriter& writer) const override {
    writer.array("state", std::vector<double>{place_, speed_});
    if (fault_ != Fault::forgetful) writer.number("steps", steps_);
  }
  void load(StateReader& reader) override {
    double state[2];
    reader.array("state", {2}, state);
    place_ = state[0];
    speed_ = state[1];
    if (fault_ != Fault::forgetful) steps_ = reader.number<int64_t>("steps");
  }

 private:
  rl::EnvironmentSpec spec_;
  Fault fault_;
  double place_ = 0.0, speed_ = 0.0, drift_ = 0.0;
  int64_t steps_ = 0;
};

class Task final : public rl::Environment {
 public:
  explicit Task(Fault fault) : fault_(fault) {
    spec_.observation_size = spec_.state_size = 2;
    spec_.action_size = 1;
    spec_.action_low = {fault == Fault::bounds ? 1.0 : -1.0};
    spec_.action_high = {1.0};
    spec_.time_limit = 30;
    spec_.has_termination = true;
  }
  const rl::EnvironmentSpec& spec() const override { return spec_; }
  std::unique_ptr<rl::Simulation> make() const override { return std::make_unique<Point>(spec_, fault_); }
  void clip(Span<double> next_observations) const override {
    for (std::size_t index = 0; index < next_observations.size; index += 2) {
      double& place = next_observations[index];
      if (fault_ == Fault::clips_steps) place = std::clamp(place, -0.01, 0.01);
      if (fault_ == Fault::clips_twice && place > 100.0) place -= 1.0;
    }
  }
  void terminated(Span<const double> observations, Span<uint8_t> out) const override {
    for (std::size_t row = 0; row < out.size; ++row) {
      const double place = observations[2 * row], speed = observations[2 * row + 1];
      const bool invalid = !std::isfinite(place) || !std::isfinite(speed);
      const double edge = fault_ == Fault::disagrees ? 0.5 : 0.6;
      out[row] = (invalid && fault_ != Fault::nan_lives) || std::abs(place) > edge ? 1 : 0;
    }
  }

 private:
  rl::EnvironmentSpec spec_;
  Fault fault_;
};

template <class Call>
std::string finding(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing";
}

using Check = void (*)(const rl::Environment&);
const std::vector<Check> all = {check_environment_spec,       check_environment_seeding,     check_environment_state,
                                check_environment_save,       check_environment_termination, check_environment_clip,
                                check_environment_time_limit, check_environment_bad_actions};

}  // namespace

TEST_CASE("a correct environment passes") {
  for (const Check check : all) CHECK(finding([&] { check(Task(Fault::none)); }) == "nothing");
}

TEST_CASE("each fault of an environment is found and reported") {
  const auto found = [](Check check, Fault fault) { return finding([&] { check(Task(fault)); }); };
  CHECK(found(check_environment_spec, Fault::bounds) ==
        "the bounds of action 0 are 1 and 1; finite numbers, the first below the second, were expected");
  CHECK_THAT(found(check_environment_spec, Fault::unwritten), Contains("is not finite, or is not written"));
  CHECK_THAT(found(check_environment_seeding, Fault::clock),
             Contains("reset(7) of two simulations leads to different states"));
  CHECK_THAT(found(check_environment_seeding, Fault::leftover), Contains("reset() does not reset everything"));
  CHECK(found(check_environment_state, Fault::half_set_state) ==
        "state() after set_state() differs from the state that was set");
  CHECK_THAT(found(check_environment_state, Fault::takes_nan_state), Contains("set_state() accepts NaN"));
  CHECK_THAT(found(check_environment_save, Fault::forgetful), Contains("something that changes is not saved"));
  CHECK_THAT(found(check_environment_termination, Fault::disagrees),
             Contains("terminated() writes 1 where step() returned 0"));
  CHECK_THAT(found(check_environment_clip, Fault::clips_steps),
             Contains("clip() changes number 0 of a next observation"));
  CHECK(found(check_environment_clip, Fault::clips_twice) ==
        "clip() changes next observations that it has clipped already");
  CHECK_THAT(found(check_environment_termination, Fault::nan_lives), Contains("does not end a row whose number 0"));
  CHECK(found(check_environment_time_limit, Fault::late) == "not truncated after 30 steps; time_limit is 30");
  CHECK_THAT(found(check_environment_time_limit, Fault::both), Contains("both terminated and truncated"));
  CHECK_THAT(found(check_environment_bad_actions, Fault::takes_nan), Contains("accepts an action whose number 0 is"));
}

namespace {

/// Acts, learns and keeps rows, with the fault of this name.
struct Actor final : rl::Policy, rl::Agent, rl::Dataset {
  std::string fault;
  explicit Actor(std::string name = "") : fault(std::move(name)) {}
  int64_t observation_size() const override { return 2; }
  int64_t action_size() const override { return fault == "sizes" ? 2 : 1; }
  void sample(int64_t batch, const float*, Random& random, float* actions) override {
    static Random shared(1);
    for (int64_t row = 0; row < batch; ++row)
      actions[row] = static_cast<float>((fault == "shared" ? shared : random).uniform(-1.0, 1.0));
  }
  void deterministic(int64_t batch, const float* observations, float* actions) override {
    for (int64_t row = 0; row < batch; ++row) {
      const float seen = observations[2 * (fault == "coupled" ? 0 : row)];
      actions[row] = fault == "far" ? seen : std::tanh(seen);
    }
  }
  void update(const rl::TransitionBatch& batch) override {
    if (batch.observation_size != 2 && fault != "any width") throw Error("another width");
  }
  int64_t size() const override { return 5; }
  void gather(Span<const int64_t> rows, rl::TransitionRows out) const override {
    for (std::size_t index = 0; index < rows.size; ++index) {
      if (fault != "any row" && (rows[index] < 0 || rows[index] >= 5)) throw Error("no such row");
      const std::size_t from = fault == "order" ? rows.size - 1 - index : index;
      out.observation[2 * index] = out.observation[2 * index + 1] = static_cast<float>(rows[from]);
      out.next_observation[2 * index] = out.next_observation[2 * index + 1] = 0.0f;
      out.action[index] = out.reward[index] = 0.0f;
      out.terminated[index] = fault == "flags" ? 2 : 0;
      out.truncated[index] = 0;
    }
  }
};

}  // namespace

TEST_CASE("policies, agents and data sets: correct ones pass, each fault is found") {
  const rl::EnvironmentSpec spec = Task(Fault::none).spec();
  const auto bounds = [&](const char* fault) {
    Actor actor(fault);
    return finding([&] { check_policy_bounds(actor, spec); });
  };
  const auto rows = [&](const char* fault) {
    Actor actor(fault);
    return finding([&] { check_policy_rows(actor, spec); });
  };
  const auto updates = [&](const char* fault) {
    Actor actor(fault);
    return finding([&] { check_agent_updates(actor, spec); });
  };
  const auto data = [&](const char* fault) {
    const Actor actor(fault);
    return finding([&] { check_dataset(actor); });
  };
  for (const auto& found : {bounds(""), rows(""), updates(""), data("")}) CHECK(found == "nothing");
  CHECK(bounds("sizes") == "the policy has the sizes 2 (observation) and 2 (action); its environment has 2 and 1");
  CHECK_THAT(bounds("far"),
             Contains("deterministic() in a batch of ") && Contains("a number from -1 to 1 was expected"));
  CHECK(rows("shared") == "sample() returns different actions for equal random engines; a policy is stateless");
  CHECK_THAT(rows("coupled"), Contains("rows must not depend on each other"));
  CHECK_THAT(updates("any width"), Contains("update() accepts observations of 3 numbers"));
  CHECK(data("any row") == "gather() accepts row -1 of 5 rows; it must throw Error");
  CHECK(data("order") == "gather() does not return rows in the requested order");
  CHECK(data("flags") == "the terminated or truncated flag of a row is neither 0 nor 1");
}

TEST_CASE("transitions of a stream: correct ones pass, each fault is found") {
  const rl::EnvironmentSpec spec = Task(Fault::none).spec();
  const auto found = [&](auto change) {
    rl::TransitionBuffer buffer = random_transitions(spec, 8, 1);
    rl::TransitionRows rows = buffer.rows();
    change(rows);
    return finding([&] { check_transitions(buffer.batch(), spec); });
  };
  CHECK(found([](rl::TransitionRows&) {}) == "nothing");
  CHECK(found([](rl::TransitionRows& rows) { rows.reward[3] = std::nanf(""); }) ==
        "a row contains a number that is not finite");
  CHECK(found([](rl::TransitionRows& rows) { rows.action[3] = 2.0f; }) ==
        "a row has the action 2; a number from -1 to 1 was expected");
  CHECK_THAT(found([](rl::TransitionRows& rows) { rows.terminated[2] = rows.truncated[2] = 1; }),
             Contains("both terminated and truncated"));
}
