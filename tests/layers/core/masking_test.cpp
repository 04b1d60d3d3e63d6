#include <cornu/layers/core/masking.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::Masking;

namespace {

void check_case(const std::string& name, Masking layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "core"});
}

}  // namespace

TEST_CASE("Masking: output, mask and gradient are Keras's") {
  check_case("masking", Masking());
  check_case("masking_value", Masking({.mask_value = 0.5}));
}

TEST_CASE("Masking: keeps a layer's promises") {
  check(check_layer([] { return Masking({.mask_value = 0.5}); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 3, 4}}));
}

TEST_CASE("Masking: steps that are masked become 0, and a mask that comes with the input is replaced") {
  const Tensor x({{{7.F, 7.F}, {7.F, 0.F}}});
  const auto [y, mask] = Masking({.mask_value = 7}).apply(x, {.mask = Tensor({{false, false}})});
  CHECK(y.to_vector<float>() == std::vector<float>{0, 0, 7, 0});
  REQUIRE(mask.has_value());
  CHECK(mask->to_vector<bool>() == std::vector<bool>{false, true});
}

TEST_CASE("Masking: NaN equals nothing, integers stay integers, and an empty batch") {
  const Tensor nan = Tensor::full({1, 1, 2}, std::nan(""));
  CHECK(Masking({.mask_value = std::nan("")}).apply(nan, {}).second->item<bool>());
  CHECK(Masking()(Tensor({{{1, 0}}})).dtype() == int32);
  CHECK(Masking().apply(Tensor::zeros({0, 3, 2}), {}).second->shape() == Shape{0, 3});
}

TEST_CASE("Masking: refused") {
  CHECK_THROWS_AS(Masking()(Tensor(1.F)), ShapeError);
  CHECK_THROWS_AS(Masking({.mask_value = 0.5})(Tensor({{{1, 0}}})), ValueError);
}
