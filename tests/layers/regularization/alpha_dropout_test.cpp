#include <cornu/layers/regularization/alpha_dropout.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::AlphaDropout;

namespace {

const CallContext training{.training = true};

}  // namespace

TEST_CASE("AlphaDropout: keeps a layer's promises") {
  check(check_layer([] { return AlphaDropout(0.4); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 3, 4}}));
  check(check_layer([] { return AlphaDropout(0.25, {.seed = 3}); }, Shape{3, 4}));
  check(check_layer([] { return AlphaDropout(0); }, Shape{3, 4}));
}

TEST_CASE("AlphaDropout: the part of the rate becomes one number, and mean 0 and variance 1 stay") {
  random::set_seed(1);
  for (const double rate : {0.1, 0.25, 0.5}) {
    const Tensor y = AlphaDropout(rate)(random::normal({300, 300}), training);
    CHECK(std::abs(ops::mean(y).item<float>()) < 0.02);
    CHECK(ops::variance(y).item<float>() == doctest::Approx(1).epsilon(0.03));
    const Tensor of_ones = AlphaDropout(rate)(Tensor::ones({300, 300}), training);
    const double alpha = -1.7580993408473766, a = 1 / std::sqrt((1 - rate) * (1 + rate * alpha * alpha));
    CHECK(ops::min(of_ones).item<float>() == doctest::Approx(a * alpha - a * alpha * rate));
    CHECK(ops::max(of_ones).item<float>() == doctest::Approx(a - a * alpha * rate));
    const Tensor is_dropped = ops::less(of_ones, 0);
    CHECK(ops::mean(ops::cast(is_dropped, float32)).item<float>() == doctest::Approx(rate).epsilon(0.05));
  }
}

TEST_CASE("AlphaDropout: along an extent of 1 in noise_shape all are kept or dropped alike") {
  random::set_seed(3);
  const Tensor y = AlphaDropout(0.5, {.noise_shape = Shape{None, 1, None}})(Tensor::ones({8, 5, 8}), training);
  CHECK(ops::array_equal(ops::max(y, {.axis = 1}), ops::min(y, {.axis = 1})));
}

TEST_CASE("AlphaDropout: outside training, and with rate 0, the input itself") {
  const Tensor x = Tensor::ones({10, 10});
  CHECK(AlphaDropout(0.5)(x).identity() == x.identity());
  CHECK(AlphaDropout(0)(x, training).identity() == x.identity());
}

TEST_CASE("AlphaDropout: draws anew at each call; a seed begins the same stream, which its state continues") {
  const Tensor x = Tensor::ones({10, 10});
  AlphaDropout layer(0.5, {.seed = 4}), same(0.5, {.seed = 4}), later(0.5, {.seed = 4});
  const Tensor first = layer(x, training);
  later.set_state(layer.state());
  const Tensor second = layer(x, training);
  CHECK_FALSE(ops::array_equal(first, second));
  CHECK(ops::array_equal(same(x, training), first));
  CHECK(ops::array_equal(later(x, training), second));
}

TEST_CASE("AlphaDropout: integers are cast in training; an empty batch, and a mask that passes through") {
  CHECK(AlphaDropout(0.5)(Tensor({{1, 2}}), training).dtype() == float32);
  CHECK(AlphaDropout(0.5)(Tensor::zeros({0, 3}), training).shape() == Shape{0, 3});
  const Mask mask = Tensor({{true, false}});
  CHECK(AlphaDropout(0.5).apply(Tensor::zeros({1, 2, 3}), {.training = true, .mask = mask}).second.has_value());
}

TEST_CASE("AlphaDropout: refused") {
  CHECK_THROWS_WITH_AS(AlphaDropout(1.5),
                       "[AlphaDropout] rate must lie in 0 … 1; got 1.5; expected the part to drop, such as 0.5",
                       ValueError);
  CHECK_THROWS_AS(AlphaDropout(1), ValueError);
  CHECK_THROWS_AS(AlphaDropout(0.5, {.noise_shape = Shape{0, 1}}), ValueError);
  AlphaDropout layer(0.5, {.noise_shape = Shape{None, 2}});
  CHECK_THROWS_AS(layer(Tensor::zeros({4, 3}), training), ShapeError);
}
