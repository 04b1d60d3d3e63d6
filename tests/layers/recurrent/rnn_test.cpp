#include <cornu/layers/recurrent/rnn.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/recurrent/gru.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/recurrent/simple_rnn.hpp>
#include <cornu/layers/recurrent/stacked_rnn_cells.hpp>

#include "tests/support/check.hpp"

using namespace cornu;
using namespace cornu::layers;
using cornu::testing::check;

namespace {

// A state that fades, with what comes in added to it; the output is half as wide.
class Fading final : public Layer<Fading, RecurrentCell> {
 public:
  List<std::int64_t> state_size() const override { return 4; }
  std::int64_t output_size() const override { return 2; }
  void build(const Shapes& shapes) override {
    rate_ = add_weight({.name = "rate", .shape = {shapes[1].back()}, .initializer = initializers::Constant(0.5)});
  }
  Tensors call(const Tensors& inputs, const CallContext&) override {
    const Tensor h = inputs[1] * rate_ + inputs[0];
    return {ops::slice(h, -1, {.stop = 2}), h};
  }

 private:
  Variable rate_;
};

// Forgets to give back its state.
class Forgetful final : public Layer<Forgetful, RecurrentCell> {
 public:
  List<std::int64_t> state_size() const override { return 4; }
  Tensors call(const Tensors& inputs, const CallContext&) override { return inputs[0] + inputs[1]; }
};

Tensor padding() {
  return Tensor({{true, true, true}, {false, true, true}, {true, false, true}, {false, false, false}});
}

}  // namespace

TEST_CASE("RNN: runs a cell of one's own") {
  RNN layer(Fading(), {.return_sequences = true, .return_state = true});
  const Tensor x = Tensor::ones({1, 3, 4});
  const Tensors y = layer.apply(Tensors(x), {}).first;
  REQUIRE(y.size() == 2);
  CHECK(ops::array_equal(y[0], Tensor({{{1.f, 1.f}, {1.5f, 1.5f}, {1.75f, 1.75f}}})));
  CHECK(ops::array_equal(y[1], Tensor::full({1, 4}, 1.75)));
  const Tensors masked = layer.apply(Tensors(x), {.mask = Tensor({{false, true, false}})}).first;
  CHECK(ops::array_equal(masked[0], Tensor({{{0.f, 0.f}, {1.f, 1.f}, {1.f, 1.f}}})));
  CHECK(ops::array_equal(masked[1], Tensor::ones({1, 4})));
}

TEST_CASE("RNN: keeps a layer's promises with any cell") {
  const Shape input{4, 3, 4};
  check(check_layer([] { return RNN(Fading()); }, input,
                    {.output_shape = Shape{4, 2}, .weight_names = {{"rate"}}, .mask = padding()}));
  check(check_layer([] { return RNN(LSTMCell(2), {.return_sequences = true}); }, input,
                    {.output_shape = Shape{4, 3, 2}, .mask = padding()}));
  check(check_layer([] { return RNN(StackedRNNCells(LSTMCell(4, {.dropout = 0.2}), Fading())); }, input,
                    {.output_shape = Shape{4, 2}, .mask = padding()}));
}

TEST_CASE("RNN: with a cell of the library it is that layer") {
  const Tensor x = random::normal({4, 3, 4});
  LSTM lstm(2, {.return_sequences = true});
  RNN layer(LSTMCell(2), {.return_sequences = true});
  lstm(x);
  layer(x);
  layer.set_weights(lstm.get_weights());
  CHECK(ops::array_equal(layer(x, {.mask = padding()}), lstm(x, {.mask = padding()})));
}

