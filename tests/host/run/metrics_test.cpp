#include "host/run/metrics.h"
#include "weft/testing/catch.h"

#include <array>

using namespace weft::host;

namespace {

/// A graph with components `a` and `b` of one type, which declares three metrics.
struct Example {
  weft_metric each{sizeof(weft_metric), 0, 0, "each", "", "every value"};
  weft_metric mean{sizeof(weft_metric), 0, 1, "mean", "", "a mean"};
  weft_metric head{sizeof(weft_metric), 1, 0, "head", "m", "a headline"};
  std::array<const weft_metric*, 3> metrics = {&each, &mean, &head};
  weft_component_type type{};
  TypeRecord record;
  Graph graph;
  Example() {
    type.name = "stage.example";
    type.metric_count = 3;
    type.metrics = metrics.data();
    record.type = &type;
    for (const char* name : {"a", "b"}) {
      graph.nodes.emplace_back();
      graph.nodes.back().name = name;
      graph.nodes.back().type = &record;
    }
  }
  const ComponentNode& a() const { return graph.nodes[0]; }
  const ComponentNode& b() const { return graph.nodes[1]; }
};

std::string csv(Metrics& metrics) {
  std::string text;
  for (const MetricRow& row : metrics.take_rows()) text += to_csv(row);
  return text;
}

}  // namespace

TEST_CASE("each value is a row at once, means are rows at the report") {
  Example example;
  Metrics metrics(example.graph);
  metrics.set_tick(3);
  metrics.record(example.b(), example.each, 0.5);
  metrics.record(example.b(), example.mean, 1.0);
  metrics.record(example.a(), example.mean, 10.0);
  metrics.record(example.a(), example.each, -1.0);
  CHECK(csv(metrics) == "3,b.each,0.5\n3,a.each,-1\n");
  metrics.set_tick(4);
  metrics.record(example.b(), example.mean, 2.0);
  metrics.report();
  CHECK(csv(metrics) == "4,a.mean,10\n4,b.mean,1.5\n");
  metrics.report();
  CHECK(csv(metrics).empty());
  metrics.record(example.a(), example.mean, 7.0);
  metrics.report();
  CHECK(csv(metrics) == "4,a.mean,7\n");
}

TEST_CASE("metrics of a numbered family are added when they are recorded, and need not outlive their component") {
  Example example;
  Metrics metrics(example.graph);
  {
    const std::string name = "mse_12";
    weft_metric member = example.each;
    member.name = name.c_str();
    metrics.record(example.b(), member, 0.25);
    metrics.record(example.b(), member, 0.5);
    metrics.record(example.a(), example.each, 1.0);
  }
  CHECK(csv(metrics) == "0,b.mse_12,0.25\n0,b.mse_12,0.5\n0,a.each,1\n");
  CHECK(metrics.headlines().size() == 2);
  CHECK(metrics.save() == "{}");
}

TEST_CASE("headline metrics keep their first and latest value") {
  Example example;
  Metrics metrics(example.graph);
  REQUIRE(metrics.headlines().size() == 2);
  CHECK(metrics.headlines()[0].count == 0);
  for (int tick = 0; tick < 4; ++tick) {
    metrics.set_tick(tick);
    metrics.record(example.a(), example.head, 10.0 * tick - 20.0);
  }
  const Headline headline = metrics.headlines()[0];
  CHECK(*headline.name == "a.head");
  CHECK(headline.count == 4);
  CHECK(headline.first == -20.0);
  CHECK(headline.first_tick == 0);
  CHECK(headline.latest == 10.0);
  CHECK(headline.latest_tick == 3);
}

TEST_CASE("means and headlines continue from the saved state, to the last bit") {
  Example example;
  Metrics whole(example.graph);
  Metrics first(example.graph);
  for (Metrics* metrics : {&whole, &first}) {
    metrics->set_tick(1);
    metrics->record(example.a(), example.mean, 0.1);
    metrics->record(example.a(), example.mean, 1.0 / 3.0);
    metrics->record(example.b(), example.head, 0.7);
    metrics->take_rows();
  }
  Metrics second(example.graph);
  second.record(example.a(), example.each, 5.0);  // recorded while components were made; the saved state has it already
  second.record(example.b(), example.mean, 5.0);
  second.load(first.save());
  CHECK(second.save() == first.save());
  for (Metrics* metrics : {&whole, &second}) {
    metrics->set_tick(2);
    metrics->record(example.a(), example.mean, 1e-17);
    metrics->record(example.b(), example.head, 0.8);
    metrics->report();
  }
  CHECK(csv(second) == csv(whole));
  CHECK(second.headlines()[1].first == 0.7);
  CHECK(second.headlines()[1].first_tick == 1);
  CHECK(second.headlines()[1].latest == 0.8);
  CHECK(second.save() == whole.save());
}

TEST_CASE("a metric that is no longer declared is dropped from the saved state") {
  Example example;
  Metrics metrics(example.graph);
  metrics.load(R"({"a.gone":{"mean":[1.0,1]},"b.mean":{"mean":[3.0,2]}})");
  metrics.report();
  CHECK(csv(metrics) == "0,b.mean,1.5\n");
}
