#include <cornu/layers/recurrent/gru.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::GRU;

namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
const Tensor x({{{2.f}}}), h({{0.5f}});
const Tensor kernel({{.1f, .2f, .3f}}), recurrent_kernel({{1.f, 2.f, 3.f}});

}  // namespace

TEST_CASE("GRU: one step, worked out by hand") {
  GRU layer(1);
  layer({x, h});
  layer.set_weights({kernel, recurrent_kernel, Tensor({{.01f, .02f, .03f}, {.04f, .05f, .06f}})});
  const double z = sigmoid(.2 + .01 + .5 + .04), r = sigmoid(.4 + .02 + 1 + .05);
  const double g = std::tanh(.6 + .03 + r * (1.5 + .06));
  CHECK(layer({x, h}).item<double>() == doctest::Approx(z * .5 + (1 - z) * g).epsilon(1e-6));
}

TEST_CASE("GRU: with reset_after = false the gate acts before the recurrent kernel, worked out by hand") {
  GRU layer(1, {.reset_after = false});
  layer({x, h});
  layer.set_weights({kernel, recurrent_kernel, Tensor({.01f, .02f, .03f})});
  const double z = sigmoid(.2 + .01 + .5), r = sigmoid(.4 + .02 + 1);
  const double g = std::tanh(.6 + .03 + r * .5 * 3);
  CHECK(layer({x, h}).item<double>() == doctest::Approx(z * .5 + (1 - z) * g).epsilon(1e-6));
}

TEST_CASE("GRU: with reset_after = false it keeps a layer's promises too") {
  const std::vector<std::string> names{"kernel", "recurrent_kernel", "bias"};
  check(check_layer([] { return GRU(3, {.reset_after = false}); }, Shape{2, 3, 4},
                    {.output_shape = Shape{2, 3}, .weight_names = names}));
  check(check_layer(
      [] { return GRU(3, {.dropout = 0.2, .recurrent_dropout = 0.2, .return_sequences = true, .reset_after = false}); },
      Shape{2, 3, 4}, {.output_shape = Shape{2, 3, 3}}));
}

TEST_CASE("GRU: the bias has two rows, or none") {
  GRU both(2), one(2, {.reset_after = false}), none(2, {.use_bias = false});
  for (GRU* layer : {&both, &one, &none}) (*layer)(Tensor::zeros({1, 1, 3}));
  CHECK(both.weights().at(2).shape() == Shape{2, 6});
  CHECK(one.weights().at(2).shape() == Shape{6});
  CHECK(none.weights().size() == 2);
}

TEST_CASE("GRU: the config is Keras's") {
  const Config config = GRU(3, {.reset_after = false}).get_config();
  CHECK(config["units"].as_int() == 3);
  CHECK(config["recurrent_activation"].as_string() == "sigmoid");
  CHECK_FALSE(config["reset_after"].as_bool());
  CHECK(layers::GRUCell(3).get_config()["reset_after"].as_bool());
}
