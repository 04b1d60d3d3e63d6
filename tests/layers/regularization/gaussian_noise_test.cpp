#include <cornu/layers/regularization/gaussian_noise.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::GaussianNoise;

namespace {

const CallContext training{.training = true};

}  // namespace

TEST_CASE("GaussianNoise: keeps a layer's promises") {
  check(check_layer([] { return GaussianNoise(0.4); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 3, 4}}));
  check(check_layer([] { return GaussianNoise(0.25, {.seed = 3}); }, Shape{3, 4}));
  check(check_layer([] { return GaussianNoise(0); }, Shape{3, 4}));
}

TEST_CASE("GaussianNoise: adds numbers of mean 0 and that standard deviation") {
  random::set_seed(1);
  const Tensor y = GaussianNoise(0.25)(Tensor::full({200, 200}, 3), training);
  CHECK(ops::mean(y).item<float>() == doctest::Approx(3).epsilon(0.003));
  CHECK(ops::standard_deviation(y).item<float>() == doctest::Approx(0.25).epsilon(0.03));
}

TEST_CASE("GaussianNoise: outside training, and with stddev 0, the input itself") {
  const Tensor x = Tensor::ones({10, 10});
  CHECK(GaussianNoise(0.5)(x).identity() == x.identity());
  CHECK(GaussianNoise(0)(x, training).identity() == x.identity());
}

TEST_CASE("GaussianNoise: draws anew at each call; a seed begins the same stream, which its state continues") {
  const Tensor x = Tensor::ones({10, 10});
  GaussianNoise layer(0.5, {.seed = 4}), same(0.5, {.seed = 4}), later(0.5, {.seed = 4});
  const Tensor first = layer(x, training);
  later.set_state(layer.state());
  const Tensor second = layer(x, training);
  CHECK_FALSE(ops::array_equal(first, second));
  CHECK(ops::array_equal(same(x, training), first));
  CHECK(ops::array_equal(later(x, training), second));
}

TEST_CASE("GaussianNoise: integers are cast in training; an empty batch, and a mask that passes through") {
  CHECK(GaussianNoise(0.5)(Tensor({{1, 2}}), training).dtype() == float32);
  CHECK(GaussianNoise(0.5)(Tensor::zeros({0, 3}), training).shape() == Shape{0, 3});
  const Mask mask = Tensor({{true, false}});
  CHECK(GaussianNoise(0.5).apply(Tensor::zeros({1, 2, 3}), {.training = true, .mask = mask}).second.has_value());
}

TEST_CASE("GaussianNoise: refused") {
  CHECK_THROWS_WITH_AS(GaussianNoise(1.5), "[GaussianNoise] stddev must lie in 0 … 1; got 1.5", ValueError);
  CHECK_THROWS_AS(GaussianNoise(-0.1), ValueError);
  CHECK_THROWS_AS(GaussianNoise(std::nan("")), ValueError);
}
