// What TOML files that cannot be parsed are answered.

#include "host/base/written.h"
#include "weft/testing/catch.h"

using namespace weft::host;
using weft::testing::Equals;

namespace {

std::string refusal(const std::string& text) {
  try {
    parse_toml(text, "g.toml", 0);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a syntax error says what was likely meant, and then what the TOML library reports") {
  CHECK_THAT(refusal("use = mse\n"),
             Equals("g.toml:1:7: error: a text needs quotes: \"mse\" (invalid TOML syntax: value: "
                    "could not determine value type)"));
  const auto meaning = [](const std::string& text) {
    const std::string message = refusal(text);
    const std::size_t begin = message.find("error: ") + 7;
    return message.substr(begin, message.find(" (invalid TOML") - begin);
  };
  CHECK(meaning("losses = [1, nll] # of two") == "a text needs quotes: \"nll\"");
  CHECK(meaning("x = { use = agent.sac, y = 1 }") == "a text needs quotes: \"agent.sac\"");
  CHECK(meaning("a = 1\nfile = ~/rows.h5\n") == "a text needs quotes: \"~/rows.h5\"");
  CHECK(meaning("name = none") == "a text needs quotes: \"none\"");
  CHECK(meaning("name = true_name") == "a text needs quotes: \"true_name\"");
  CHECK(meaning("a = True") == "true and false are written in lower case");
  CHECK(meaning("rate = .5") == "a number begins with a digit: 0.5");
  CHECK(meaning("name = \"x\nb = 1") == "the quote at the end of a text is missing");
  CHECK(meaning("a = 1\na = 2") == "this is set above already; keep one of the two");
  CHECK(meaning("[a]\nb = 1\n[a]\n") == "this is set above already; keep one of the two");
  const std::string brackets = "each entry of the schedule begins with [[schedule]], in double brackets";
  CHECK(meaning("[schedule]\nrun = 'a'\n[schedule]\nrun = 'b'\n") == brackets);
  CHECK(meaning("[[schedule]]\nrun = 'a'\n[schedule]\nrun = 'b'\n") == brackets);
}

TEST_CASE("a syntax error without a likely meaning shows what the TOML library reports") {
  CHECK_THAT(refusal("a = 007"),
             Equals("g.toml:1:8: error: invalid TOML syntax: decimal integer: leading zeroes are prohibited"));
  CHECK_THAT(refusal("a : 5"), Equals("g.toml:1:3: error: invalid TOML syntax: key-value pair: expected '=', saw ':'"));
  CHECK_THAT(refusal("a = \"\x1b[31m\""),
             Equals("g.toml:1:6: error: invalid TOML syntax: string: unescaped control characters other than TAB "
                    "(U+0009) are explicitly prohibited"));
}

TEST_CASE("dots that nest too deep are refused before they are parsed; many dots of an honest graph are not") {
  const auto repeated = [](const std::string& part, int count) {
    std::string text;
    for (int index = 0; index < count; ++index) text += part;
    return text;
  };
  const std::string too_many = ":1: error: too many dots; keys with dots nest, and graphs need few of them";
  CHECK(refusal("\na" + repeated(".a", 20'000) + " = 1") == "g.toml:2" + too_many);
  CHECK(refusal("[a" + repeated(".1", 20'000) + "]") == "g.toml:1" + too_many);
  CHECK(refusal("a = { b" + repeated(" . \"x,\"", 20'000) + " = 1 }") == "g.toml:1" + too_many);
  const std::string nested = repeated("a" + repeated(".a", 100) + " = [{\n", 100);
  CHECK(refusal(nested) == "g.toml:44" + too_many);
  CHECK_FALSE(parse_value("{ b" + repeated(".a", 20'000) + " = 1 }").has_value());
  std::string honest = "numbers = [" + repeated("0.25, ", 10'000) + "1.0]\n";
  for (int index = 0; index < 10'000; ++index)
    honest += "[stages.s" + std::to_string(index) + "]\nuse = \"stage.collect\" # e.g. as in a.b\n";
  CHECK(refusal(honest) == "accepted");
}
