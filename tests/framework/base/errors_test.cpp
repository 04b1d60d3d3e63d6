#include <cornu/framework/base/errors.hpp>

#include <doctest/doctest.h>

#include <string>
#include <thread>

#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;

namespace {
std::string place_now() {
  return message_of([] { throw ValueError("here", "x"); });
}
}  // namespace

TEST_CASE("errors: the text begins with the place") {
  CHECK(message_of([] { throw ShapeError("matmul", "inner dimensions differ; got 3 and 4"); }) ==
        "[matmul] inner dimensions differ; got 3 and 4");
}

TEST_CASE("errors: every kind is an Error and a std::runtime_error") {
  CHECK_THROWS_AS(throw ShapeError("a", "b"), Error);
  CHECK_THROWS_AS(throw ValueError("a", "b"), Error);
  CHECK_THROWS_AS(throw IndexError("a", "b"), Error);
  CHECK_THROWS_AS(throw StateError("a", "b"), Error);
  CHECK_THROWS_AS(throw FileError("a", "b"), Error);
  CHECK_THROWS_AS(throw Error("a", "b"), std::runtime_error);
}

TEST_CASE("errors: a scope names the place, the innermost one counts, and it ends with its block") {
  const std::string outer = "Sequential 'outer'", inner = "Dense 'inner'";
  const ErrorScope first(outer);
  CHECK(place_now() == "[Sequential 'outer'] x");
  {
    const ErrorScope second(inner);
    CHECK(place_now() == "[Dense 'inner'] x");
  }
  CHECK(place_now() == "[Sequential 'outer'] x");
}

TEST_CASE("errors: an exception that leaves a scope ends it") {
  const std::string name = "Dense 'dense'";
  const auto fail = [&] {
    const ErrorScope scope(name);
    throw ValueError("here", "x");
  };
  CHECK(message_of(fail) == "[Dense 'dense'] x");
  CHECK(place_now() == "[here] x");
}

TEST_CASE("errors: a scope holds on its own thread alone") {
  const std::string name = "Dense 'dense'";
  const ErrorScope scope(name);
  std::string elsewhere;
  std::thread([&] { elsewhere = place_now(); }).join();
  CHECK(elsewhere == "[here] x");
}
