#include <cornu/framework/activations/activations.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <map>
#include <string>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::testing::Fixture;
using cornu::testing::message_of;

namespace {

using Function = std::function<Tensor(const Tensor&)>;

// The fixture's cases that are not a name with its defaults.
const std::map<std::string, Function> with_arguments = {
    {"celu_alpha=0.5", [](const Tensor& x) { return activations::celu(x, 0.5); }},
    {"elu_alpha=0.5", [](const Tensor& x) { return activations::elu(x, 0.5); }},
    {"gelu_approximate=True", [](const Tensor& x) { return activations::gelu(x, true); }},
    {"hard_shrink_threshold=1.0", [](const Tensor& x) { return activations::hard_shrink(x, 1); }},
    {"leaky_relu_negative_slope=0.5", [](const Tensor& x) { return activations::leaky_relu(x, 0.5); }},
    {"relu_negative_slope=0.5", [](const Tensor& x) { return activations::relu(x, {.negative_slope = 0.5}); }},
    {"relu_max_value=5.0", [](const Tensor& x) { return activations::relu(x, {.max_value = 5}); }},
    {"relu_threshold=0.5", [](const Tensor& x) { return activations::relu(x, {.threshold = 0.5}); }},
    {"relu_negative_slope=0.5_max_value=5.0_threshold=0.5",
     [](const Tensor& x) { return activations::relu(x, {.negative_slope = 0.5, .max_value = 5, .threshold = 0.5}); }},
    {"soft_shrink_threshold=1.0", [](const Tensor& x) { return activations::soft_shrink(x, 1); }},
    {"squareplus_b=1.0", [](const Tensor& x) { return activations::squareplus(x, 1); }},
    {"threshold_threshold=0.5_default_value=-2.0", [](const Tensor& x) { return activations::threshold(x, 0.5, -2); }},
    {"softmax_axis=1", [](const Tensor& x) { return activations::softmax(x, 1); }},
    {"softmax_axis=0", [](const Tensor& x) { return activations::softmax(x, 0); }},
    {"log_softmax_axis=1", [](const Tensor& x) { return activations::log_softmax(x, 1); }},
    {"log_softmax_axis=0", [](const Tensor& x) { return activations::log_softmax(x, 0); }},
    {"glu_axis=0", [](const Tensor& x) { return activations::glu(x, 0); }},
};

Function function_of(const std::string& test_case) {
  const auto found = with_arguments.find(test_case);
  if (found != with_arguments.end()) return found->second;
  return [activation = Activation(test_case)](const Tensor& x) { return activation(x); };
}

// The cases that have a record "<case>/<kind>"; without sparsemax, whose sum is not 1 in Keras.
std::vector<std::string> cases_with(const Fixture& fixture, const std::string& kind) {
  std::vector<std::string> cases;
  for (const std::string& record : fixture.names())
    if (record.ends_with("/" + kind) && !record.starts_with("sparsemax"))
      cases.push_back(record.substr(0, record.size() - kind.size() - 1));
  return cases;
}

void check_elementwise(const Fixture& fixture, const std::string& name, const std::string& points,
                       const std::string& prefix) {
  const Tensor x = fixture.tensor(points);
  GradientTape tape;
  tape.watch(x);
  const Tensor y = function_of(name)(x);
  CHECK(ops::all_close(y, fixture.tensor(name + "/" + prefix + "values"), 1e-13, 1e-15));
  const Tensor d_x = tape.gradient(y, x).to_dense();
  CHECK(ops::all_close(d_x, fixture.tensor(name + "/" + prefix + "gradients"), 1e-12, 1e-14));
}

const char* const names[] = {"celu",           "elu",          "exponential", "gelu",        "glu",
                             "hard_shrink",    "hard_sigmoid", "hard_silu",   "hard_swish",  "hard_tanh",
                             "leaky_relu",     "linear",       "log_sigmoid", "log_softmax", "mish",
                             "relu",           "relu6",        "selu",        "sigmoid",     "silu",
                             "soft_shrink",    "softmax",      "softplus",    "softsign",    "sparse_plus",
                             "sparse_sigmoid", "sparsemax",    "squareplus",  "swish",       "tanh",
                             "tanh_shrink"};

}  // namespace

