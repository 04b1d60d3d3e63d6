#include <cornu/layers/recurrent/lstm.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>

using namespace cornu;
using layers::LSTM;

namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

Tensor bias_of(const layers::LSTMOptions& options) {
  LSTM layer(2, options);
  layer(Tensor::zeros({1, 1, 1}));
  return layer.get_weights().at(2);
}

}  // namespace

TEST_CASE("LSTM: one step, worked out by hand") {
  LSTM layer(1, {.return_state = true});
  const Tensors inputs{Tensor({{{2.f}}}), Tensor({{0.5f}}), Tensor({{-0.25f}})};
  layer.apply(inputs, {});
  layer.set_weights({Tensor({{.1f, .2f, .3f, .4f}}), Tensor({{1.f, 2.f, 3.f, 4.f}}), Tensor({.01f, .02f, .03f, .04f})});
  const double i = sigmoid(.2 + .5 + .01), f = sigmoid(.4 + 1 + .02), g = std::tanh(.6 + 1.5 + .03),
               o = sigmoid(.8 + 2 + .04), c = f * -.25 + i * g;
  const Tensors y = layer.apply(inputs, {}).first;
  CHECK(y[0].item<double>() == doctest::Approx(o * std::tanh(c)).epsilon(1e-6));
  CHECK(y[1].item<double>() == y[0].item<double>());
  CHECK(y[2].item<double>() == doctest::Approx(c).epsilon(1e-6));
}

TEST_CASE("LSTM: the forget gate's bias begins as ones, unless told otherwise") {
  CHECK(ops::array_equal(bias_of({}), Tensor({0.f, 0.f, 1.f, 1.f, 0.f, 0.f, 0.f, 0.f})));
  CHECK(ops::array_equal(bias_of({.unit_forget_bias = false}), Tensor::zeros({8})));
  CHECK(ops::array_equal(bias_of({.bias_initializer = initializers::Constant(3)}),
                         Tensor({3.f, 3.f, 1.f, 1.f, 3.f, 3.f, 3.f, 3.f})));
}

TEST_CASE("LSTM: with a recurrent dropout each gate drops its own part of the state") {
  random::set_seed(5);
  // One step in which i and o see h alone, and are either open or half open: c' = σ(20 h_i), h' = σ(20 h_o) · tanh(c').
  LSTM layer(40, {.use_bias = false,
                  .kernel_initializer = "zeros",
                  .recurrent_initializer =
                      [](const Shape& shape, DType dtype) {
                        const Tensor eye = 20 * Tensor::eye(shape[0], dtype);
                        return ops::concatenate({eye, eye, eye, eye}, 1);
                      },
                  .recurrent_dropout = 0.5,
                  .return_state = true});
  const Tensors inputs{Tensor::zeros({50, 1, 1}), Tensor::ones({50, 40}), Tensor::ones({50, 40})};
  const Tensors y = layer.apply(inputs, {.training = true}).first;
  const Tensor open = ops::greater(y[0] / ops::tanh(y[2]), 0.75);  // the output gate saw h
  const Tensor carry = ops::cast(ops::round(2 * y[2]), int32);     // f in {½, 1} + i in {½, 1} · g in {0, 1}
  CHECK(ops::mean(ops::cast(open, float32)).item<double>() == doctest::Approx(0.5).epsilon(0.1));
  for (const auto& [value, part] : {std::pair{1, 0.25}, {2, 0.375}, {3, 0.25}, {4, 0.125}})
    CHECK(ops::mean(ops::cast(ops::equal(carry, value), float32)).item<double>() ==
          doctest::Approx(part).epsilon(0.15));
}

TEST_CASE("LSTM: behind a layer that gives its last step alone, return_sequences is named") {
  for (const bool in_graph : {false, true}) {
    std::string text;
    try {
      if (in_graph) LSTM(2)(LSTM(3)(Input({.shape = {None, 4}})));
      if (!in_graph) Sequential{LSTM(3), LSTM(2)}.build({None, None, 4});
    } catch (const ShapeError& error) {
      text = error.what();
    }
    CHECK_MESSAGE(text.find("got shape (None, 3)") != std::string::npos, text);
    CHECK_MESSAGE(text.find("return_sequences = true") != std::string::npos, text);
  }
  Sequential model{LSTM(3, {.return_sequences = true}), LSTM(2)};
  CHECK(model.predict(Tensor::zeros({1, 5, 4})).shape() == Shape{1, 2});
}

TEST_CASE("LSTM: the config is Keras's") {
  const Config config = LSTM(3, {.recurrent_activation = "hard_sigmoid", .unit_forget_bias = false}).get_config();
  CHECK(config["units"].as_int() == 3);
  CHECK(config["recurrent_activation"].as_string() == "hard_sigmoid");
  CHECK_FALSE(config["unit_forget_bias"].as_bool());
  CHECK(config["cell"].is_null());
  CHECK(layers::LSTMCell(3).get_config()["unit_forget_bias"].as_bool());
}
