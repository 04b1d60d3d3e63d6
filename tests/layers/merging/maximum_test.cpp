#include <cornu/layers/merging/maximum.hpp>

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
using layers::Maximum;

TEST_CASE("Maximum: outputs, masks and gradients are Keras's") { check_keras_case("maximum", Maximum()); }

TEST_CASE("Maximum: keeps a layer's promises") {
  check(check_layer([] { return Maximum(); }, {random::normal({2, 3, 4}), random::normal({2, 4})},
                    {.output_shape = Shape{2, 3, 4}}));
}

TEST_CASE("Maximum: where one input is masked the other counts") {
  const Tensor x({{{9.f}, {1.f}}}), y({{{2.f}, {3.f}}});
  const Tensor largest = Maximum()({x, y}, {.masks = {Tensor({{false, true}}), Tensor({{true, true}})}});
  CHECK(ops::array_equal(largest, Tensor({{{2.f}, {3.f}}})));
}
