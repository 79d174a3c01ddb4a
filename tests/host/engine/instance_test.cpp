#include "host/engine/instance.h"

#include <set>

#include "host/engine/component_context.h"
#include "host/fixtures/counter.h"
#include "host/fixtures/plugin_folders.h"
#include "weft/testing/bench.h"
#include "weft/testing/catch.h"

using namespace weft::host;
using weft::testing::Equals;

namespace {

const Registry& registry() {
  static const Registry loaded({{}, {weft::testing::valid_plugins}});
  return loaded;
}

ComponentNode node(const std::string& name, const std::string& type) {
  ComponentNode result;
  result.name = name;
  result.stage = type.rfind("stage.", 0) == 0;
  result.type = registry().find(type);
  REQUIRE(result.type);
  result.place = {"graph.toml", 7, 1};
  return result;
}

ComponentNode counter(const std::string& name, int64_t start = 0) {
  ComponentNode result = node(name, "mock.counter");
  result.parameters = {{"start", start}};
  return result;
}

ComponentNode fragile(const std::string& how) {
  ComponentNode result = node("fragile", "mock.fragile");
  result.parameters = {{"how", how}};
  return result;
}

ComponentNode pull(const std::string& from, bool forgive = false) {
  ComponentNode result = node("pull", "stage.pull");
  result.parameters = {{"forgive", forgive}};
  result.wires = {{"counter", {from, "count"}}};
  return result;
}

ComponentNode ear(const std::string& name) {
  ComponentNode result = node(name, "mock.ear");
  result.wires = {{"in", {"pull", "numbers"}}};
  return result;
}

ComponentNode settings() {
  ComponentNode result = node("settings", "mock.settings");
  result.parameters = {{"flag", false},
                       {"integer", int64_t{7}},
                       {"real", 2.5},
                       {"choice", std::string("right")},
                       {"integers", std::vector<int64_t>{8, 9}},
                       {"reals", std::vector<double>{-1.5}},
                       {"ramp", weft::Ramp{0.0, 1.0, 0, 10}},
                       {"steps", weft::Ramp{1.0, 4.0, 0, 10}},
                       {"file", std::string("/a/b")},
                       {"mistake", false}};
  result.key_places = {{"integer", {"graph.toml", 9, 11}}};
  return result;
}

/// Keeps what was recorded and logged, and the component that was busy.
struct Ledger final : Listener {
  void record(const ComponentNode& component, const weft_metric& metric, double value) override {
    lines.push_back(component.name + " " + metric.name + " " + std::to_string(value));
  }
  void log(const ComponentNode& component, weft::LogLevel, const std::string& message) override {
    lines.push_back(component.name + " " + message);
  }
  void progress(const ComponentNode&, const std::string&) override { busy = busy_component(); }

  std::vector<std::string> lines;
  std::string busy;
};

Graph graph(std::vector<ComponentNode> nodes) {
  Graph result;
  result.nodes = std::move(nodes);
  return result;
}

/// The error of making the instance and running `pull` in tick 12.
std::string failure(const Graph& graph, ExitCode code = ExitCode::run_failed) {
  Ledger ledger;
  try {
    Instance instance(graph, ledger, 1);
    instance.set_tick(12);
    instance.run("pull");
  } catch (const Failure& failure) {
    CHECK(failure.code() == code);
    return failure.what();
  }
  return "nothing";
}

}  // namespace

TEST_CASE("services and streams are wired, receivers in the order of their names") {
  const Graph example = graph({counter("numbers", 40), pull("numbers"), ear("b_ear"), ear("a_ear")});
  Ledger ledger;
  {
    Instance instance(example, ledger, 1);
    instance.run("pull");
    CHECK(ledger.lines == std::vector<std::string>{"pull pulled 41.000000", "a_ear heard 41", "b_ear heard 41"});
    CHECK(instance.service<fixture::Counter>("numbers").next() == 42);
  }
  CHECK(ledger.lines.back() == "numbers gone");
}

