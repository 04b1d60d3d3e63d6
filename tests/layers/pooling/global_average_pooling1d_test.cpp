#include <cornu/layers/pooling/global_average_pooling1d.hpp>

#include <doctest/doctest.h>

#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using cornu::testing::check_keras_case;
using layers::GlobalAveragePooling1D;

TEST_CASE("GlobalAveragePooling1D: outputs, masks and gradients are Keras's") {
  for (const char* name : {"pooling", "pooling_masked", "pooling_empty"})
    check_keras_case(name, GlobalAveragePooling1D());
  for (const char* name : {"pooling_keepdims", "pooling_keepdims_masked"})
    check_keras_case(name, GlobalAveragePooling1D({.keepdims = true}));
  check_keras_case("pooling_channels_first", GlobalAveragePooling1D({.data_format = "channels_first"}));
  check_keras_case("pooling_channels_first_masked",
                   GlobalAveragePooling1D({.data_format = "channels_first", .keepdims = true}));
}

TEST_CASE("GlobalAveragePooling1D: keeps a layer's promises") {
  const std::vector<std::string> none;
  check(check_layer([] { return GlobalAveragePooling1D(); }, Shape{2, 4, 3},
                    {.output_shape = Shape{2, 3}, .weight_names = none}));
  check(check_layer([] { return GlobalAveragePooling1D({.keepdims = true}); }, Shape{2, 4, 3},
                    {.output_shape = Shape{2, 1, 3}, .weight_names = none}));
  check(check_layer([] { return GlobalAveragePooling1D({.data_format = "channels_first"}); }, Shape{2, 4, 3},
                    {.output_shape = Shape{2, 4}, .mask = Tensor({{true, false, true}, {false, false, false}})}));
}

TEST_CASE("GlobalAveragePooling1D: masked steps do not count, whatever they hold") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  const Tensor x({{{1.f, 2.f}, {3.f, 4.f}, {nan, inf}}, {{5.f, 6.f}, {7.f, 8.f}, {9.f, 10.f}}});
  const Tensor mask({{true, true, false}, {false, true, false}});
  GradientTape tape;
  tape.watch(x);
  const Tensor y = GlobalAveragePooling1D()(x, {.mask = mask});
  CHECK(ops::array_equal(y, Tensor({{2.f, 3.f}, {7.f, 8.f}})));
  const Tensor gradient = tape.gradient(ops::sum(y), x).to_dense();
  CHECK(
      ops::array_equal(gradient, Tensor({{{.5f, .5f}, {.5f, .5f}, {0.f, 0.f}}, {{0.f, 0.f}, {1.f, 1.f}, {0.f, 0.f}}})));
}

TEST_CASE("GlobalAveragePooling1D: a sample that is padding only gives 0, and no gradient") {
  const Tensor x = random::normal({2, 3, 4});
  const Tensor mask({{false, false, false}, {true, false, false}});
  GradientTape tape;
  tape.watch(x);
  const Tensor y = GlobalAveragePooling1D()(x, {.mask = mask});
  const Tensor gradient = tape.gradient(ops::sum(y), x).to_dense();
  CHECK(ops::array_equal(ops::select(y, 0, 0), Tensor::zeros({4})));
  CHECK(ops::array_equal(ops::select(y, 0, 1), ops::select(ops::select(x, 0, 1), 0, 0)));
  CHECK(ops::array_equal(ops::select(gradient, 0, 0), Tensor::zeros({3, 4})));
}

TEST_CASE("GlobalAveragePooling1D: a masked mean can be differentiated twice") {
  const Tensor x = random::normal({2, 3, 2}, 0, 1, float64), mask({{true, false, true}, {true, true, true}});
  GradientTape outer;
  outer.watch(x);
  Tensor first;
  {
    GradientTape inner;
    inner.watch(x);
    const Tensor y = GlobalAveragePooling1D({.dtype = float64})(x, {.mask = mask});
    first = inner.gradient(ops::sum(y * y * y), x).to_dense();
  }
  // y = Σ x / n; d(Σ y³)/dx = 3y²/n at each step that counts; its sum over the steps 3y², and d(Σ 3y²)/dx = 6y/n
  const Tensor second = outer.gradient(ops::sum(first), x).to_dense();
  const Tensor y = GlobalAveragePooling1D({.keepdims = true, .dtype = float64})(x, {.mask = mask});
  const Tensor counts = Tensor({{{2.}}, {{3.}}}), counted = ops::cast(ops::expand_dims(mask, 2), float64);
  CHECK(ops::all_close(second, 6 * y / counts * counted, 1e-12));
}

TEST_CASE("GlobalAveragePooling1D: integers become floats, as Keras's") {
  const Tensor x({{{1, 2}, {2, 5}}}), mask({{true, false}});
  CHECK(x.dtype() == int32);
  CHECK(ops::array_equal(GlobalAveragePooling1D()(x), Tensor({{1.5f, 3.5f}})));
  CHECK(ops::array_equal(GlobalAveragePooling1D()(x, {.mask = mask}), Tensor({{1.f, 2.f}})));
}

TEST_CASE("GlobalAveragePooling1D: the mask ends here") {
  const auto [output, mask] =
      GlobalAveragePooling1D().apply(Tensor::zeros({1, 2, 3}), {.mask = Tensor::ones({1, 2}, boolean)});
  CHECK_FALSE(mask.has_value());
}

TEST_CASE("GlobalAveragePooling1D: refused") {
  CHECK_THROWS_WITH_AS(GlobalAveragePooling1D({.data_format = "first"}),
                       "[GlobalAveragePooling1D] unknown `data_format`; got \"first\"; expected \"channels_last\" or "
                       "\"channels_first\"",
                       ValueError);
  CHECK_THROWS_AS(GlobalAveragePooling1D()(Tensor::zeros({2, 3})), ShapeError);
  CHECK_THROWS_WITH_AS(GlobalAveragePooling1D()(Tensor::zeros({2, 3, 4}), {.mask = Tensor::ones({2, 4}, boolean)}),
                       "[GlobalAveragePooling1D] the mask does not fit; got (2, 4) for an input "
                       "(2, 3, 4); expected (2, 3)",
                       ShapeError);
}
