// stage.save_value and stage.load_value.
#include <unistd.h>

#include <fstream>
#include <limits>

#include "storage_bench.h"
#include "weft/rl/value_snapshot.h"
#include "weft/testing/catch.h"

using namespace weft;
using namespace weft::testing;

namespace {

/// A value function of a few weights.
struct Weights final : rl::ValueSnapshot {
  explicit Weights(std::vector<float> values) : weights(std::move(values)) {}
  void save_value(StateWriter& writer) const override { writer.array("critic.weights", weights); }
  void load_value(StateReader& reader) override {
    reader.array("critic.weights", {static_cast<int64_t>(weights.size())}, weights.data());
  }
  std::vector<float> weights;
};

std::unique_ptr<Made> saver(const std::string& file, Weights& weights) {
  return storage_plugin().make("stage.save_value", "out = '" + file + "'",
                               {{"value", wire<rl::ValueSnapshot>(weights)}});
}

std::unique_ptr<Made> loader(const std::string& file, Weights& weights) {
  return storage_plugin().make("stage.load_value", "file = '" + file + "'",
                               {{"value", wire<rl::ValueSnapshot>(weights)}});
}

/// Saves a value function whose weights are the tick, at each of the ticks.
void save_at(Made& made, Weights& weights, std::initializer_list<int64_t> ticks) {
  for (const int64_t tick : ticks) {
    made.context->now = tick;
    weights.weights.assign(weights.weights.size(), static_cast<float>(tick));
    made.stage().run();
  }
}

/// Saves a value function unchanged.
void save_at_tick(Made& made, int64_t tick) {
  made.context->now = tick;
  made.stage().run();
}

/// The first weight of all snapshots of a file, in order.
std::vector<float> series(const std::string& file) {
  Weights weights({0.0f, 0.0f});
  const auto made = loader(file, weights);
  std::vector<float> values;
  for (std::size_t last = 0; made->stage().run(), made->context->metrics["snapshot"].size() > last; ++last)
    values.push_back(weights.weights[0]);
  return values;
}

}  // namespace

TEST_CASE("snapshots are loaded one by one in the order of their ticks, and the last one stays") {
  const Folder folder;
  const std::string file = folder.file("values.h5");
  Weights weights({0.0f, 0.0f});
  const auto made = saver(file, weights);
  save_at(*made, weights, {500, 1000, 20000});
  CHECK(series(file) == std::vector<float>{500, 1000, 20000});

  Weights other({-1.0f, -1.0f});
  const auto load = loader(file, other);
  for (int run = 0; run < 5; ++run) load->stage().run();
  CHECK(other.weights == std::vector<float>{20000, 20000});
  CHECK(load->context->metrics["snapshot"] == std::vector<double>{1, 2, 3});
  CHECK(load->context->messages ==
        std::vector<std::string>{"all 3 snapshots of " + file + " have been loaded; the last one stays"});
}

TEST_CASE("a snapshot that does not fit is reported at once, wherever in the series it is") {
  const Folder folder;
  const std::string file = folder.file("values.h5");
  Weights small({0.0f, 0.0f}), large({0.0f, 0.0f, 0.0f});
  const auto first = saver(file, small);
  save_at(*first, small, {1, 2});
  Archive checkpoint = first->save();
  const auto other = saver(file, large);
  other->load(checkpoint);
  save_at(*other, large, {3});
  Weights weights({7.0f, 7.0f});
  CHECK_THAT(refusal([&] { loader(file, weights); }),
             Contains("'value_000000000003/critic.weights' has the shape [3]"));
}

TEST_CASE("a new run starts a new series; a run that continues from a checkpoint drops later snapshots") {
  const Folder folder;
  const std::string file = folder.file("values.h5");
  Weights weights({0.0f, 0.0f});
  const auto first = saver(file, weights);
  save_at(*first, weights, {10, 20});
  Archive checkpoint = first->save();
  save_at(*first, weights, {30, 40});

  const auto resumed = saver(file, weights);
  resumed->load(checkpoint);
  save_at(*resumed, weights, {25});
  CHECK(series(file) == std::vector<float>{10, 20, 25});

  const auto again = saver(file, weights);
  save_at(*again, weights, {5});
  CHECK(series(file) == std::vector<float>{5});
}

TEST_CASE("a series that cannot be copied is not replaced by a shorter one") {
  const Folder folder;
  const std::string file = folder.file("values.h5");
  Weights weights({0.0f, 0.0f});
  const auto made = saver(file, weights);
  save_at(*made, weights, {10, 20});
  std::filesystem::create_directories(file + ".unfinished/occupied");
  CHECK_THAT(refusal([&] { save_at(*made, weights, {30}); }), Contains(file + " cannot be written"));
  CHECK(series(file) == std::vector<float>{10, 20});
}

TEST_CASE("loading continues from a checkpoint with the next snapshot") {
  const Folder folder;
  const std::string file = folder.file("values.h5");
  Weights weights({0.0f, 0.0f});
  const auto made = saver(file, weights);
  save_at(*made, weights, {1, 2, 3});
  const auto first = loader(file, weights);
  first->stage().run();
  first->stage().run();
  Archive checkpoint = first->save();

  const auto second = loader(file, weights);
  second->load(checkpoint);
  second->stage().run();
  CHECK(weights.weights[0] == 3.0f);

  const auto shorter = saver(file, weights);
  save_at(*shorter, weights, {1});
  const auto third = loader(file, weights);
  CHECK_THAT(
      refusal([&] { third->load(checkpoint); }),
      Equals("the run had loaded 2 snapshots, but " + file + " now holds 1; restore the file that the run began with"));
}

TEST_CASE("snapshots of another size, and files of another kind, are refused with what was expected") {
  const Folder folder;
  const std::string file = folder.file("values.h5");
  Weights weights({0.0f, 0.0f}), larger({0.0f, 0.0f, 0.0f});
  CHECK_THAT(
      refusal([&] { loader(file, weights); }),
      Equals(file + " does not exist; a series of value functions, as stage.save_value writes it, was expected"));
  const auto made = saver(file, weights);
  save_at(*made, weights, {1});
  CHECK_THAT(refusal([&] { loader(file, larger); }),
             Equals(file + ": the array 'value_000000000001/critic.weights' has the shape [2]; [3] was expected; give "
                           "the component wired into 'value' the settings of the run that saved the file (its layers, "
                           "its environment)"));
  weights.weights = {1.0f, std::numeric_limits<float>::quiet_NaN()};
  save_at_tick(*made, 2);
  CHECK_THAT(refusal([&] { loader(file, weights); }),
             Contains(file + ": value_000000000002/critic.weights is nan in row 1, column 0 (counted from 0)"));
  std::ofstream(file) << "not HDF5";
  CHECK_THAT(refusal([&] { loader(file, weights); }),
             Contains(file + " cannot be opened; ") && Contains("HDF5 reports: file signature not found"));
}
