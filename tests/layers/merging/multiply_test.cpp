#include <cornu/layers/merging/multiply.hpp>

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
using layers::Multiply;

TEST_CASE("Multiply: outputs, masks and gradients are Keras's") {
  for (const char* name : {"multiply", "multiply_one_masked"}) check_keras_case(name, Multiply());
}

TEST_CASE("Multiply: keeps a layer's promises") {
  check(check_layer([] { return Multiply(); }, {random::normal({2, 3, 4}), random::normal({2, 3, 1})},
                    {.output_shape = Shape{2, 3, 4}}));
}

TEST_CASE("Multiply: a masked step counts as 1, and as 0 where all are masked") {
  const Tensor x({{{2.f}, {3.f}, {5.f}}}), y({{{7.f}, {11.f}, {13.f}}});
  const Tensor product = Multiply()({x, y}, {.masks = {Tensor({{true, false, false}}), Tensor({{true, true, false}})}});
  CHECK(ops::array_equal(product, Tensor({{{14.f}, {11.f}, {0.f}}})));
}
