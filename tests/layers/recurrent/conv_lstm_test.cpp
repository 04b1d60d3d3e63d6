#include <cornu/layers/recurrent/conv_lstm.hpp>

#include <doctest/doctest.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/recurrent/bidirectional.hpp>
#include <cornu/layers/recurrent/lstm.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::ConvLSTM1D, layers::ConvLSTM2D, layers::ConvLSTM3D;

namespace {

template <class L>
void check_case(const std::string& name, L layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "conv_lstm"});
}

// Padding nowhere, around one step, and the whole row.
Tensor padding() { return Tensor({{true, true, true}, {false, true, false}, {false, false, false}}); }

}  // namespace

TEST_CASE("ConvLSTM1D: outputs, masks and gradients are Keras's") {
  check_case("1d", ConvLSTM1D(2, 3));
  check_case("1d_same", ConvLSTM1D(2, 3, {.strides = 2, .padding = "same", .return_sequences = true}));
  check_case("1d_dilated", ConvLSTM1D(2, 2, {.dilation_rate = 2, .return_sequences = true, .go_backwards = true}));
  check_case("1d_first", ConvLSTM1D(2, 2, {.data_format = "channels_first", .unit_forget_bias = false}));
}

TEST_CASE("ConvLSTM2D: outputs, masks and gradients are Keras's") {
  check_case("2d", ConvLSTM2D(2, {2, 3}));
  check_case("2d_same", ConvLSTM2D(2, 2, {.strides = {2, 1}, .padding = "same", .return_sequences = true}));
  check_case("2d_first", ConvLSTM2D(1, 2, {.data_format = "channels_first", .return_sequences = true}));
  check_case("2d_options",
             ConvLSTM2D(2, 2, {.activation = "relu", .recurrent_activation = "hard_sigmoid", .use_bias = false}));
}

TEST_CASE("ConvLSTM3D: outputs and gradients are Keras's") {
  check_case("3d", ConvLSTM3D(1, 2));
  check_case(
      "3d_first",
      ConvLSTM3D(1, {2, 1, 2},
                 {.strides = {1, 1, 2}, .padding = "same", .data_format = "channels_first", .return_sequences = true}));
}

TEST_CASE("ConvLSTM1D: from given states, the output and the last states are Keras's") {
  const testing::Fixture fixture("conv_lstm");
  ConvLSTM1D layer(2, 2, {.return_sequences = true, .return_state = true});
  const Tensors inputs{fixture.tensor("states/input"), fixture.tensor("states/state/0"),
                       fixture.tensor("states/state/1")};
  layer.apply(inputs, {});
  layer.set_weights(
      {fixture.tensor("states/weights/0"), fixture.tensor("states/weights/1"), fixture.tensor("states/weights/2")});
  const Tensors outputs = layer.apply(inputs, {}).first;
  REQUIRE(outputs.size() == 3);
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(ops::all_close(outputs[i], fixture.tensor("states/output/" + std::to_string(i)), 1e-5, 1e-6));
  CHECK(ops::array_equal(outputs[1], ops::select(outputs[0], 1, -1)));
}

TEST_CASE("ConvLSTM1D: with windows of one element it is an LSTM at each place") {
  ConvLSTM1D layer(2, 1, {.return_sequences = true});
  layers::LSTM plain(2, {.return_sequences = true});
  const Tensor x = random::normal({3, 4, 5, 2}), row = ops::select(x, 2, 1);
  const Tensor y = layer(x);
  plain(row);
  const std::vector<Tensor> w = layer.get_weights();
  plain.set_weights({ops::reshape(w[0], {2, 8}), ops::reshape(w[1], {2, 8}), w[2]});
  CHECK(ops::all_close(ops::select(y, 2, 1), plain(row), 1e-5, 1e-6));
}

TEST_CASE("ConvLSTM1D, 2D, 3D: keep a layer's promises") {
  const std::vector<std::string> names{"kernel", "recurrent_kernel", "bias"}, kernels{"kernel", "recurrent_kernel"};
  check(check_layer([] { return ConvLSTM1D(3, 2); }, Shape{3, 3, 4, 2},
                    {.output_shape = Shape{3, 3, 3}, .weight_names = names, .mask = padding()}));
  check(check_layer([] { return ConvLSTM2D(2, 2, {.strides = 2, .padding = "same", .return_sequences = true}); },
                    Shape{3, 3, 3, 2, 2},
                    {.output_shape = Shape{3, 3, 2, 1, 2}, .weight_names = names, .mask = padding()}));
  check(check_layer(
      [] {
        return ConvLSTM2D(2, {1, 2}, {.data_format = "channels_first", .use_bias = false, .go_backwards = true});
      },
      Shape{2, 2, 2, 3, 4}, {.output_shape = Shape{2, 2, 3, 3}, .weight_names = kernels}));
  check(check_layer([] { return ConvLSTM3D(1, 2); }, Shape{1, 2, 3, 2, 3, 2}, {.output_shape = Shape{1, 2, 1, 2, 1}}));
  check(check_layer([] { return ConvLSTM1D(2, 2, {.dropout = 0.3, .recurrent_dropout = 0.3}); }, Shape{2, 3, 4, 2}));
}

