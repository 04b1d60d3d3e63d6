#include <cornu/framework/base/nearest_name.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace cornu;

namespace {
constexpr std::array<std::string_view, 5> known{"mse", "mae", "relu", "sparse_categorical_crossentropy", ""};
}

TEST_CASE("did_you_mean: a letter more, less or another, and two that are swapped") {
  CHECK(did_you_mean("relu6", known) == "; did you mean 'relu'?");
  CHECK(did_you_mean("rel", known) == "; did you mean 'relu'?");
  CHECK(did_you_mean("rela", known) == "; did you mean 'relu'?");
  CHECK(did_you_mean("rleu", known) == "; did you mean 'relu'?");
  CHECK(did_you_mean("mes", known) == "; did you mean 'mse'?");
  CHECK(did_you_mean("mea", known) == "; did you mean 'mae'?");
}

TEST_CASE("did_you_mean: a third of the letters may be wrong, and case does not count") {
  CHECK(did_you_mean("sparse_cross_entropy_categorical", known) == "");
  CHECK(did_you_mean("sparse_categoricl_cross_entrpy", known) == "; did you mean 'sparse_categorical_crossentropy'?");
  CHECK(did_you_mean("ReLU", known) == "; did you mean 'relu'?");
  CHECK(did_you_mean("relxyz", known) == "");
}

TEST_CASE("did_you_mean: nothing near, nothing at all, and a name without end") {
  CHECK(did_you_mean("swish", known) == "");
  CHECK(did_you_mean("", known) == "");
  CHECK(did_you_mean("x", known) == "");
  CHECK(did_you_mean(std::string(10'000'000, 'm'), known) == "");
  CHECK(did_you_mean("mse", {}) == "");
}
