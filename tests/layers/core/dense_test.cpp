#include <cornu/layers/core/dense.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using cornu::testing::check_keras_case;
using layers::Dense;

namespace {

Tensor doubled(const Tensor& x) { return x * 2; }

// A Dense of 2 units with kernel ((1, 2), (3, 4), (5, 6)) and bias (10, 20).
Dense known(layers::DenseOptions options = {}) {
  options.kernel_initializer = [](const Shape&, DType dtype) {
    return Tensor({{1.f, 2.f}, {3.f, 4.f}, {5.f, 6.f}}).astype(dtype);
  };
  options.bias_initializer = [](const Shape&, DType dtype) { return Tensor({10.f, 20.f}).astype(dtype); };
  return Dense(2, std::move(options));
}

}  // namespace

TEST_CASE("Dense: outputs, masks and gradients are Keras's") {
  check_keras_case("dense", Dense(3));
  check_keras_case("dense_no_bias", Dense(3, {.use_bias = false}));
  for (const char* activation : {"relu", "sigmoid", "tanh", "softmax", "elu"})
    check_keras_case(std::string("dense_") + activation, Dense(3, activation));
  check_keras_case("dense_rank3", Dense(2, "relu"));
  check_keras_case("dense_rank3_masked", Dense(2));
  check_keras_case("dense_rank4", Dense(3));
  check_keras_case("dense_empty", Dense(3));
}

TEST_CASE("Dense: keeps a layer's promises") {
  const LayerExpectations expected{.output_shape = Shape{4, 3}, .weight_names = {{"kernel", "bias"}}};
  check(check_layer([] { return Dense(3); }, Shape{4, 5}, expected));
  for (const char* activation : {"relu", "tanh", "softmax", "gelu"})
    check(check_layer([&] { return Dense(3, activation); }, Shape{4, 5}, expected));
  check(check_layer([] { return Dense(3, {.use_bias = false, .activity_regularizer = "l2"}); }, Shape{4, 5},
                    {.weight_names = {{"kernel"}}}));
  check(check_layer([] { return Dense(3); }, Shape{4, 2, 5}, {.output_shape = Shape{4, 2, 3}}));
}

TEST_CASE("Dense: x · kernel + bias, worked out by hand") {
  Dense layer = known();
  const Tensor y = layer(Tensor({{1.f, 0.f, -1.f}, {0.f, 1.f, 0.f}}));
  CHECK(ops::array_equal(y, Tensor({{1.f - 5 + 10, 2.f - 6 + 20}, {13.f, 24.f}})));
}

TEST_CASE("Dense: the activation is a name, a function or an object, as an argument or an option") {
  const Tensor x = Tensor({{-1.f, 0.f, -3.f}}), expected = ops::relu(known()(x));
  CHECK(ops::array_equal(known({.activation = "relu"})(x), expected));
  CHECK(ops::array_equal(known({.activation = ops::relu})(x), expected));
  CHECK(ops::array_equal(known({.activation = doubled})(x), known()(x) * 2));
  CHECK(ops::array_equal(known({.activation = [](const Tensor& t) { return t * 2; }})(x), known()(x) * 2));

  Dense argument(2, "relu"), both(2, "relu", {.use_bias = false}), function(2, doubled);
  CHECK(argument.get_config()["activation"].as_string() == "relu");
  CHECK(both.get_config()["activation"].as_string() == "relu");
  CHECK_FALSE(both.get_config()["use_bias"].as_bool());
  CHECK(function.get_config()["activation"].to_json() == unnamed_function().to_json());
}

TEST_CASE("Dense: begins with a Glorot uniform kernel and no bias") {
  random::set_seed(1);
  Dense layer(40);
  layer(Tensor::zeros({1, 20}));
  const std::vector<Tensor> weights = layer.get_weights();
  CHECK(ops::max(ops::abs(weights[0])).item<float>() <= std::sqrt(6.f / 60));
  CHECK(ops::max(ops::abs(weights[0])).item<float>() > 0.98f * std::sqrt(6.f / 60));
  CHECK(ops::array_equal(weights[1], Tensor::zeros({40})));
}

TEST_CASE("Dense: integer inputs are cast to the layer's dtype, float64 layers compute in float64") {
  CHECK(ops::array_equal(known()(Tensor({{0, 1, 0}})), Tensor({{13.f, 24.f}})));
  CHECK(known()(Tensor({{0, 1, 0}})).dtype() == float32);
  CHECK(known({.dtype = float64})(Tensor({{0, 1, 0}})).dtype() == float64);
  CHECK(known({.dtype = float64})(Tensor({{0.f, 1.f, 0.f}})).dtype() == float64);
}

