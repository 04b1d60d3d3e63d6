#include <cornu/layers/activations/softmax.hpp>

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
using layers::Softmax;

namespace {

void check_case(const std::string& name, Softmax layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "activation_layers"});
}

}  // namespace

TEST_CASE("Softmax: outputs, masks and gradients are Keras's") {
  testing::check_keras_case("softmax", Softmax());
  testing::check_keras_case("softmax_axis1", Softmax({.axis = 1}));
  testing::check_keras_case("softmax_axes", Softmax({.axis = {1, 2}}));
  testing::check_keras_case("softmax_masked", Softmax());
  testing::check_keras_case("softmax_axis1_masked", Softmax({.axis = 1}));
  testing::check_keras_case("softmax_axes_masked", Softmax({.axis = {1, 2}}));
  check_case("softmax_full_mask", Softmax());
  check_case("softmax_full_mask_axes", Softmax({.axis = {1, 2}}));
  check_case("softmax_list_of_one", Softmax({.axis = {1}}));
}

TEST_CASE("Softmax: keeps a layer's promises") {
  check(check_layer([] { return Softmax(); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 3, 4}}));
  check(check_layer([] { return Softmax({.axis = {1, 2}}); }, Shape{2, 3, 4}));
  check(check_layer([] { return Softmax({.axis = 1}); }, Shape{2, 3, 4},
                    {.mask = Tensor({{true, true, false}, {false, true, false}})}));
}

TEST_CASE("Softmax: a mask of leading axes holds for those behind, and passes on; another broadcasts, and ends") {
  const Tensor x = Tensor::zeros({2, 3, 4});
  const auto [y, mask] = Softmax().apply(x, {.mask = Tensor({{true, false, true}, {true, true, false}})});
  CHECK(mask.has_value());
  CHECK(ops::array_equal(ops::sum(y, {.axis = -1}), Tensor({{1.F, 0.F, 1.F}, {1.F, 1.F, 0.F}})));
  const auto [z, ended] = Softmax().apply(x, {.mask = Tensor({true, true, false, false})});
  CHECK_FALSE(ended.has_value());
  CHECK(ops::select(ops::select(z, 0, 0), 0, 0).to_vector<float>() == std::vector<float>{0.5F, 0.5F, 0, 0});
}

TEST_CASE("Softmax: a row that is masked whole is 0, and has a gradient of numbers") {
  const Tensor x({{1.F, 2.F}});
  GradientTape tape;
  tape.watch(x);
  const Tensor y = Softmax()(x, {.mask = Tensor({{false, false}})});
  CHECK(y.to_vector<float>() == std::vector<float>{0, 0});
  CHECK(tape.gradient(ops::sum(y), x).to_dense().to_vector<float>() == std::vector<float>{0, 0});
}

TEST_CASE("Softmax: infinity beside a number gives no number, as Keras on JAX") {
  const Tensor y = Softmax()(Tensor({{std::numeric_limits<float>::infinity(), 1.F}}));
  CHECK(ops::all(ops::is_nan(y)).item<bool>());
}

TEST_CASE("Softmax: integers are cast, and an empty batch") {
  CHECK(Softmax()(Tensor({{1, 1}})).to_vector<float>() == std::vector<float>{0.5F, 0.5F});
  CHECK(Softmax()(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
}

TEST_CASE("Softmax: refused") {
  CHECK_THROWS_AS(Softmax({.axis = 2})(Tensor::zeros({2, 3})), IndexError);
  CHECK_THROWS_AS(Softmax({.axis = std::initializer_list<std::int64_t>{}}), ValueError);
  CHECK_THROWS_WITH_AS(
      Softmax()(Tensor::zeros({2, 3, 4}), {.mask = Tensor({true, false, true})}),
      "[Softmax] the mask does not fit; got (3,) for an input (2, 3, 4); expected its leading axes, or "
      "one that broadcasts",
      ShapeError);
}
