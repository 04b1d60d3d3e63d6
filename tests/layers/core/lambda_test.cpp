#include <cornu/layers/core/lambda.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/check.hpp"
#include "tests/support/keras_configs.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::Lambda;

namespace {

Tensor squared(const Tensor& x) { return ops::square(x); }
Tensor reversed(const Tensor& x) { return ops::flip(x, 1); }

// A function that asks for elements, and so cannot tell a shape without them.
Tensor as_its_first_element(const Tensor& x) { return x * x.to_vector<float>().at(0); }

std::string error_of(const Config& function) {
  return testing::message_of<FileError>([&] {
    layer_from_config(testing::view_of(keras_object("keras.layers", "Lambda", {{"function", function}})));
  });
}

}  // namespace

TEST_CASE("Lambda: a function, a lambda, or the name of an activation") {
  const Tensor x({{-2.F, 3.F}});
  CHECK(Lambda(squared)(x).to_vector<float>() == std::vector<float>{4, 9});
  CHECK(Lambda([](const Tensor& t) { return t + 1; })(x).to_vector<float>() == std::vector<float>{-1, 4});
  CHECK(Lambda("relu")(x).to_vector<float>() == std::vector<float>{0, 3});
}

TEST_CASE("Lambda: keeps a layer's promises") {
  check(check_layer([] { return Lambda(squared); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 3, 4}}));
  const auto passing = [](const Tensor&, const Mask& mask) { return mask; };
  check(check_layer([&] { return Lambda(squared, {.mask = passing}); }, Shape{2, 3, 4}));
}

TEST_CASE("Lambda: output_shape tells the shape where the function cannot") {
  CHECK(Lambda(as_its_first_element, {.output_shape = Shape{3}}).compute_output_shape({None, 3}) == Shape{None, 3});
}

TEST_CASE("Lambda: a mask is refused unless a function makes that of the output") {
  const Tensor x = Tensor::zeros({1, 2, 3});
  const Mask mask = Tensor({{true, false}});
  CHECK_THROWS_AS(Lambda(squared).apply(x, {.mask = mask}), StateError);
  const auto reverse_mask = [](const Tensor&, const Mask& m) { return m ? Mask(reversed(*m)) : m; };
  const Mask after = Lambda(reversed, {.mask = reverse_mask}).apply(x, {.mask = mask}).second;
  CHECK(after->to_vector<bool>() == std::vector<bool>{false, true});
}

TEST_CASE("Lambda: files name registered functions, and are refused for any other") {
  register_activation("tests>squared", squared);
  const Config written = layer_to_config(Lambda(squared, {.name = "square"}));
  CHECK(written["config"]["function"]["config"].as_string() == "tests>squared");
  CHECK(layer_to_config(*layer_from_config(testing::view_of(written))).to_json() == written.to_json());
  CHECK(error_of(function_object("my_function")).find("my_function") != std::string::npos);
  CHECK(error_of(layer_to_config(Lambda([](const Tensor& x) { return x; }))["config"]["function"]).find("function") !=
        std::string::npos);
  const Config python = Config::object({{"class_name", "__lambda__"}, {"config", Config::object({{"code", "4wEA"}})}});
  CHECK(error_of(python).find("the Python code of a Lambda is not run") != std::string::npos);
}

TEST_CASE("Lambda: an empty batch") { CHECK(Lambda(squared)(Tensor::zeros({0, 3})).shape() == Shape{0, 3}); }

TEST_CASE("Lambda: refused") {
  CHECK_THROWS_WITH_AS(Lambda(Activation()),
                       "[Lambda] the function is missing; got none; expected a function of a Tensor", ValueError);
  CHECK_THROWS_AS(Lambda("swoosh"), ValueError);
}
