// The NumPy example of graphs/README.md gives the action that Weft's agent gives, from the checkpoint of a real run.
#include <algorithm>

#include "host/run/safetensors.h"
#include "page.h"
#include "support/process.h"
#include "weft/rl/environment.h"
#include "weft/rl/policy.h"
#include "weft/testing/bench.h"
#include "weft/testing/catch.h"

using namespace weft;
using namespace weft::testing;

TEST_CASE("the NumPy example computes the action of the policy in a checkpoint") {
  const std::filesystem::path file = WEFT_SOURCE_FOLDER "/graphs/README.md";
  const pages::Page page = pages::read_page(file, read_file(file));
  const auto example = std::find_if(page.elements.begin(), page.elements.end(), [](const pages::Element& element) {
    return element.language == "python" && element.text.find("agent.policy.") != std::string::npos;
  });
  REQUIRE(example != page.elements.end());

  const TemporaryFolder folder;
  write_file(folder.path() / "action.py", example->text);
  REQUIRE(run_weft({"run", WEFT_SOURCE_FOLDER "/graphs/pendulum_vagram.toml", "--ticks", "210", "--out", "run"},
                   folder.path())
              .code == 0);
  const std::filesystem::path checkpoint = folder.path() / "run/checkpoints/tick_000000000210.safetensors";

  const auto environment = Plugin("env_classic").make("env.pendulum", "observe = 'angle'", {});
  const auto agent = Plugin("agent_sac")
                         .make("agent.sac", "features = 'angle'\nhidden = [64, 64]",
                               {{"env", wire<rl::Environment>(environment->service<rl::Environment>("environment"))}});
  host::SafetensorsFile arrays(checkpoint);
  StateReader reader(arrays, "agent.");
  agent->component->load(reader);

  for (const auto& [theta, theta_dot] : {std::pair(0.5f, -1.25f), std::pair(-3.0f, 4.0f)}) {
    Process python({WEFT_PYTHON, "action.py", checkpoint.string(), std::to_string(theta), std::to_string(theta_dot)},
                   folder.path());
    const int code = python.wait(60);
    INFO(python.output());
    REQUIRE(code == 0);
    const float observation[] = {theta, theta_dot};
    float action = 0.0f;
    agent->service<rl::Policy>("policy").deterministic(1, observation, &action);
    CHECK(std::stod(python.output()) == Approx(static_cast<double>(action)).epsilon(1e-5));
  }
}
