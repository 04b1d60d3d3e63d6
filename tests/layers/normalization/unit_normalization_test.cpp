#include <cornu/layers/normalization/unit_normalization.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::UnitNormalization;

namespace {

void check_case(const std::string& name, UnitNormalization layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "normalization"});
}

}  // namespace

TEST_CASE("UnitNormalization: outputs, masks and gradients are Keras's") {
  check_case("unit", UnitNormalization());
  check_case("unit_axes", UnitNormalization({.axis = {1, 2}}));
  check_case("unit_axis1", UnitNormalization({.axis = 1}));
}

TEST_CASE("UnitNormalization: keeps a layer's promises") {
  check(check_layer([] { return UnitNormalization(); }, Shape{3, 4}, {.output_shape = Shape{3, 4}}));
  check(check_layer([] { return UnitNormalization({.axis = {-1, 1}}); }, Shape{2, 3, 4}));
}

TEST_CASE("UnitNormalization: short vectors get length 1, zeros stay zeros, and have a gradient of numbers") {
  const Tensor x({{1e-8F, 0.F}, {0.F, 0.F}});
  GradientTape tape;
  tape.watch(x);
  const Tensor y = UnitNormalization()(x);
  CHECK(ops::all_close(y, Tensor({{1.F, 0.F}, {0.F, 0.F}})));
  CHECK(ops::all(ops::is_finite(tape.gradient(ops::sum(y), x).to_dense())).item<bool>());
}

TEST_CASE("UnitNormalization: integers are cast, and an empty batch") {
  CHECK(ops::all_close(UnitNormalization()(Tensor({{3, 4}})), Tensor({{0.6F, 0.8F}})));
  CHECK(UnitNormalization()(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
}

TEST_CASE("UnitNormalization: refused") {
  CHECK_THROWS_AS(UnitNormalization({.axis = 2})(Tensor::zeros({2, 3})), IndexError);
  CHECK_THROWS_WITH_AS(UnitNormalization({.axis = std::initializer_list<std::int64_t>{}}),
                       "[UnitNormalization] `axis` names no axis; got an empty list; expected one or more", ValueError);
}
