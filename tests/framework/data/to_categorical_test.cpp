#include <cornu/framework/data/to_categorical.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;

TEST_CASE("to_categorical: what keras.utils.to_categorical (3.15.1) gives, as float32") {
  const Tensor expected({{1.f, 0.f, 0.f}, {0.f, 0.f, 1.f}, {0.f, 1.f, 0.f}});
  CHECK(ops::array_equal(to_categorical(Tensor({0, 2, 1})), expected));
  CHECK(ops::array_equal(to_categorical(Tensor({{0}, {2}, {1}})), expected));
  CHECK(ops::array_equal(to_categorical(Tensor({0.f, 2.f, 1.f}), 3), expected));
  CHECK(ops::array_equal(to_categorical(Tensor({0.0, 2.0, 1.0})), expected));
  CHECK(to_categorical(Tensor({{0, 1}, {2, 1}}), 4).shape() == Shape{2, 2, 4});
  CHECK(to_categorical(Tensor({{3}})).shape() == Shape{1, 4});
  CHECK(to_categorical(Tensor(3)).to_vector<float>() == std::vector<float>{0, 0, 0, 1});
  CHECK(to_categorical(Tensor({true, false})).to_vector<float>() == std::vector<float>{0, 1, 1, 0});
}

TEST_CASE("to_categorical: no labels need num_classes") {
  CHECK(to_categorical(Tensor::zeros({0}), 3).shape() == Shape{0, 3});
  CHECK(to_categorical(Tensor::zeros({0, 1}, int32), 3).shape() == Shape{0, 3});
  CHECK(message_of<ValueError>([] { to_categorical(Tensor::zeros({0}, int32)); }) ==
        "[to_categorical] no label to find the number of classes by; got none; expected num_classes, or labels");
}

TEST_CASE("to_categorical: refuses labels that are negative, too large or no whole numbers") {
  CHECK(message_of<IndexError>([] {
          to_categorical(Tensor({0, 3}), 3);
        }) == "[to_categorical] label 3 at (1,) is outside the classes; expected 0 … 2");
  CHECK(message_of<IndexError>([] {
          to_categorical(Tensor({0, -1}));
        }) == "[to_categorical] label -1 at (1,) is outside the classes; expected 0 … 0");
  CHECK_THROWS_AS(to_categorical(Tensor({0.f, 1.5f})), IndexError);
  CHECK_THROWS_AS(to_categorical(Tensor({0.f, std::nanf("")})), IndexError);
  CHECK_THROWS_AS(to_categorical(Tensor({0.f, -1.f}), 2), IndexError);
  CHECK_THROWS_AS(to_categorical(Tensor({0}), 0), ValueError);
  CHECK_THROWS_AS(to_categorical(Tensor({std::numeric_limits<std::int64_t>::max()})), Error);
}