TEST_CASE("components are destroyed in the reverse order of their construction") {
  const Graph example = graph({counter("zebra"), counter("ape")});
  Ledger ledger;
  { Instance instance(example, ledger, 1); }
  CHECK(ledger.lines == std::vector<std::string>{"ape gone", "zebra gone"});
}

TEST_CASE("a constructor gets the values of its parameters, and an empty wire for an open slot") {
  Ledger ledger;
  ComponentNode open = settings();
  ComponentNode wired = settings();
  wired.name = "wired";
  wired.wires = {{"counter", {"numbers", "count"}}};
  const Graph example = graph({counter("numbers"), open, wired});
  Instance instance(example, ledger, 1);
  CHECK(instance.service<fixture::Report>("settings").text() == "0 7 2.5 right 9 -1.5 0.5 2 '/a/b' 0");
  CHECK(instance.service<fixture::Report>("wired").text() == "0 7 2.5 right 9 -1.5 0.5 2 '/a/b' 1");
}

TEST_CASE("seeds depend on the run's seed, the component and the stream, and on nothing else") {
  // The documented formula, written out.
  uint64_t expected = weft::mix_seed(5);
  for (const char letter : std::string("fit/order"))
    expected = weft::mix_seed(expected ^ static_cast<uint64_t>(letter));
  CHECK(derive_seed(5, "fit/order") == expected);

  CallTracker tracker;
  Ledger ledger;
  const Shared first{tracker, ledger, 5, 1};
  const Shared second{tracker, ledger, 6, 1};
  const ComponentNode fit = counter("fit");
  const ComponentNode other = counter("other");
  CHECK(ComponentContext(fit, first).seed("order") == expected);
  CHECK(ComponentContext(fit, first).run_seed("order") == ComponentContext(other, first).run_seed("order"));
  const std::set<uint64_t> all = {
      ComponentContext(fit, first).seed("order"),     ComponentContext(fit, first).seed("noise"),
      ComponentContext(fit, second).seed("order"),    ComponentContext(other, first).seed("order"),
      ComponentContext(fit, first).run_seed("order"), ComponentContext(fit, second).run_seed("order")};
  CHECK(all.size() == 6);
}

TEST_CASE("a component whose service throws inside another stage's run is reported by name") {
  CHECK_THAT(
      failure(graph({fragile("error"), pull("fragile")})),
      Equals("error: component 'fragile' (mock.fragile) of fixture_components.so, called by stage 'pull' in run, "
             "tick 12: there is nothing to count; give it something"));
}

TEST_CASE("a stage that caught an exception is reported for its own") {
  const Graph example = graph({fragile("error"), pull("fragile", true), ear("ear")});
  CHECK_THAT(failure(example), Equals("error: stage 'pull' (stage.pull) of fixture_components.so, in run, tick 12: "
                                      "nothing was pulled"));
}

TEST_CASE("messages of failures") {
  const std::string blamed =
      "error: component 'fragile' (mock.fragile) of fixture_components.so, called by stage 'pull' in run, tick 12: ";
  const auto message = [&](const std::string& how) { return failure(graph({fragile(how), pull("fragile")})); };
  // The backtrace of a LibTorch error is left out.
  CHECK_THAT(message("torch"), Equals(blamed + "mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)"));
  CHECK_THAT(message("number"), Equals(blamed + "an exception that is not a std::exception"));
  CHECK_THAT(message("nan"),
             Equals(blamed + "the metric 'weight' of 'fragile' is not a number (NaN); a finite number was expected"));
  CHECK_THAT(message("infinity"),
             Equals(blamed + "the metric 'weight' of 'fragile' is infinite; a finite number was expected"));
  CHECK_THAT(message("undeclared"), Equals(blamed + "records the metric 'wieght', which its type does not declare (it "
                                                    "declares 'weight'); did you mean 'weight'?"));
}

TEST_CASE("a constructor that rejects a value is reported at the place of its key") {
  ComponentNode unlucky = settings();
  unlucky.parameters["integer"] = int64_t{13};
  CHECK_THAT(
      failure(graph({unlucky}), ExitCode::wrong_input),
      Equals(
          "graph.toml:9:11: error: 'integer' of component 'settings' (mock.settings) of fixture_components.so: 13 is "
          "unlucky; take another number"));
  unlucky.parameters["integer"] = int64_t{14};
  CHECK_THAT(failure(graph({unlucky})),
             Equals("error: component 'settings' (mock.settings) of fixture_components.so, in "
                    "construction: 14 is too much"));
}

