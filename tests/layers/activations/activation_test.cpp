#include <cornu/layers/activations/activation.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using cornu::testing::check_keras_case;

TEST_CASE("Activation: outputs, masks and gradients are Keras's") {
  check_keras_case("activation", layers::Activation("relu"));
  check_keras_case("activation_masked", layers::Activation("softmax"));
}

TEST_CASE("Activation: keeps a layer's promises") {
  for (const char* name : {"relu", "softmax", "tanh", "linear"})
    check(check_layer([&] { return layers::Activation(name); }, Shape{2, 4, 3}, {.output_shape = Shape{2, 4, 3}}));
}

TEST_CASE("Activation: a function, and none") {
  const Tensor x({-1.f, 2.f});
  CHECK(ops::array_equal(layers::Activation([](const Tensor& t) { return t * 3; })(x), x * 3));
  CHECK(ops::array_equal(layers::Activation(nullptr)(x), x));
}

TEST_CASE("Activation: the config is Keras's") {
  CHECK(layers::Activation("gelu").get_config()["activation"].as_string() == "gelu");
}

TEST_CASE("Activation: an unknown name is refused") { CHECK_THROWS_AS(layers::Activation("rleu"), ValueError); }

TEST_CASE("Activation: a softmax over an axis of size 1 is told when it is built") {
  testing::CapturedLog log({});
  layers::Activation softmax("softmax");
  softmax(Tensor({{2.f}, {3.f}}));
  softmax(Tensor({{2.f}}));
  CHECK(log.take() ==
        "Activation: softmax over an axis of size 1 gives 1 whatever comes in, so nothing is learnt; take \"sigmoid\" "
        "for "
        "two classes, or a unit for each class\n");
  layers::Activation("softmax")(Tensor({{2.f, 3.f}}));
  layers::Activation("sigmoid")(Tensor({{2.f}}));
  CHECK(log.text().empty());
}
