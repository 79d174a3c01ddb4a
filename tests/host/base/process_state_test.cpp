#include "host/base/process_state.h"
#include "weft/testing/catch.h"

#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <locale>

#include <sys/stat.h>
#include <unistd.h>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

using weft::host::ProcessState;

TEST_CASE("each change of the process is named, and undone") {
  const auto nothing = [](int) {};
  const std::vector<std::pair<std::string, std::function<void()>>> changes = {
    {"the working directory changed from", [] { REQUIRE(::chdir("/") == 0); }},
    {"the locale changed from 'C' to 'C.UTF-8'", [] { std::setlocale(LC_ALL, "C.UTF-8"); }},
    {"the locale of C++ changed from 'C' to 'C.UTF-8'",
     [] {
       std::locale::global(std::locale("C.UTF-8"));
       std::setlocale(LC_ALL, "C");
     }},
    {"the environment variable 'WEFT_TEST' changed", [] { ::setenv("WEFT_TEST", "1", 1); }},
    {"the environment variable 'HOME' changed", [] { ::unsetenv("HOME"); }},
    {"the rounding mode of floating-point numbers changed", [] { std::fesetround(FE_UPWARD); }},
#if defined(__SSE2__)
    {"subnormal numbers are now flushed to zero", [] { _mm_setcsr(_mm_getcsr() | 0x8040); }},
#endif
    {"the mask of file modes (umask) changed from ", [] { ::umask(0123); }},
    {"the handler of SIGINT was replaced", [&] { std::signal(SIGINT, nothing); }},
    {"the handler of SIGTERM was replaced", [] { std::signal(SIGTERM, SIG_IGN); }},
    {"the handler of SIGPIPE was replaced", [&] { std::signal(SIGPIPE, nothing); }}
  };
  ::setenv("HOME", "/", 0);
  const ProcessState before = ProcessState::now();
  for (const auto& [text, change] : changes) {
    CHECK(before.change(ProcessState::now()).empty());
    change();
    CHECK_THAT(before.change(ProcessState::now()), weft::testing::StartsWith(text));
    before.restore();
    CHECK(before.change(ProcessState::now()).empty());
  }
}
