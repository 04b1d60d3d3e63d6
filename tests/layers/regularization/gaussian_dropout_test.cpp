#include <cornu/layers/regularization/gaussian_dropout.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::GaussianDropout;

namespace {

const CallContext training{.training = true};

}  // namespace

TEST_CASE("GaussianDropout: keeps a layer's promises") {
  check(check_layer([] { return GaussianDropout(0.4); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 3, 4}}));
  check(check_layer([] { return GaussianDropout(0.25, {.seed = 3}); }, Shape{3, 4}));
  check(check_layer([] { return GaussianDropout(0); }, Shape{3, 4}));
}

TEST_CASE("GaussianDropout: factors of mean 1 and variance rate / (1 - rate)") {
  random::set_seed(1);
  for (const double rate : {0.1, 0.25, 0.5, 0.8}) {
    const Tensor y = GaussianDropout(rate)(Tensor::full({200, 200}, 3), training);
    CHECK(ops::mean(y).item<float>() == doctest::Approx(3).epsilon(0.03));
    CHECK(ops::variance(y).item<float>() == doctest::Approx(9 * rate / (1 - rate)).epsilon(0.03));
  }
}

TEST_CASE("GaussianDropout: outside training, and with rate 0, the input itself") {
  const Tensor x = Tensor::ones({10, 10});
  CHECK(GaussianDropout(0.5)(x).identity() == x.identity());
  CHECK(GaussianDropout(0)(x, training).identity() == x.identity());
}

TEST_CASE("GaussianDropout: draws anew at each call; a seed begins the same stream, which its state continues") {
  const Tensor x = Tensor::ones({10, 10});
  GaussianDropout layer(0.5, {.seed = 4}), same(0.5, {.seed = 4}), later(0.5, {.seed = 4});
  const Tensor first = layer(x, training);
  later.set_state(layer.state());
  const Tensor second = layer(x, training);
  CHECK_FALSE(ops::array_equal(first, second));
  CHECK(ops::array_equal(same(x, training), first));
  CHECK(ops::array_equal(later(x, training), second));
}

TEST_CASE("GaussianDropout: integers are cast in training; an empty batch, and a mask that passes through") {
  CHECK(GaussianDropout(0.5)(Tensor({{1, 2}}), training).dtype() == float32);
  CHECK(GaussianDropout(0.5)(Tensor::zeros({0, 3}), training).shape() == Shape{0, 3});
  const Mask mask = Tensor({{true, false}});
  CHECK(GaussianDropout(0.5).apply(Tensor::zeros({1, 2, 3}), {.training = true, .mask = mask}).second.has_value());
}

TEST_CASE("GaussianDropout: refused") {
  CHECK_THROWS_WITH_AS(GaussianDropout(1.5),
                       "[GaussianDropout] rate must lie in 0 … 1; got 1.5; expected the part to drop, such as 0.5",
                       ValueError);
  CHECK_THROWS_AS(GaussianDropout(-0.1), ValueError);
  CHECK_THROWS_WITH_AS(GaussianDropout(1),
                       "[GaussianDropout] rate must be less than 1, where the scale of what is left is infinite; got 1",
                       ValueError);
}
