#include <cornu/layers/merging/average.hpp>

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
using layers::Average;

TEST_CASE("Average: outputs and gradients are Keras's") { check_keras_case("average", Average()); }

TEST_CASE("Average: keeps a layer's promises") {
  check(check_layer([] { return Average(); }, {random::normal({2, 3, 4}), random::normal({2, 3, 4})},
                    {.output_shape = Shape{2, 3, 4}}));
}

TEST_CASE("Average: integers become floats, as Keras's") {
  const Tensor y = Average()({Tensor({{1, 2}}), Tensor({{2, 4}})});
  CHECK(y.dtype() == float32);
  CHECK(y.to_vector<float>() == std::vector<float>{1.5F, 3});
}

TEST_CASE("Average: of one input, the input") {
  const Tensor x({{1.f, 2.f}});
  CHECK(ops::array_equal(Average()(x), x));
}
