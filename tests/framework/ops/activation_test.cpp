#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using namespace cornu;

namespace {

using Unary = Tensor (*)(const Tensor&);

constexpr double infinity = std::numeric_limits<double>::infinity();

Tensor softmax(const Tensor& x) { return ops::softmax(x); }
Tensor log_softmax(const Tensor& x) { return ops::log_softmax(x); }
Tensor softmax_0(const Tensor& x) { return ops::softmax(x, 0); }
Tensor log_softmax_0(const Tensor& x) { return ops::log_softmax(x, 0); }

const Unary all[] = {ops::relu, ops::sigmoid, ops::tanh, ops::softplus, softmax, log_softmax, softmax_0, log_softmax_0};

Tensor gradient_of(Unary op, const Tensor& x, const Tensor& weights, bool higher_order) {
  GradientTape tape({.higher_order = higher_order});
  tape.watch(x);
  return tape.gradient(ops::sum(op(x) * weights), x).to_dense();
}

}  // namespace

TEST_CASE("activations among the ops: gradients, once and twice differentiated") {
  random::set_seed(3);
  const Tensor x = random::normal({3, 5}, 0, 2, float64);
  for (const Unary op : all) {
    const auto first = check_gradients(op, {x});
    CHECK_MESSAGE(first.ok(), first.where);
    const auto second = check_gradients(
        [op](const Tensor& t) {
          GradientTape tape;
          tape.watch(t);
          return tape.gradient(op(t) * ops::sin(t), t).to_dense();
        },
        {x});
    CHECK_MESSAGE(second.ok(1e-6), second.where);
  }
}

TEST_CASE("activations among the ops: the fused gradient is the plain one") {
  random::set_seed(4);
  for (const DType dtype : {float32, float64}) {
    const Tensor x = random::normal({7, 37}, 0, 2, dtype), weights = random::normal({7, 37}, 0, 1, dtype);
    for (const Unary op : all)
      CHECK(ops::all_close(gradient_of(op, x, weights, false), gradient_of(op, x, weights, true), 1e-5, 1e-6));
  }
}

TEST_CASE("relu: no gradient at 0; NaN stays NaN") {
  const Tensor x({-1.0, 0.0, 2.0});
  CHECK(ops::array_equal(ops::relu(x), Tensor({0.0, 0.0, 2.0})));
  CHECK(ops::array_equal(gradient_of(ops::relu, x, Tensor::ones({3}, float64), false), Tensor({0.0, 0.0, 1.0})));
  CHECK(std::isnan(ops::relu(Tensor({std::nan("")})).at<double>(0)));
}

TEST_CASE("sigmoid, tanh and softplus: far from 0") {
  const Tensor x({-infinity, -1000.0, -50.0, 50.0, 1000.0, infinity});
  const double small = std::exp(-50.0);
  CHECK(ops::all_close(ops::sigmoid(x), Tensor({0.0, 0.0, small, 1.0, 1.0, 1.0}), 1e-15, 0));
  CHECK(ops::array_equal(ops::tanh(x), Tensor({-1.0, -1.0, -1.0, 1.0, 1.0, 1.0})));
  CHECK(ops::all_close(ops::softplus(x), Tensor({0.0, 0.0, small, 50.0, 1000.0, infinity}), 1e-15, 0));
}

TEST_CASE("softmax: by hand, along each axis") {
  // e^ln 1 : e^ln 3 = 1 : 3, and so on
  const double ln2 = std::log(2.0), ln3 = std::log(3.0);
  const Tensor x({{0.0, ln3}, {ln2, 0.0}});
  const Tensor rows({{0.25, 0.75}, {2.0 / 3, 1.0 / 3}}), columns({{1.0 / 3, 0.75}, {2.0 / 3, 0.25}});
  CHECK(ops::all_close(ops::softmax(x), rows, 1e-15, 0));
  CHECK(ops::all_close(ops::softmax(x, 1), rows, 1e-15, 0));
  CHECK(ops::all_close(ops::softmax(x, 0), columns, 1e-15, 0));
  CHECK(ops::all_close(ops::log_softmax(x), ops::log(rows), 1e-15, 1e-15));
  CHECK(ops::all_close(ops::log_softmax(x, -2), ops::log(columns), 1e-15, 1e-15));
}

TEST_CASE("softmax: large numbers do not overflow, -inf counts nothing, one column gives 1") {
  const Tensor x({{1000.f, 1001.f, -1000.f}, {-1000.f, -1000.f, -1000.f}});
  const float p = 1 / (1 + std::exp(1.f)), third = 1.f / 3;
  CHECK(ops::all_close(ops::softmax(x), Tensor({{p, 1 - p, 0.f}, {third, third, third}}), 1e-6, 0));
  CHECK(ops::log_softmax(x).at<float>(0, 2) == doctest::Approx(-2001.3133));
  const Tensor masked({{0.0, -infinity}});
  CHECK(ops::array_equal(ops::softmax(masked), Tensor({{1.0, 0.0}})));
  CHECK(ops::array_equal(ops::softmax(Tensor({{5.0}, {-3.0}})), Tensor({{1.0}, {1.0}})));
  CHECK(std::isnan(ops::softmax(Tensor({0.0, std::nan("")})).at<double>(0)));
}

TEST_CASE("softmax: rows of every length sum to 1 and agree with float64") {
  random::set_seed(5);
  for (std::int64_t columns = 1; columns < 140; columns += 3) {
    const Tensor x = random::normal({3, columns}, 0, 3), exact = ops::softmax(x.astype(float64));
    CHECK(ops::all_close(ops::sum(exact, {.axis = -1}), Tensor::ones({3}, float64), 1e-14));
    CHECK(ops::all_close(ops::softmax(x), exact, 2e-6, 0));
    CHECK(ops::all_close(ops::log_softmax(x), ops::log(exact), 2e-6, 2e-6));
  }
}

TEST_CASE("activations among the ops: empty and symbolic tensors, and what is refused") {
  for (const Unary op : all) {
    CHECK(op(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
    CHECK(op(Tensor::zeros({3, 0})).shape() == Shape{3, 0});
    const Tensor symbolic = op(Tensor::symbolic({None, 3}));
    CHECK(symbolic.is_symbolic());
    CHECK(symbolic.shape() == Shape{None, 3});
    CHECK_THROWS_AS(op(Tensor({{1}})), ValueError);
  }
  CHECK_THROWS_AS(ops::softmax(Tensor({1.f}), 1), IndexError);
  CHECK_THROWS_AS(ops::softmax(Tensor(1.f)), IndexError);
  CHECK_THROWS_AS(ops::log_softmax(Tensor({1.f}), -2), IndexError);
}