TEST_CASE("all constructors that reject values are reported together, except for components that need a failed one") {
  ComponentNode first = settings();
  first.parameters["integer"] = int64_t{13};
  ComponentNode needy = first, last = first;
  needy.name = "needy";
  needy.wires = {{"counter", {"settings", "report"}}};
  last.name = "last";
  const std::string rejected = " (mock.settings) of fixture_components.so: 13 is unlucky; take another number";
  CHECK_THAT(failure(graph({first, needy, counter("numbers"), last}), ExitCode::wrong_input),
             Equals("graph.toml:9:11: error: 'integer' of component 'settings'" + rejected +
                    "\ngraph.toml:9:11: error: 'integer' of component 'last'" + rejected));
}

TEST_CASE("a constructor that asks for what its type does not declare is a bug in the plugin") {
  ComponentNode mistaken = settings();
  mistaken.parameters["mistake"] = true;
  CHECK_THAT(failure(graph({mistaken}), ExitCode::wrong_input),
             weft::testing::Contains(
                 "asks for the parameter 'integer' of another kind or name, which its type does not declare; "
                 "this is a bug in the plugin"));
}

TEST_CASE("a factory that returns null is a broken plugin") {
  ComponentNode null = node("null", "mock.null");
  CHECK_THAT(failure(graph({null}), ExitCode::plugin_failed),
             weft::testing::Contains(
                 "graph.toml:7:1: error: component 'null' (mock.null) of fixture_components.so: its factory "
                 "returned null; a component was expected"));
}

TEST_CASE("state is saved and loaded under the names of the components") {
  const Graph example = graph({counter("b", 10), counter("a", 20)});
  Ledger ledger;
  weft::testing::Archive archive;
  Instance first(example, ledger, 1);
  first.service<fixture::Counter>("a").next();
  first.save(archive);
  REQUIRE(archive.entries.size() == 2);
  CHECK(archive.has("a.count"));
  Instance second(example, ledger, 1);
  second.load(archive);
  CHECK(second.service<fixture::Counter>("a").next() == 22);
  CHECK(second.service<fixture::Counter>("b").next() == 11);

  archive.entries.erase("b.count");
  try {
    second.load(archive);
    FAIL("loaded");
  } catch (const Failure& failure) {
    CHECK(failure.code() == ExitCode::wrong_input);
    CHECK_THAT(
        failure.what(),
        Equals("error: component 'b' (mock.counter) of fixture_components.so, in load: there is no array 'b.count'"));
  }
  const Graph stubborn = graph({fragile("in_save")});
  Instance third(stubborn, ledger, 1);
  third.set_tick(3);
  CHECK_THROWS_WITH(
      third.save(archive),
      "error: component 'fragile' (mock.fragile) of fixture_components.so, in save, tick 3: cannot be saved");
}

TEST_CASE("the busy component is known during a call, and none afterwards") {
  const Graph example = graph({counter("numbers"), pull("numbers")});
  Ledger ledger;
  Instance instance(example, ledger, 1);
  instance.set_tick(5'000);
  CHECK(std::string(busy_component()).empty());
  instance.run("pull");
  CHECK(ledger.busy ==
        "component 'numbers' (mock.counter) of fixture_components.so, called by stage 'pull' in run, tick 5000");
  CHECK(std::string(busy_component()).empty());
}

TEST_CASE("a service that no component offers is reported as missing") {
  const Graph example = graph({counter("numbers")});
  Ledger ledger;
  Instance instance(example, ledger, 1);
  CHECK_THROWS_WITH(
      instance.service<fixture::Report>("numbers"),
      "component 'numbers' (mock.counter) of fixture_components.so offers no service 'weft.test.report/1'");
  CHECK_THROWS_WITH(instance.service<fixture::Counter>("nobody"), "there is no component 'nobody'");
}
