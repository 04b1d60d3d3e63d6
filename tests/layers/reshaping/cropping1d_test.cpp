#include <cornu/layers/reshaping/cropping1d.hpp>

#include <doctest/doctest.h>

#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::Cropping1D;

namespace {

void check_case(const std::string& name, Cropping1D layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "reshaping"});
}

}  // namespace

TEST_CASE("Cropping1D: outputs and gradients are Keras's") {
  check_case("cropping1d", Cropping1D());
  check_case("cropping1d_pair", Cropping1D({.cropping = {0, 3}}));
}

TEST_CASE("Cropping1D: keeps a layer's promises") {
  check(check_layer([] { return Cropping1D({.cropping = {1, 2}}); }, Shape{2, 5, 3}, {.output_shape = Shape{2, 2, 3}}));
}

TEST_CASE("Cropping1D: steps that are not known stay so, an empty batch") {
  CHECK(Cropping1D().compute_output_shape({None, None, 3}) == Shape{None, None, 3});
  CHECK(Cropping1D()(Tensor::zeros({0, 5, 2})).shape() == Shape{0, 3, 2});
}

TEST_CASE("Cropping1D: refused") {
  CHECK_THROWS_AS(Cropping1D({.cropping = {1, 2, 3}}), ValueError);
  CHECK_THROWS_WITH_AS(Cropping1D({.cropping = -1}),
                       "[Cropping1D] `cropping` must not be negative; got (-1, -1); expected 0 or more", ValueError);
  CHECK_THROWS_AS(Cropping1D()(Tensor::zeros({2, 5})), ShapeError);
  CHECK_THROWS_WITH_AS(Cropping1D({.cropping = {2, 1}})(Tensor::zeros({2, 3, 2})),
                       "[Cropping1D] `cropping` leaves nothing of axis 1; got (2, 1) for an input (2, 3, 2); expected "
                       "less than 3 together",
                       ShapeError);
  constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max();
  CHECK_THROWS_AS(Cropping1D({.cropping = {far, far}})(Tensor::zeros({2, 3, 2})), ShapeError);
  CHECK_THROWS_AS(Cropping1D()(Tensor::zeros({1, 5, 3}), {.mask = Tensor::ones({1, 5}, boolean)}), StateError);
}