TEST_CASE("ConvLSTM1D: gradients under masks agree with central differences") {
  for (const char* const format : {"channels_last", "channels_first"}) {
    random::set_seed(1);
    ConvLSTM1D layer(2, 2, {.padding = "same", .data_format = format, .return_sequences = true, .dtype = float64});
    const Tensor x = random::normal({3, 3, 3, 3}, 0, 1, float64);
    layer(x);
    const auto report = check_gradients([&](const Tensor& in) { return layer(in, {.mask = padding()}); }, {x});
    CHECK_MESSAGE(report.ok(), report.where);
  }
}

// Keras 3.15.1 on JAX fails with a mask unless it unrolls the loop, and then it repeats the output in any case.
TEST_CASE("ConvLSTM1D: at masked steps the output is repeated, or 0") {
  ConvLSTM1D layer(2, 2, {.return_sequences = true}),
      cut(2, 2, {.return_sequences = true, .zero_output_for_mask = true});
  const Tensor x = random::normal({1, 4, 3, 2}), mask({{false, true, false, true}});
  const Tensor y = layer(x, {.mask = mask});
  cut(x);
  cut.set_weights(layer.get_weights());
  const Tensor z = cut(x, {.mask = mask}), zeros = Tensor::zeros({1, 2, 2});
  CHECK(ops::array_equal(ops::select(y, 1, 0), zeros));
  CHECK(ops::array_equal(ops::select(y, 1, 2), ops::select(y, 1, 1)));
  CHECK(ops::array_equal(ops::select(z, 1, 2), zeros));
  CHECK(ops::array_equal(ops::select(z, 1, 3), ops::select(y, 1, 3)));
}

TEST_CASE("ConvLSTM2D: dropped inputs and states are the same at all steps, and each gate drops its own") {
  random::set_seed(3);
  const Tensor x = Tensor::ones({2, 3, 4, 4, 1});
  const auto layer = [&](double dropout, double recurrent_dropout) {
    return ConvLSTM2D(1, 1,
                      {.use_bias = false,
                       .kernel_initializer = "ones",
                       .recurrent_initializer = "ones",
                       .dropout = dropout,
                       .recurrent_dropout = recurrent_dropout,
                       .seed = 7,
                       .return_sequences = true});
  };
  ConvLSTM2D kept = layer(0, 0), dropped = layer(0.5, 0), state = layer(0, 0.5);
  const Tensor y = kept(x);
  CHECK(ops::array_equal(kept(x, {.training = true}), y));
  CHECK(ops::array_equal(dropped(x), y));  // not in training
  CHECK_FALSE(ops::array_equal(dropped(x, {.training = true}), y));
  const Tensor z = state(x, {.training = true});
  CHECK(ops::array_equal(ops::select(z, 1, 0), ops::select(y, 1, 0)));  // the first state is zeros
  CHECK_FALSE(ops::array_equal(ops::select(z, 1, 1), ops::select(y, 1, 1)));
  // places are equal where all four gates see the same: with masks of their own there are more than two kinds
  const std::vector<float> first = ops::select(dropped(x, {.training = true}), 1, 0).to_vector<float>();
  std::vector<float> kinds;
  for (const float value : first)
    if (std::find(kinds.begin(), kinds.end(), value) == kinds.end()) kinds.push_back(value);
  CHECK(kinds.size() > 2);
}

TEST_CASE("ConvLSTM1D: a stateful one goes on from batch to batch until it is reset, and its states are kept and set") {
  ConvLSTM1D layer(2, 2), stateful(2, 2, {.stateful = true});
  const Tensor x = random::normal({2, 4, 3, 2}), first = ops::slice(x, 1, {.stop = 2});
  layer(x);
  stateful(Tensor::symbolic({None, 2, 3, 2}));
  stateful.set_weights(layer.get_weights());
  CHECK(ops::array_equal(stateful(first), layer(first)));
  const std::vector<Tensor> kept = stateful.state();
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].shape() == Shape{2, 2, 2});
  CHECK(ops::all_close(stateful(ops::slice(x, 1, {.start = 2})), layer(x), 1e-6, 1e-7));
  stateful.set_state(kept);
  CHECK(ops::all_close(stateful(ops::slice(x, 1, {.start = 2})), layer(x), 1e-6, 1e-7));
  CHECK_THROWS_AS(stateful.set_state({Tensor::zeros({2, 2}), Tensor::zeros({2, 2})}), ValueError);
  CHECK_THROWS_AS(stateful(random::normal({3, 2, 3, 2})), ShapeError);
  stateful.reset_state();
  CHECK(ops::array_equal(stateful(first), layer(first)));
}

TEST_CASE("ConvLSTM1D: runs in both directions") {
  layers::Bidirectional both(ConvLSTM1D(2, 2, {.return_sequences = true}));
  CHECK(both(random::normal({2, 3, 4, 2})).shape() == Shape{2, 3, 3, 4});
}

