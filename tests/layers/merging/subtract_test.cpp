#include <cornu/layers/merging/subtract.hpp>

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
using layers::Subtract;

TEST_CASE("Subtract: outputs, masks and gradients are Keras's") { check_keras_case("subtract", Subtract()); }

TEST_CASE("Subtract: keeps a layer's promises") {
  check(check_layer([] { return Subtract(); }, {random::normal({2, 3, 4}), random::normal({2, 4})},
                    {.output_shape = Shape{2, 3, 4}}));
}

TEST_CASE("Subtract: takes two inputs") {
  const Tensor x = Tensor::zeros({2, 3});
  CHECK_THROWS_WITH_AS(Subtract()(x), "[Subtract] the layer takes two inputs; got 1", ValueError);
  CHECK_THROWS_WITH_AS(Subtract()({x, x, x}), "[Subtract] the layer takes two inputs; got 3", ValueError);
}