TEST_CASE("activations: Keras's values and gradients, at the corners too") {
  const Fixture fixture("activations");
  const auto cases = cases_with(fixture, "kink_values");
  CHECK(cases.size() > 30);
  for (const std::string& name : cases) {
    CAPTURE(name);
    check_elementwise(fixture, name, "x", "");
    check_elementwise(fixture, name, "kinks", "kink_");
  }
}

TEST_CASE("activations along an axis: Keras's values and gradients") {
  const Fixture fixture("activations");
  const auto cases = cases_with(fixture, "gradient");
  CHECK(cases.size() == 8);
  for (const std::string& name : cases) {
    CAPTURE(name);
    const bool with_axis = name.find("axis") != std::string::npos;
    const Tensor x = fixture.tensor(with_axis ? "block" : "rows");
    Tensor weights = fixture.tensor(with_axis ? "block_cotangent" : "cotangent");
    GradientTape tape;
    tape.watch(x);
    const Tensor y = function_of(name)(x);
    for (std::size_t axis = 0; axis < y.rank(); ++axis)
      weights = ops::slice(weights, static_cast<std::int64_t>(axis), {.stop = y.shape()[axis]});
    CHECK(ops::all_close(y, fixture.tensor(name + "/values"), 1e-13, 1e-15));
    const Tensor d_x = tape.gradient(ops::sum(y * weights), x).to_dense();
    CHECK(ops::all_close(d_x, fixture.tensor(name + "/gradient"), 1e-12, 1e-15));
  }
}

TEST_CASE("activations: gradients by differences, once and twice differentiated") {
  const Tensor x({{-2.7, -0.3, 0.4, 0.8}, {1.3, 3.4, -1.6, 0.2}});  // away from the corners
  for (const char* name : names) {
    CAPTURE(name);
    const Activation activation(name);
    const auto first = check_gradients([&](const Tensor& t) { return activation(t); }, {x});
    CHECK_MESSAGE(first.ok(), first.where);
    const auto second = check_gradients(
        [&](const Tensor& t) {
          GradientTape tape;
          tape.watch(t);
          const Tensor y = activation(t);
          return tape.gradient(y * y, t).to_dense();
        },
        {x});
    CHECK_MESSAGE(second.ok(1e-6), second.where);
  }
}

TEST_CASE("activations: float32 stays float32 and close to float64") {
  random::set_seed(6);
  const Tensor x = random::normal({6, 8}, 0, 3);
  for (const char* name : names) {
    CAPTURE(name);
    const Activation activation(name);
    const Tensor y = activation(x);
    CHECK(y.dtype() == float32);
    CHECK(ops::all_close(y, activation(x.astype(float64)), 1e-5, 1e-6));
  }
}

TEST_CASE("activations: empty and symbolic tensors, and what is refused") {
  for (const char* name : names) {
    CAPTURE(name);
    const Activation activation(name);
    const bool halves = std::string(name) == "glu";
    CHECK(activation(Tensor::zeros({0, 4})).shape() == Shape{0, halves ? 2 : 4});
    const Tensor symbolic = activation(Tensor::symbolic({None, 4}));
    CHECK(symbolic.is_symbolic());
    CHECK(symbolic.shape() == Shape{None, halves ? 2 : 4});
    if (std::string(name) != "linear") CHECK_THROWS_AS(activation(Tensor({{1, 2}})), ValueError);
  }
  CHECK(message_of<ShapeError>([] {
          (void)activations::glu(Tensor::zeros({2, 3}));
        }) == "[glu] cannot halve axis -1; got shape (2, 3); expected an even extent");
  CHECK_THROWS_AS(activations::sparsemax(Tensor({1.f}), 1), IndexError);
}