TEST_CASE("ConvLSTM2D: the config is Keras's") {
  const Config config = ConvLSTM2D(3, {2, 1}, {.padding = "SAME", .dilation_rate = {1, 2}, .seed = 5}).get_config();
  CHECK(config["filters"].as_int() == 3);
  CHECK(config["kernel_size"].to_json() == "[2, 1]");
  CHECK(config["padding"].as_string() == "same");
  CHECK(config["seed"].as_int() == 5);
  CHECK(config["cell"].is_null());
}

TEST_CASE("ConvLSTM2D: no sample, no step, integers, and extents that are not known") {
  CHECK(ConvLSTM2D(3, 2)(Tensor::zeros({0, 3, 4, 5, 2})).shape() == Shape{0, 3, 4, 3});
  CHECK(ops::array_equal(ConvLSTM2D(3, 2)(Tensor::zeros({2, 0, 4, 5, 2})), Tensor::zeros({2, 3, 4, 3})));
  CHECK(ConvLSTM2D(3, 2, {.return_sequences = true})(Tensor::zeros({2, 0, 4, 5, 2})).shape() == Shape{2, 0, 3, 4, 3});
  CHECK(ConvLSTM1D(3, 2)(Tensor::ones({1, 2, 3, 1}, int32)).dtype() == float32);
  CHECK(ConvLSTM2D(3, 2, {.strides = 2}).compute_output_shape({None, None, None, 5, 2}) == Shape{None, None, 2, 3});
  ConvLSTM1D states(3, 2, {.return_state = true});
  const Tensors outputs = states.apply(Tensors(Tensor::symbolic({None, None, 4, 2})), {}).first;
  REQUIRE(outputs.size() == 3);
  CHECK(outputs[2].shape() == Shape{None, 3, 3});
}

TEST_CASE("ConvLSTM2D: options that are refused") {
  CHECK_THROWS_WITH_AS(ConvLSTM2D(0, 2), "[ConvLSTM2D] `filters` must be a positive integer; got 0; expected 1 or more",
                       ValueError);
  CHECK_THROWS_WITH_AS(ConvLSTM2D(3, 2, {.strides = {1, 2}, .dilation_rate = 2}),
                       "[ConvLSTM2D] `strides` above 1 do not go with a `dilation_rate` above 1; got (1, 2) and (2, "
                       "2); expected one of them to be 1",
                       ValueError);
  CHECK_THROWS_WITH_AS(ConvLSTM1D(3, 2, {.padding = "causal"}),
                       "[ConvLSTM1D] unknown `padding`; got \"causal\"; expected \"valid\" or \"same\"", ValueError);
  CHECK_THROWS_WITH_AS(ConvLSTM3D(3, 2, {.dropout = 1.5}), "[ConvLSTM3D] `dropout` must lie in 0 … 1; got 1.5",
                       ValueError);
  CHECK_THROWS_AS(ConvLSTM2D(3, {2, 0}), ValueError);
  CHECK_THROWS_AS(ConvLSTM2D(3, {2, 2, 2}), ValueError);
  CHECK_THROWS_AS(ConvLSTM2D(3, 2, {.strides = 0}), ValueError);
  CHECK_THROWS_AS(ConvLSTM2D(3, 2, {.dilation_rate = 0}), ValueError);
  CHECK_THROWS_AS(ConvLSTM2D(3, 2, {.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(ConvLSTM2D(3, 2, {.recurrent_dropout = -1}), ValueError);
  CHECK_THROWS_AS(ConvLSTM2D(std::int64_t{1} << 62, 2), Error);
}

TEST_CASE("ConvLSTM2D: inputs that are refused, by the layer's name") {
  CHECK_THROWS_WITH_AS(
      ConvLSTM2D(3, 2)(Tensor::zeros({2, 3, 4, 2})),
      "[ConvLSTM2D] the input has another rank; got shape (2, 4, 2); expected rank 4: batch, axes, and "
      "channels",
      ShapeError);
  CHECK_THROWS_WITH_AS(ConvLSTM2D(3, 9)(Tensor::zeros({1, 2, 5, 4, 2})),
                       "[ConvLSTM2D] a window is larger than the input; got 9 elements along an axis of 5; expected no "
                       "more; pad the input, or take padding \"same\"",
                       ShapeError);
  ConvLSTM2D layer(3, 2);
  layer(Tensor::zeros({1, 2, 5, 4, 2}));
  CHECK_THROWS_WITH_AS(
      layer(Tensor::zeros({1, 2, 5, 6, 2})),
      "[ConvLSTM2D] the layer was built for another input; got (1, 5, 6, 2) at a step; expected (None, "
      "5, 4, 2)",
      ShapeError);
  CHECK_THROWS_AS(ConvLSTM2D(3, 2).compute_output_shape({None, None, 5, 4, None}), ShapeError);
  CHECK_THROWS_AS(layer(Tensor::zeros({1, 2, 5, 4, 2}), {.mask = Tensor::ones({1, 3}, boolean)}), ShapeError);
  const Tensors states{Tensor::zeros({1, 2, 5, 4, 2}), Tensor::zeros({1, 3}), Tensor::zeros({1, 3})};
  CHECK_THROWS_AS(layer.apply(states, {}), ShapeError);
}
