/// Catch2, version 2 or 3, whichever is installed, under one set of names: Approx, the macros, and the matchers of
/// strings Contains, StartsWith, EndsWith and Equals (in Catch2 3, Catch::Matchers::Contains is one of ranges).
#pragma once

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>

using Catch::Approx;

namespace weft::testing {

inline auto Contains(const std::string& text) { return Catch::Matchers::ContainsSubstring(text); }
using Catch::Matchers::EndsWith;
using Catch::Matchers::Equals;
using Catch::Matchers::StartsWith;

}  // namespace weft::testing
#else
#include <catch2/catch.hpp>

namespace weft::testing {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::Equals;
using Catch::Matchers::StartsWith;

}  // namespace weft::testing
#endif