TEST_CASE("sparsemax: by hand") {
  // τ = (1.0 + 0.5 − 1) / 2 = 0.25 keeps two elements; one that leads by 1 takes all
  const Tensor x({{1.0, 0.5, -2.0}, {3.0, 2.0, 1.0}, {0.0, 0.0, 0.0}});
  CHECK(ops::all_close(activations::sparsemax(x),
                       Tensor({{0.75, 0.25, 0.0}, {1.0, 0.0, 0.0}, {1.0 / 3, 1.0 / 3, 1.0 / 3}}), 1e-15, 1e-16));
}

TEST_CASE("sparsemax: along another axis it is that of the transpose, gradients too") {
  random::set_seed(8);
  const Tensor x = random::normal({3, 5, 2}, 0, 1, float64);
  const Tensor turned = activations::sparsemax(ops::transpose(x, {0, 2, 1}));
  CHECK(ops::array_equal(activations::sparsemax(x, 1), ops::transpose(turned, {0, 2, 1})));
  const auto report = check_gradients([](const Tensor& t) { return activations::sparsemax(t, 1); }, {x});
  CHECK_MESSAGE(report.ok(), report.where);
}

TEST_CASE("sparsemax: lies in the simplex and keeps the order") {
  random::set_seed(7);
  const Tensor x = random::normal({50, 40}), y = activations::sparsemax(x);
  CHECK(ops::all_close(ops::sum(y, {.axis = 1}), Tensor::ones({50}), 1e-5));
  CHECK(ops::min(y).item<float>() == 0);
  CHECK(ops::array_equal(ops::argmax(x, 1), ops::argmax(y, 1)));
}

TEST_CASE("Activation: from a name") {
  const Activation by_pointer = "relu", by_string = std::string("tanh");
  CHECK(by_pointer.name() == "relu");
  CHECK(by_string.name() == "tanh");
  CHECK(ops::array_equal(by_pointer(Tensor({-1.f, 2.f})), Tensor({0.f, 2.f})));
  for (const char* name : names) CHECK(Activation(name).name() == name);
}

TEST_CASE("Activation: empty and linear are the same") {
  const Tensor x({-1.f, 2.f});
  for (const Activation& activation :
       {Activation(), Activation(nullptr), Activation("linear"), Activation(activations::linear)}) {
    CHECK_FALSE(static_cast<bool>(activation));
    CHECK(activation.name() == "linear");
    CHECK(activation(x).identity() == x.identity());
  }
}

namespace {
Tensor twice(const Tensor& x) { return 2 * x; }
}  // namespace

TEST_CASE("Activation: from functions") {
  const Tensor x({-1.f, 2.f});
  const double slope = 0.1;
  const Activation lambda = [slope](const Tensor& t) { return activations::leaky_relu(t, slope); };
  CHECK(lambda.name() == "function");
  CHECK(static_cast<bool>(lambda));
  CHECK(ops::array_equal(lambda(x), Tensor({-0.1f, 2.f})));
  const Activation plain = twice;
  CHECK(plain.name() == "function");
  CHECK(ops::array_equal(plain(x), Tensor({-2.f, 4.f})));
  CHECK(Activation([](const Tensor& t) { return -t; }).name() == "function");
  // Keras's own keep their names, and so can be saved.
  CHECK(Activation(activations::gelu).name() == "gelu");
  CHECK(Activation(activations::relu).name() == "relu");
  CHECK(Activation(ops::sigmoid).name() == "sigmoid");
  const Activation copy = lambda;
  CHECK(ops::array_equal(copy(x), lambda(x)));
}

TEST_CASE("Activation: an unknown name is refused with those that exist") {
  const std::string message = message_of<ValueError>([] { Activation("rleu"); });
  CHECK(message.find("[activation] unknown activation; got 'rleu'; expected one of celu, elu, ") == 0);
  CHECK(message.find("relu6") != std::string::npos);
  CHECK(message.ends_with("; did you mean 'relu'?"));
  CHECK_THROWS_AS(Activation(std::string()), ValueError);
}
