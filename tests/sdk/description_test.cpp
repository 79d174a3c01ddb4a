// The tables that describe() of a component class makes.
#include <cstring>
#include <string>

#include "weft/core/plugin.h"
#include "weft/testing/catch.h"

namespace {

struct Tone {
  static constexpr const char* interface_id = "test.tone/1";
  virtual ~Tone() = default;
  virtual int pitch() const = 0;
};

struct Ear {
  static constexpr const char* interface_id = "test.ear/1";
  virtual ~Ear() = default;
  virtual void hear(int pitch) = 0;
};

class Bell final : public weft::Component, public Tone, public Ear {
 public:
  static void describe(weft::Description<Bell>& type) {
    type.summary("A bell.");
    type.reference("nowhere");
    type.state_version(3);
    type.offers<Tone>("tone", "its tone");
    type.receives<Ear>("in", "what it hears");
    type.optional_slot<Tone>("other", "another tone");
    type.integer("pitch", 440, weft::at_least(1), "the pitch", "Hz");
    type.real("tiny", 1e-8, weft::above(0.0), "a small number");
    type.real("whole", 2.0, weft::between(0.0, 5.0), "a whole number");
    type.choice("metal", "bronze", {"bronze", "iron"}, "what it is made of");
    type.integers("sizes", {3, 4}, weft::at_least(1), "sizes");
    type.flag("loud", true, "whether it is loud");
    type.path("score", "what it plays");
    type.optional_path("echo", "where it echoes");
    type.headline("rings", "how often it rang");
    type.averaged("volume", "how loud", "dB");
  }
  explicit Bell(weft::Setup&) {}
  int pitch() const override { return 440 + heard_; }
  void hear(int pitch) override { heard_ = pitch; }

 private:
  int heard_ = 0;
};

const weft_parameter* parameter(const weft_component_type& type, const char* key) {
  for (uint32_t index = 0; index < type.parameter_count; ++index)
    if (std::strcmp(type.parameters[index]->key, key) == 0) return type.parameters[index];
  return nullptr;
}

}  // namespace

TEST_CASE("a described class becomes plain tables") {
  const weft_component_type& type = *weft::component_type<Bell>("thing.bell");
  CHECK(std::string(type.name) == "thing.bell");
  CHECK(type.state_version == 3);
  CHECK(type.schedulable == 0);
  REQUIRE(type.parameter_count == 8);
  CHECK(std::string(parameter(type, "pitch")->default_value) == "440");
  CHECK(std::string(parameter(type, "pitch")->unit) == "Hz");
  CHECK(std::string(parameter(type, "tiny")->default_value) == "1e-08");
  CHECK(parameter(type, "tiny")->minimum_open == 1);
  CHECK(std::string(parameter(type, "whole")->default_value) == "2.0");
  CHECK(std::string(parameter(type, "metal")->default_value) == "\"bronze\"");
  CHECK(parameter(type, "metal")->choice_count == 2);
  CHECK(std::string(parameter(type, "metal")->choices[1]) == "iron");
  CHECK(std::string(parameter(type, "sizes")->default_value) == "[3, 4]");
  CHECK(parameter(type, "score")->default_value == nullptr);
  CHECK(parameter(type, "score")->optional == 0);
  CHECK(parameter(type, "echo")->optional == 1);
  REQUIRE(type.slot_count == 2);
  CHECK(type.slots[0]->stream == 1);
  CHECK(type.slots[1]->optional == 1);
  REQUIRE(type.metric_count == 2);
  CHECK(type.metrics[0]->headline == 1);
  CHECK(type.metrics[1]->averaged == 1);
  CHECK(&type == weft::component_type<Bell>("thing.bell"));
}

TEST_CASE("services and receivers are the right subobject") {
  const weft_component_type& type = *weft::component_type<Bell>("thing.bell");
  weft::Component* made = nullptr;
  {
    struct NoSetup {
    } nothing;
    made = static_cast<weft::Component*>(type.create(&nothing));  // Bell reads nothing from it
  }
  auto* ear = static_cast<Ear*>(type.slots[0]->receiver(made));
  ear->hear(2);
  CHECK(static_cast<Tone*>(type.offers[0]->service(made))->pitch() == 442);
  delete made;
}