TEST_CASE("StackedRNNCells: what layers on top of each other do") {
  const Tensor x = random::normal({4, 3, 4});
  LSTM first(3, {.return_sequences = true});
  GRU second(2, {.return_sequences = true});
  const Tensor y = second(first(x));
  RNN layer(StackedRNNCells(LSTMCell(3), GRUCell(2)), {.return_sequences = true, .return_state = true});
  layer.apply(Tensors(x), {});
  std::vector<Tensor> weights = first.get_weights();
  for (const Tensor& weight : second.get_weights()) weights.push_back(weight);
  layer.set_weights(weights);
  const Tensors got = layer.apply(Tensors(x), {}).first;
  CHECK(ops::all_close(got[0], y, 1e-6, 1e-7));
  REQUIRE(got.size() == 4);  // h and c of the LSTM, h of the GRU
  CHECK(got[1].shape() == Shape{4, 3});
  CHECK(ops::array_equal(got[3], ops::select(got[0], 1, -1)));
}

TEST_CASE("StackedRNNCells: dropout of every cell is the same at all steps") {
  random::set_seed(1);
  const auto identity = [](const Shape& shape, DType dtype) { return Tensor::eye(shape[0], dtype); };
  const SimpleRNNCellOptions options{.activation = [](const Tensor& t) { return t; },
                                     .use_bias = false,
                                     .kernel_initializer = identity,
                                     .recurrent_initializer = "zeros",
                                     .dropout = 0.5};
  RNN layer(StackedRNNCells(SimpleRNNCell(20, options), SimpleRNNCell(20, options)), {.return_sequences = true});
  const Tensor y = layer(Tensor::ones({20, 4, 20}), {.training = true});
  CHECK(ops::array_equal(ops::max(y, {.axis = 1}), ops::min(y, {.axis = 1})));
  CHECK(ops::mean(ops::cast(ops::equal(y, 4), float32)).item<double>() == doctest::Approx(0.25).epsilon(0.2));
  CHECK(ops::mean(ops::cast(ops::equal(y, 0), float32)).item<double>() == doctest::Approx(0.75).epsilon(0.1));
}

TEST_CASE("StackedRNNCells: one is a cell, and takes one step") {
  StackedRNNCells cells(SimpleRNNCell(3), GRUCell(2));
  const Tensors after = cells.apply({random::normal({5, 4}), Tensor::zeros({5, 3}), Tensor::zeros({5, 2})}, {}).first;
  REQUIRE(after.size() == 3);
  CHECK(after[0].shape() == Shape{5, 2});
  CHECK(ops::array_equal(after[0], after[2]));
  CHECK(cells.output_state() == 1);
}

TEST_CASE("RNN: the config is Keras's") {
  const Config config = RNN(StackedRNNCells(SimpleRNNCell(3), GRUCell(2)), {.go_backwards = true}).get_config();
  CHECK(config["go_backwards"].as_bool());
  CHECK(config["cell"]["class_name"].as_string() == "StackedRNNCells");
  const auto& cells = config["cell"]["config"]["cells"].as_list();
  REQUIRE(cells.size() == 2);
  CHECK(cells[1]["class_name"].as_string() == "GRUCell");
  CHECK(cells[1]["config"]["units"].as_int() == 2);
  CHECK(cells[1]["config"]["name"].as_string() == "gru_cell");
}

TEST_CASE("RNN: refused") {
  CHECK_THROWS_WITH_AS(RNN(std::shared_ptr<RecurrentCell>()),
                       "[RNN] the cell is missing; got a null pointer; expected a RecurrentCell", ValueError);
  CHECK_THROWS_AS(StackedRNNCells(std::vector<std::shared_ptr<RecurrentCell>>()), ValueError);
  CHECK_THROWS_AS(StackedRNNCells(GRUCell(2), GRUCell(2, {.dtype = float64})), ValueError);
  RNN forgetful{Forgetful()};
  CHECK_THROWS_WITH_AS(forgetful(Tensor::zeros({1, 2, 4})),
                       "[RNN] Forgetful gave another number of tensors than it has; got 1; expected 2: the output and "
                       "each state",
                       ValueError);
  CHECK_THROWS_WITH_AS(RNN(Fading()).clone({}, "copy"),
                       "[RecurrentCell] Fading cannot be copied; got no clone(); override it, with a new cell of the "
                       "same options",
                       StateError);
}
