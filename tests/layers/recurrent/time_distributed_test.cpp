#include <cornu/layers/recurrent/time_distributed.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/normalization/batch_normalization.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/regularization/dropout.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using namespace cornu::layers;
using cornu::testing::check;

namespace {

void check_case(const std::string& name, TimeDistributed layer, bool training = false) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "time_distributed", .training = training});
}

}  // namespace

TEST_CASE("TimeDistributed: outputs and gradients are Keras's, statistics step by step") {
  check_case("distributed", TimeDistributed(Dense(2)));
  check_case("distributed_pooling", TimeDistributed(GlobalAveragePooling1D()));
  check_case("distributed_lstm", TimeDistributed(LSTM(2)));
  check_case("distributed_batch", TimeDistributed(BatchNormalization({.momentum = 0.5})), true);
}

TEST_CASE("TimeDistributed: keeps a layer's promises") {
  check(check_layer([] { return TimeDistributed(Dense(2)); }, Shape{2, 4, 3},
                    {.output_shape = Shape{2, 4, 2}, .weight_names = {{"kernel", "bias"}}}));
  check(check_layer([] { return TimeDistributed(Dropout(0.5, {.seed = 3})); }, Shape{2, 4, 3}));
  check(check_layer([] { return TimeDistributed(LSTM(2)); }, Shape{2, 3, 4, 2},
                    {.output_shape = Shape{2, 3, 2}, .mask = Tensor::ones({2, 3, 4}, boolean)}));
}

TEST_CASE("TimeDistributed: the layer is given its part of a mask") {
  const Tensor x = random::normal({1, 2, 3, 4});
  const Mask mask = Tensor({{{true, false, false}, {true, true, false}}});
  const auto [y, after] = TimeDistributed(GlobalAveragePooling1D()).apply(x, {.mask = mask});
  const Tensor first = ops::select(ops::select(x, 1, 0), 1, 0);
  CHECK(ops::all_close(ops::select(y, 1, 0), first));
  CHECK(ops::array_equal(after.value(), Tensor({{true, true}})));
  CHECK(ops::array_equal(TimeDistributed(Dense(2)).apply(x, {.mask = mask}).second.value(), *mask));
}

TEST_CASE("TimeDistributed: an empty batch, and no steps") {
  CHECK(TimeDistributed(Dense(2))(Tensor::zeros({0, 4, 3})).shape() == Shape{0, 4, 2});
  CHECK(TimeDistributed(Dense(2))(Tensor::zeros({3, 0, 3})).shape() == Shape{3, 0, 2});
}

TEST_CASE("TimeDistributed: refused") {
  CHECK_THROWS_AS(TimeDistributed(std::shared_ptr<LayerBase>()), ValueError);
  CHECK_THROWS_AS(TimeDistributed(Dense(2))(Tensor::zeros({2, 3})), ShapeError);
  const Tensor x = Tensor::zeros({2, 3, 4});
  CHECK_THROWS_AS(TimeDistributed(Dense(2))(x, {.mask = Tensor({true, true})}), ShapeError);
  CHECK_THROWS_AS(TimeDistributed(Dense(2))(x, {.mask = Tensor({{true, true}, {true, true}})}), ShapeError);
}
