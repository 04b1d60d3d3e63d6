#include <cornu/layers/merging/minimum.hpp>

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
using layers::Minimum;

TEST_CASE("Minimum: outputs, masks and gradients are Keras's") { check_keras_case("minimum", Minimum()); }

TEST_CASE("Minimum: keeps a layer's promises") {
  check(check_layer([] { return Minimum(); }, {random::normal({2, 3, 4}), random::normal({2, 3, 4})},
                    {.output_shape = Shape{2, 3, 4}}));
}
