#include <cornu/layers/merging/concatenate.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using cornu::testing::check_keras_case;
using layers::Concatenate;

TEST_CASE("Concatenate: outputs, masks and gradients are Keras's") {
  check_keras_case("concatenate", Concatenate());
  check_keras_case("concatenate_axis1", Concatenate({.axis = 1}));
}

TEST_CASE("Concatenate: keeps a layer's promises") {
  check(check_layer([] { return Concatenate(); }, {random::normal({2, 3, 4}), random::normal({2, 3, 2})},
                    {.output_shape = Shape{2, 3, 6}, .weight_names = {{}}}));
  check(check_layer([] { return Concatenate({.axis = 1}); },
                    {random::normal({2, 3, 4}), random::normal({2, 1, 4}), random::normal({2, 2, 4})},
                    {.output_shape = Shape{2, 6, 4}}));
  check(check_layer([] { return Concatenate(); }, Shape{2, 3}));
}

TEST_CASE("Concatenate: masks are joined along the steps and added along the features") {
  const Tensor x = Tensor::zeros({1, 2, 3}), a({{true, false}});
  const auto mask = [&](std::int64_t axis, const Masks& masks) {
    return mask_at(Concatenate({.axis = axis}).apply({x, x}, {.masks = masks}).second, 0);
  };
  CHECK(ops::array_equal(*mask(1, {a, std::nullopt}), Tensor({{true, false, true, true}})));
  CHECK(ops::array_equal(*mask(-1, {a, Tensor({{false, false}})}), Tensor({{true, false}})));
  CHECK(ops::array_equal(*mask(-1, {a, std::nullopt}), Tensor({{true, true}})));
  CHECK_FALSE(mask(-1, {}));
}

TEST_CASE("Concatenate: refused") {
  CHECK_THROWS_WITH_AS(Concatenate()({Tensor::zeros({2, 3}), Tensor::zeros({3, 3})}),
                       doctest::Contains("[Concatenate] shapes do not fit together"), ShapeError);
  CHECK_THROWS_AS(Concatenate({.axis = 2})({Tensor::zeros({2, 3}), Tensor::zeros({2, 3})}), IndexError);
  CHECK_THROWS_AS(Concatenate()(Tensors()), ValueError);
}
