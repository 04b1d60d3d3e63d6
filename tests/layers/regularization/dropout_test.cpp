#include <cornu/layers/regularization/dropout.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/check.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::Dropout;

namespace {

const CallContext training{.training = true};

double part_kept(const Tensor& y) {
  return ops::mean(ops::cast(ops::not_equal(y, Tensor(0.f)), float32)).item<double>();
}

}  // namespace

TEST_CASE("Dropout: keeps a layer's promises") {
  check(check_layer([] { return Dropout(0.4); }, Shape{3, 4}, {.output_shape = Shape{3, 4}}));
  check(check_layer([] { return Dropout(0.4, {.noise_shape = Shape{None, 1, None}, .seed = 3}); }, Shape{3, 4, 2}));
  check(check_layer([] { return Dropout(0); }, Shape{3, 4}));
  check(check_layer([] { return Dropout(1); }, Shape{3, 4}));
}

TEST_CASE("Dropout: the part of the rate becomes 0, the others are scaled as Keras scales them") {
  const cornu::testing::Fixture fixture("layers");
  random::set_seed(1);
  for (const double rate : {0.1, 0.25, 0.5, 0.8}) {
    const Tensor y = Dropout(rate)(Tensor::ones({200, 200}), training);
    CHECK(part_kept(y) == doctest::Approx(1 - rate).epsilon(0.02));
    CHECK(ops::max(y).item<float>() ==
          doctest::Approx(fixture.scalar(fmt::format("dropout/{}/scale", rate))).epsilon(1e-6));
    CHECK(ops::mean(y).item<float>() == doctest::Approx(1).epsilon(0.02));
  }
}

TEST_CASE("Dropout: outside training, and with rate 0, the input itself") {
  const Tensor x = Tensor::ones({10, 10});
  CHECK(Dropout(0.5)(x).identity() == x.identity());
  CHECK(Dropout(0)(x, training).identity() == x.identity());
}

TEST_CASE("Dropout: integers stay integers outside training") {
  const Tensor y = Dropout(0.5)(Tensor({{1, 16777217}}));
  CHECK(y.dtype() == int32);
  CHECK(y.at<std::int32_t>(0, 1) == 16777217);
}

TEST_CASE("Dropout: with rate 1 nothing is left, and no gradient") {
  const Tensor x = random::normal({3, 3});
  GradientTape tape;
  tape.watch(x);
  const Tensor y = Dropout(1)(x, training);
  CHECK(ops::array_equal(y, Tensor::zeros({3, 3})));
  CHECK(tape.gradient(ops::sum(y), x).empty());
}

TEST_CASE("Dropout: the gradient is dropped and scaled as the elements were") {
  random::set_seed(2);
  const Tensor x = Tensor::ones({20, 20});
  GradientTape tape;
  tape.watch(x);
  const Tensor y = Dropout(0.3)(x, training);
  CHECK(ops::array_equal(tape.gradient(ops::sum(y), x).to_dense(), y));
}

TEST_CASE("Dropout: draws anew at each call; a seed begins the same stream") {
  const Tensor x = Tensor::ones({10, 10});
  Dropout layer(0.5, {.seed = 4}), same(0.5, {.seed = 4}), other(0.5, {.seed = 5});
  const Tensor first = layer(x, training), second = layer(x, training);
  CHECK_FALSE(ops::array_equal(first, second));
  CHECK(ops::array_equal(same(x, training), first));
  CHECK(ops::array_equal(same(x, training), second));
  CHECK_FALSE(ops::array_equal(other(x, training), first));
}

TEST_CASE("Dropout: keeps where its generator's next number is the rate or more, call after call") {
  Dropout layer(0.3, {.seed = 4});
  random::Generator generator(4);
  for (int call = 0; call < 4; ++call) {
    const Tensor y = layer(Tensor::ones({3, 7}), training);
    for (const float value : y.values<float>()) CHECK((value != 0) == (generator.uniform() >= 0.3));
  }
}

TEST_CASE("Dropout: along an extent of 1 in noise_shape all are kept or dropped alike") {
  random::set_seed(3);
  const Tensor y = Dropout(0.5, {.noise_shape = Shape{None, 1, None}})(Tensor::ones({8, 5, 8}), training);
  CHECK(ops::array_equal(ops::max(y, {.axis = 1}), ops::min(y, {.axis = 1})));
  CHECK(part_kept(y) > 0.2);
  CHECK(part_kept(y) < 0.8);
}

TEST_CASE("Dropout: NaN and infinity are dropped too") {
  random::set_seed(4);
  const Tensor y = Dropout(0.5)(Tensor::full({1000}, std::nan("")), training);
  const Tensor zeros = ops::equal(y, Tensor(0.f));
  CHECK(ops::mean(ops::cast(zeros, float32)).item<float>() == doctest::Approx(0.5).epsilon(0.1));
}

TEST_CASE("Dropout: an empty batch, and a mask that passes through") {
  CHECK(Dropout(0.5)(Tensor::zeros({0, 3}), training).shape() == Shape{0, 3});
  const Mask mask = Tensor({{true, false}});
  CHECK(Dropout(0.5).apply(Tensor::zeros({1, 2, 3}), {.training = true, .mask = mask}).second.has_value());
}

TEST_CASE("Dropout: the config is Keras's") {
  const Config config = Dropout(0.5, {.noise_shape = Shape{None, 1}, .seed = 3}).get_config();
  CHECK(config["rate"].as_double() == 0.5);
  CHECK(config["seed"].as_int() == 3);
  CHECK(config["noise_shape"].to_json() == "[null, 1]");
  CHECK(Dropout(0.5).get_config()["seed"].is_null());
}

TEST_CASE("Dropout: refused") {
  CHECK_THROWS_WITH_AS(Dropout(1.5),
                       "[Dropout] rate must lie in 0 … 1; got 1.5; expected the part to drop, such as 0.5", ValueError);
  CHECK_THROWS_AS(Dropout(-0.1), ValueError);
  CHECK_THROWS_AS(Dropout(std::nan("")), ValueError);
  CHECK_THROWS_AS(Dropout(0.5, {.noise_shape = Shape{0, 1}}), ValueError);
  Dropout layer(0.5, {.noise_shape = Shape{None, 2}, .name = "drop"});
  CHECK_THROWS_WITH_AS(
      layer(Tensor::zeros({4, 3}), training),
      "[Dropout 'drop'] `noise_shape` does not fit the input; got (None, 2) for an input (4, 3); expected one "
      "extent an axis: 1, None or the input's",
      ShapeError);
  CHECK_THROWS_AS(layer(Tensor::zeros({4})), ShapeError);
}
