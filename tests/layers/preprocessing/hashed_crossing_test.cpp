#include <cornu/layers/preprocessing/hashed_crossing.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/check.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::HashedCrossing;

TEST_CASE("HashedCrossing: combinations of integers have Keras's bins") {
  const testing::Fixture keras("preprocessing");
  for (const std::string name : {"crossing", "crossing_three", "crossing_column"}) {
    CAPTURE(name);
    Tensors inputs;
    while (keras.has(fmt::format("{}/input/{}", name, inputs.size())))
      inputs.push_back(keras.tensor(fmt::format("{}/input/{}", name, inputs.size())));
    CHECK(ops::array_equal(HashedCrossing(10)(inputs), keras.tensor(name + "/output")));
    CHECK(ops::array_equal(HashedCrossing(std::int64_t{1} << 40)(inputs), keras.tensor(name + "/large")));
    CHECK(ops::array_equal(HashedCrossing(10, {.output_mode = "one_hot"})(inputs), keras.tensor(name + "/one_hot")));
  }
}

TEST_CASE("HashedCrossing: keeps a layer's promises") {
  const Tensors inputs{Tensor({1, 2, 3}), Tensor({4, 5, 6})};
  check(check_layer([] { return HashedCrossing(10); }, inputs, {.output_shape = Shape(3)}));
  check(check_layer([] { return HashedCrossing(10, {.output_mode = "one_hot"}); }, inputs,
                    {.output_shape = Shape{3, 10}}));
}

TEST_CASE("HashedCrossing: an empty batch, and what is refused") {
  const Tensor none = Tensor::zeros(Shape(0), int64), ids({1, 2});
  CHECK(HashedCrossing(3)({none, none}).shape() == Shape(0));
  CHECK_THROWS_AS(HashedCrossing(0), ValueError);
  CHECK_THROWS_AS(HashedCrossing(3, {.output_mode = "count"}), ValueError);
  CHECK_THROWS_WITH_AS(HashedCrossing(3)(ids), "[HashedCrossing] the layer crosses two inputs or more; got 1",
                       ValueError);
  CHECK_THROWS_AS(HashedCrossing(3)({ids, Tensor({1.F, 2.F})}), ValueError);
  CHECK_THROWS_AS(HashedCrossing(3)({ids, Tensor({1, 2, 3})}), ShapeError);
  CHECK_THROWS_AS(HashedCrossing(3)({Tensor({{1, 2}}), Tensor({{1, 2}})}), ShapeError);
}
