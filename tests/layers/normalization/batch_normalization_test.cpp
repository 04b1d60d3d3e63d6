#include <cornu/layers/normalization/batch_normalization.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::BatchNormalization;

namespace {

const CallContext training{.training = true};

void check_case(const std::string& name, BatchNormalization layer, bool training = true) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "normalization", .training = training});
}

std::vector<float> values(const Tensor& x) { return x.to_vector<float>(); }

// The mean and the variance that move.
std::pair<Tensor, Tensor> statistics(const LayerBase& layer) {
  const std::vector<Tensor> weights = layer.get_weights();
  return {weights[weights.size() - 2], weights.back()};
}

}  // namespace

TEST_CASE("BatchNormalization: outputs, masks, gradients and moving statistics are Keras's") {
  check_case("batch", BatchNormalization(), false);
  check_case("batch_training", BatchNormalization());
  check_case("batch_steps_training", BatchNormalization({.momentum = 0.75, .epsilon = 0.01}));
  check_case("batch_masked", BatchNormalization(), false);
  check_case("batch_all_masked", BatchNormalization());
  check_case("batch_image_masked", BatchNormalization());
  check_case("batch_axis1", BatchNormalization({.axis = 1}));
  check_case("batch_plain", BatchNormalization({.center = false, .scale = false}));
  check_case("batch_no_beta", BatchNormalization({.center = false}));
  check_case("batch_frozen", BatchNormalization({.trainable = false}));
}

TEST_CASE("BatchNormalization: keeps a layer's promises") {
  const LayerExpectations expected{.output_shape = Shape{4, 5},
                                   .weight_names = {{"gamma", "beta", "moving_mean", "moving_variance"}}};
  check(check_layer([] { return BatchNormalization(); }, Shape{4, 5}, expected));
  check(check_layer([] { return BatchNormalization({.axis = 1, .momentum = 0.5}); }, Shape{2, 3, 4}));
  check(check_layer([] { return BatchNormalization({.axis = -2, .scale = false}); }, Shape{2, 3, 4, 2}));
  check(check_layer([] { return BatchNormalization({.center = false, .scale = false}); }, Shape{3, 4}));
  check(check_layer([] { return BatchNormalization({.trainable = false}); }, Shape{3, 4}));
}

TEST_CASE("BatchNormalization: a mask of one channel") {
  BatchNormalization layer;
  const Tensor x({{{1.F}, {3.F}, {9.F}}});
  const Tensor y = layer(x, {.training = true, .mask = Tensor({{true, true, false}})});
  CHECK(ops::all_close(y, Tensor({{{-0.9995F}, {0.9995F}, {6.9965F}}}), 1e-4));
  const auto [mean, variance] = statistics(layer);
  CHECK(mean.item<float>() == doctest::Approx(0.02));
  CHECK(variance.item<float>() == doctest::Approx(1));
}

TEST_CASE("BatchNormalization: a mean that is large beside the deviation costs no digits") {
  BatchNormalization layer({.epsilon = 0});
  const Tensor x({{100000.F}, {100001.F}, {100002.F}, {100003.F}});
  const Tensor expected({{-1.341641F}, {-0.4472136F}, {0.4472136F}, {1.341641F}});
  CHECK(ops::all_close(layer(x, training), expected, 1e-5));
}

TEST_CASE("BatchNormalization: variances far from 1 stay numbers") {
  BatchNormalization layer;
  layer.ensure_built(Shape{None, 2});
  layer.set_weights({Tensor::ones({2}), Tensor::zeros({2}), Tensor({5e4F, 0.F}), Tensor({1.7e9F, 3e38F})});
  const Tensor y = layer(Tensor({{9.5e4F, 1e19F}}));
  CHECK(values(y)[0] == doctest::Approx(45000 / std::sqrt(1.7e9)).epsilon(1e-6));
  CHECK(values(y)[1] == doctest::Approx(1e19 / std::sqrt(3e38)).epsilon(1e-6));
}

TEST_CASE("BatchNormalization: outside training the statistics rest, and so do those of a frozen layer") {
  BatchNormalization layer({.momentum = 0});
  const Tensor x({{1.F, 2.F}, {3.F, 6.F}});
  layer(x);
  CHECK(values(statistics(layer).first) == std::vector<float>{0, 0});
  layer(x, training);
  CHECK(values(statistics(layer).first) == std::vector<float>{2, 4});
  CHECK(values(statistics(layer).second) == std::vector<float>{1, 4});
  const Tensor inferred = layer(x + 1);
  layer.set_trainable(false);
  CHECK(ops::array_equal(layer(x + 1, training), inferred));
  CHECK(values(statistics(layer).first) == std::vector<float>{2, 4});
}

TEST_CASE("BatchNormalization: a tape that watches a weight does not see the statistics move") {
  BatchNormalization layer;
  const Tensor x = random::normal({5, 2});
  GradientTape tape;
  const Tensor loss = ops::sum(ops::square(layer(x, training)));
  const Tensor held = statistics(layer).first, before = held * 1;
  layer(x, training);
  CHECK(ops::array_equal(held, before));
  CHECK_FALSE(tape.gradient(loss, layer.trainable_weights()).front().empty());
}

TEST_CASE("BatchNormalization: two calls in one step move the statistics twice") {
  BatchNormalization layer({.momentum = 0.5});
  layer(Tensor({{2.F}, {2.F}}), training);
  layer(Tensor({{4.F}, {4.F}}), training);
  CHECK(statistics(layer).first.item<float>() == 2.5F);
}

TEST_CASE("BatchNormalization: integers are cast; an empty batch leaves the statistics") {
  BatchNormalization layer;
  CHECK(layer(Tensor({{1, 2}, {3, 4}}), training).dtype() == float32);
  const Tensor before = statistics(layer).first;
  CHECK(layer(Tensor::zeros({0, 2}), training).shape() == Shape{0, 2});
  CHECK(ops::array_equal(statistics(layer).first, before));
}

TEST_CASE("BatchNormalization: refused") {
  CHECK_THROWS_WITH_AS(BatchNormalization({.momentum = 1.5}),
                       "[BatchNormalization] `momentum` must lie in 0 … 1; got 1.5", ValueError);
  CHECK_THROWS_AS(BatchNormalization({.momentum = std::nan("")}), ValueError);
  CHECK_THROWS_AS(BatchNormalization({.epsilon = -1e-3}), ValueError);
  CHECK_THROWS_AS(BatchNormalization({.axis = 2})(Tensor::zeros({2, 3})), IndexError);
  CHECK_THROWS_AS(BatchNormalization().ensure_built(Shape{None, None}), ShapeError);
  BatchNormalization layer({.name = "norm"});
  layer(Tensor::zeros({2, 3}));
  CHECK_THROWS_WITH_AS(layer(Tensor::zeros({2, 4})),
                       "[BatchNormalization 'norm'] the layer was built for another input; got shape (2, 4); expected "
                       "rank 2 and 3 along axis -1",
                       ShapeError);
  CHECK_THROWS_AS(layer(Tensor::zeros({2, 3, 3})), ShapeError);
  CHECK_THROWS_AS(BatchNormalization()(Tensor::zeros({2, 3, 1}), {.mask = Tensor({{true}, {true}})}), ShapeError);
}