TEST_CASE("Dense: each weight has its own regularizer and constraint") {
  Dense layer = known({.kernel_regularizer = regularizers::L1(1),
                       .bias_regularizer = regularizers::L2(1),
                       .kernel_constraint = "max_norm",
                       .bias_constraint = "non_neg"});
  layer(Tensor::zeros({1, 3}));
  REQUIRE(layer.losses().size() == 2);
  CHECK(layer.losses()[0].item<float>() == 21);
  CHECK(layer.losses()[1].item<float>() == 500);
  for (const Variable& weight : layer.weights()) CHECK(weight.body().weight.constraint != nullptr);
}

TEST_CASE("Dense: the activity regularizer sees what comes out, divided by the batch") {
  Dense layer = known({.activation = "relu", .activity_regularizer = regularizers::L1(1)});
  const AddedLosses added;
  layer(Tensor({{0.f, 1.f, 0.f}, {-100.f, 0.f, 0.f}}));
  CHECK(added.total().item<float>() == doctest::Approx((13 + 24 + 0) / 2.));
}

TEST_CASE("Dense: frozen, it has no trainable weights and gets no gradient") {
  Dense layer = known({.trainable = false});
  const Tensor x = Tensor::ones({1, 3});
  GradientTape tape({.persistent = true});
  const Tensor sum = ops::sum(layer(x));
  CHECK(layer.trainable_weights().empty());
  for (const Variable& weight : layer.weights()) CHECK(tape.gradient(sum, weight).empty());
}

TEST_CASE("Dense: a mask passes through") {
  Dense layer(2);
  const Mask mask = Tensor({{true, false}});
  CHECK(ops::array_equal(layer.apply(Tensor::zeros({1, 2, 3}), {.mask = mask}).second.value(), *mask));
}

TEST_CASE("Dense: the config is Keras's") {
  const Config config = Dense(3, {.kernel_regularizer = "l2", .name = "head"}).get_config();
  CHECK(config["units"].as_int() == 3);
  CHECK(config["activation"].as_string() == "linear");
  CHECK(config["use_bias"].as_bool());
  CHECK(config["kernel_initializer"]["class_name"].as_string() == "GlorotUniform");
  CHECK(config["bias_initializer"]["class_name"].as_string() == "Zeros");
  CHECK(config["kernel_regularizer"]["config"]["l2"].as_double() == 0.01);
  CHECK(config["bias_constraint"].is_null());
}

TEST_CASE("Dense: a softmax of one unit is told once, when the layer is built") {
  testing::CapturedLog log({});
  Dense one(1, "softmax"), log_one(1, "log_softmax");
  one(Tensor({{1.f, 2.f}}));
  one(Tensor({{1.f, 2.f}}));
  CHECK(
      log.take() ==
      "Dense: softmax over an axis of size 1 gives 1 whatever comes in, so nothing is learnt; take \"sigmoid\" for two "
      "classes, or a unit for each class\n");
  log_one(Tensor({{1.f, 2.f}}));
  CHECK(log.take().starts_with("Dense: log_softmax over an axis of size 1 gives 0 whatever comes in"));
  Dense(1, "sigmoid")(Tensor({{1.f, 2.f}}));
  Dense(2, "softmax")(Tensor({{1.f, 2.f}}));
  CHECK(log.text().empty());
}

TEST_CASE("Dense: refused") {
  CHECK_THROWS_WITH_AS(Dense(0), "[Dense] `units` must be a positive integer; got 0; expected 1 or more", ValueError);
  CHECK_THROWS_AS(Dense(-1, "relu"), ValueError);
  CHECK_THROWS_AS(Dense(3, "rleu"), ValueError);
  CHECK_THROWS_AS(Dense(3, {.dtype = int64}), ValueError);
  Dense vector(2), unknown(2), built(2, {.name = "head"});
  CHECK_THROWS_AS(vector(Tensor::zeros({3})), ShapeError);
  CHECK_FALSE(vector.built());
  CHECK_THROWS_AS(unknown(Tensor::symbolic({None, None})), ShapeError);
  CHECK(unknown(Tensor::zeros({1, 4})).shape() == Shape{1, 2});  // a refused build leaves it as it was
  built(Tensor::zeros({1, 4}));
  CHECK_THROWS_WITH_AS(
      built(Tensor::zeros({8, 5})),
      "[Dense 'head'] the layer was built for another input; got shape (8, 5); expected rank 2 or more "
      "and 4 along the last axis",
      ShapeError);
}
