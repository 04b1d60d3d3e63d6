#include <cornu/layers/reshaping/permute.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::Permute;

namespace {

void check_case(const std::string& name, Permute layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "reshaping"});
}

}  // namespace

TEST_CASE("Permute: outputs and gradients are Keras's") {
  check_case("permute", Permute({2, 1}));
  check_case("permute_three", Permute({3, 1, 2}));
}

TEST_CASE("Permute: keeps a layer's promises") {
  check(check_layer([] { return Permute({2, 3, 1}); }, Shape{2, 3, 4, 5}, {.output_shape = Shape{2, 4, 5, 3}}));
}

TEST_CASE("Permute: any dtype, and an empty batch") {
  CHECK(Permute({2, 1})(Tensor({{{1, 2, 3}}})).dtype() == int32);
  CHECK(Permute({2, 1})(Tensor::zeros({0, 3, 2})).shape() == Shape{0, 2, 3});
}

TEST_CASE("Permute: refused") {
  CHECK_THROWS_WITH_AS(Permute({0, 1}),
                       "[Permute] `dims` must have each axis of a sample once, counted from 1; got (0, 1); expected an "
                       "order of 1 … 2",
                       ValueError);
  CHECK_THROWS_AS(Permute({1, 1}), ValueError);
  CHECK_THROWS_AS(Permute({1, 3}), ValueError);
  CHECK_THROWS_AS(Permute({2, 1})(Tensor::zeros({2, 3})), ShapeError);
  CHECK_THROWS_AS(Permute({2, 1})(Tensor::zeros({1, 2, 3}), {.mask = Tensor({{true, false}})}), StateError);
}
