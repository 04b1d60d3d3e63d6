#include <cornu/layers/activations/elu.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::ELU;

namespace {

void check_case(const std::string& name, ELU layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "activation_layers"});
}

}  // namespace

TEST_CASE("ELU: outputs, masks and gradients are Keras's") {
  check_case("elu", ELU());
  check_case("elu_alpha", ELU({.alpha = 0.25}));
}

TEST_CASE("ELU: keeps a layer's promises") {
  check(check_layer([] { return ELU({.alpha = 0.5}); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 3, 4}}));
}

TEST_CASE("ELU: the config's keys stand in Keras's order") {
  CHECK(ELU({.alpha = 0.5, .name = "e"})
            .get_config()
            .to_json()
            .starts_with(R"({"name": "e", "alpha": 0.5, "trainable")"));
}

TEST_CASE("ELU: integers are cast, and an empty batch") {
  CHECK(ELU()(Tensor({2})).item<float>() == 2);
  CHECK(ELU()(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
}
