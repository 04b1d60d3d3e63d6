#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;
using Floats = std::vector<float>;
using Ints = std::vector<std::int32_t>;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

using Reduce = Tensor (*)(const Tensor&, ops::ReduceOptions);
const std::vector<std::pair<std::string, Reduce>> reductions{{"sum", ops::sum},
                                                             {"mean", ops::mean},
                                                             {"max", ops::max},
                                                             {"min", ops::min},
                                                             {"prod", ops::prod},
                                                             {"var", ops::variance},
                                                             {"std", ops::standard_deviation},
                                                             {"logsumexp", ops::logsumexp}};
const std::vector<std::pair<std::string, ops::Axes>> axes{
    {"all", {}}, {"0", 0}, {"1", 1}, {"-1", -1}, {"0,2", {0, 2}}, {"-1,-2", {-1, -2}}, {"0,1,2", {0, 1, 2}}};

Tensor gradient_of(const std::function<Tensor(const Tensor&)>& function, const Tensor& x) {
  GradientTape tape;
  tape.watch(x);
  return tape.gradient(function(x), x).to_dense();
}

}  // namespace

TEST_CASE("reductions: over any axes, kept or not, what NumPy gives") {
  const testing::Fixture numpy("ops");
  const Tensor a = numpy.tensor("inputs/a");
  for (const auto& [name, reduce] : reductions)
    for (const auto& [axes_name, axis] : axes)
      for (const bool keepdims : {false, true}) {
        const std::string record = "reduce/" + name + "/" + axes_name + (keepdims ? "_keepdims" : "");
        if (!numpy.has(record)) continue;
        CAPTURE(record);
        const Tensor y = reduce(a, {.axis = axis, .keepdims = keepdims}), expected = numpy.tensor(record);
        CHECK(y.shape() == expected.shape());
        CHECK(ops::all_close(y, expected, 1e-14, 1e-14));
        CHECK(ops::all_close(reduce(a.astype(float32), {axis, keepdims}), expected.astype(float32), 1e-5, 1e-6));
      }
}

TEST_CASE("reductions: gradients, first and second, over any axes") {
  random::set_seed(1);
  const Tensor x = random::normal({2, 3, 2});
  for (const auto& reduction : reductions)
    for (const auto& some : axes) {
      CAPTURE(reduction.first);
      CAPTURE(some.first);
      const Reduce function = reduction.second;
      const ops::ReduceOptions options{some.second};
      CHECK(check_gradients([&](const Tensor& t) { return function(t, options); }, {x}).ok());
      const auto gradient_of_square = [&](const Tensor& t) {
        GradientTape tape({.higher_order = true});
        tape.watch(t);
        return tape.gradient(ops::square(function(t, options)), t).to_dense();
      };
      CHECK(check_gradients(gradient_of_square, {x}).ok(1e-6));
    }
}

TEST_CASE("reductions: symbolic tensors give the shape") {
  const Tensor x = Tensor::symbolic({None, 10, 16});
  for (const auto& reduction : reductions) {
    CAPTURE(reduction.first);
    const Reduce reduce = reduction.second;
    CHECK(reduce(x, {.axis = 1}).shape() == Shape{None, 16});
    CHECK(reduce(x, {.axis = {0, -1}, .keepdims = true}).shape() == Shape{1, 10, 1});
    CHECK(reduce(x, {}).shape() == Shape());
  }
  CHECK(ops::argmax(x).shape() == Shape{None, 10});
  CHECK(ops::argmax(x).dtype() == int32);
  CHECK(ops::cumsum(x, 1).shape() == x.shape());
  CHECK(ops::any(Tensor::symbolic({None, 3}, boolean), {.axis = 1}).shape() == Shape{None});
}

TEST_CASE("reductions: over no axes give the tensor itself") {
  const Tensor x({1.f, -2.f});
  for (const auto& [name, reduce] : reductions) {
    if (name == "var" || name == "std") continue;
    CHECK(ops::array_equal(reduce(x, {.axis = ops::Axes(std::vector<std::int64_t>{})}), x));
  }
  CHECK(ops::sum(Tensor(3.f)).item<float>() == 3);
}

TEST_CASE("sum: integers stay integers, bool counts") {
  CHECK(ops::sum(Tensor({{1, 2}, {3, 4}}), {.axis = 0}).to_vector<std::int32_t>() == Ints{4, 6});
  const Tensor count = ops::sum(Tensor({true, false, true}));
  CHECK(count.dtype() == int32);
  CHECK(count.item<int>() == 2);
  CHECK(ops::prod(Tensor({2, 3, 7})).item<int>() == 42);
}

TEST_CASE("sum: nothing sums to 0 and multiplies to 1") {
  CHECK(ops::sum(Tensor::zeros({0, 2}), {.axis = 0}).to_vector<float>() == Floats{0, 0});
  CHECK(ops::prod(Tensor::zeros({2, 0}), {.axis = 1}).to_vector<float>() == Floats{1, 1});
  CHECK(ops::sum(Tensor::zeros({0, 2}), {.axis = 1}).shape() == Shape{0});
  CHECK(std::isnan(ops::mean(Tensor::zeros({0})).item<float>()));
}

TEST_CASE("sum: float32 stays accurate over many elements, along every axis") {
  const std::int64_t n = 1 << 20;
  const Tensor tenths = Tensor::full({n}, 0.1);  // one after the other they would sum to 104,928 or so
  const double exact = static_cast<double>(0.1f) * static_cast<double>(n);
  CHECK(ops::sum(tenths).item<double>() == doctest::Approx(exact).epsilon(1e-6));
  CHECK(ops::sum(tenths.with_shape({n / 4, 4}), {.axis = 0}).at<float>(1) == doctest::Approx(exact / 4).epsilon(1e-6));
  CHECK(ops::mean(tenths.with_shape({2, n / 8, 4}), {.axis = 1}).at<float>(1, 3) == doctest::Approx(0.1).epsilon(1e-6));
}

TEST_CASE("sum: the lengths around each block, on the last, first and a middle axis") {
  for (const std::int64_t n : {1, 2, 7, 15, 16, 17, 31, 127, 128, 129, 300, 2048, 2049, 4100}) {
    CAPTURE(n);
    const Tensor counted = Tensor::arange(1, static_cast<double>(n) + 1, 1, float64);
    const double expected = static_cast<double>(n) * static_cast<double>(n + 1) / 2;
    CHECK(ops::sum(counted).item<double>() == expected);
    for (const std::int64_t inner : {2, 3, 16, 255, 257}) {
      CAPTURE(inner);
      const Tensor wide = ops::broadcast_to(counted.with_shape({n, 1}), {n, inner});
      CHECK(ops::array_equal(ops::sum(wide, {.axis = 0}), Tensor::full({inner}, expected, float64)));
      CHECK(ops::array_equal(ops::max(wide, {.axis = 0}), Tensor::full({inner}, static_cast<double>(n), float64)));
    }
  }
}

TEST_CASE("max and min: equal elements share the gradient, NaN wins") {
  const Tensor x({{3.f, 1.f, 3.f}, {2.f, 2.f, 2.f}});
  CHECK(gradient_of([](const Tensor& t) { return ops::max(t, {.axis = 1}); }, x).to_vector<float>() ==
        Floats{0.5f, 0, 0.5f, 1.f / 3, 1.f / 3, 1.f / 3});
  for (const std::int64_t n : {3, 40}) {
    for (const std::int64_t place : {std::int64_t{0}, n / 2, n - 1}) {
      Floats values(static_cast<std::size_t>(n), 1.f);
      values[static_cast<std::size_t>(place)] = not_a_number;
      const Tensor row(values);
      CHECK(std::isnan(ops::max(row).item<float>()));
      CHECK(std::isnan(ops::min(row.with_shape({n, 1}), {.axis = 0}).item<float>()));
      CHECK(std::isnan(ops::max(ops::broadcast_to(row.with_shape({n, 1}), {n, 3}), {.axis = 0}).at<float>(1)));
      CHECK(ops::argmax(row).item<int>() == place);
    }
  }
  CHECK(ops::max(Tensor({-infinity, -infinity})).item<float>() == -infinity);
  CHECK(ops::min(Tensor({4, -7, 2})).item<int>() == -7);
}

TEST_CASE("max: refuses to take it from nothing") {
  CHECK(message_of<ShapeError>([] {
          (void)ops::max(Tensor::zeros({2, 0}), {.axis = 1});
        }) == "[max] nothing to reduce; got shape (2, 0); expected one element or more along each reduced axis");
  CHECK_THROWS_AS(ops::logsumexp(Tensor::zeros({0})), ShapeError);
  CHECK_THROWS_AS(ops::argmin(Tensor::zeros({3, 0})), ShapeError);
  CHECK(ops::max(Tensor::zeros({0, 2}), {.axis = 1}).shape() == Shape{0});
}

TEST_CASE("prod: gradients where elements are 0") {
  const auto row_products = [](const Tensor& t) { return ops::prod(t, {.axis = -1}); };
  const Tensor x({{2.f, 0.f, 5.f}, {0.f, 0.f, 3.f}, {1.f, 2.f, 4.f}});
  CHECK(gradient_of(row_products, x).to_vector<float>() == Floats{0, 10, 0, 0, 0, 0, 8, 4, 2});
  CHECK(check_gradients(row_products, {x}).ok());
}

TEST_CASE("logsumexp: neither overflows nor loses infinities") {
  const testing::Fixture numpy("ops");
  const Tensor huge = numpy.tensor("inputs/huge");
  CHECK(ops::all_close(ops::logsumexp(huge, {.axis = 1}), numpy.tensor("logsumexp_huge/1"), 1e-14));
  CHECK(ops::logsumexp(Tensor({-infinity, -infinity})).item<float>() == -infinity);
  CHECK(ops::logsumexp(Tensor({infinity, 0.f})).item<float>() == infinity);
  CHECK(std::isnan(ops::logsumexp(Tensor({not_a_number, 0.f})).item<float>()));
}

TEST_CASE("any and all: over conditions") {
  const Tensor x({{true, false}, {true, true}});
  CHECK(ops::any(x, {.axis = 0}).to_vector<bool>() == std::vector<bool>{true, true});
  CHECK(ops::all(x, {.axis = 0}).to_vector<bool>() == std::vector<bool>{true, false});
  CHECK(ops::all(x, {.axis = 1, .keepdims = true}).shape() == Shape{2, 1});
  CHECK_FALSE(ops::any(Tensor::zeros({0}, boolean)).item<bool>());
  CHECK(ops::all(Tensor::zeros({0}, boolean)).item<bool>());
  CHECK_THROWS_AS(ops::any(Tensor({1.f})), ValueError);
}

TEST_CASE("argmax and cumsum: what NumPy gives") {
  const testing::Fixture numpy("ops");
  const Tensor a = numpy.tensor("inputs/a"), ties = numpy.tensor("inputs/ties");
  for (const std::int64_t axis : {0, 1, -1}) {
    CAPTURE(axis);
    CHECK(ops::array_equal(ops::argmax(ties, axis), numpy.tensor("argmax/" + std::to_string(axis)).astype(int32)));
    CHECK(ops::array_equal(ops::argmin(ops::negative(ties), axis), ops::argmax(ties, axis)));
    CHECK(ops::all_close(ops::cumsum(a, axis), numpy.tensor("cumsum/" + std::to_string(axis)), 1e-14, 1e-14));
    CHECK(check_gradients([&](const Tensor& x) { return ops::cumsum(x, axis); }, {a}).ok());
  }
  CHECK(ops::argmax(Tensor({false, true, true})).item<int>() == 1);
  CHECK(ops::cumsum(Tensor({1, 2, 3})).to_vector<std::int32_t>() == Ints{1, 3, 6});
  CHECK(ops::cumsum(Tensor::zeros({0})).size() == 0);
}

TEST_CASE("sum_to: undoes broadcasting") {
  const Tensor x = Tensor::ones({2, 3, 4});
  CHECK(ops::array_equal(ops::sum_to(x, {4}), Tensor::full({4}, 6)));
  CHECK(ops::array_equal(ops::sum_to(x, {3, 1}), Tensor::full({3, 1}, 8)));
  CHECK(ops::array_equal(ops::sum_to(x, {2, 1, 4}), Tensor::full({2, 1, 4}, 3)));
  CHECK(ops::sum_to(x, Shape()).item<float>() == 24);
  CHECK(ops::array_equal(ops::sum_to(x, x.shape()), x));
  random::set_seed(2);
  CHECK(check_gradients([](const Tensor& t) { return ops::sum_to(t, {3, 1}); }, {random::normal({2, 3, 4})}).ok());
  CHECK(message_of<ShapeError>([&] { (void)ops::sum_to(x, {5}); }).find("(2, 3, 4)") != std::string::npos);
  CHECK_THROWS_AS(ops::sum_to(Tensor::ones({4}), {2, 4}), ShapeError);
}

TEST_CASE("axes: refuse one out of range or named twice") {
  const Tensor x = Tensor::zeros({2, 3});
  CHECK(message_of<IndexError>([&] {
          (void)ops::sum(x, {.axis = 2});
        }).find("got 2; expected -2 … 1 for shape (2, 3)") != std::string::npos);
  CHECK(message_of<ValueError>([&] {
          (void)ops::sum(x, {.axis = {1, -1}});
        }) == "[Axes] an axis is named twice; got -1 for shape (2, 3)");
  CHECK_THROWS_AS(ops::Axes({0, 1, 2, 3, 4, 5, 6}), ValueError);
  CHECK_THROWS_AS(ops::mean(Tensor({1, 2})), ValueError);
}

TEST_CASE("prod: 0 among finite factors gives 0, whatever overflows before, in the value and the gradient") {
  const Tensor x({{1e13f, 0.f, 0.f}, {1e13f, 1e13f, 0.f}, {1e13f, 1e13f, 1e13f}});
  for (const ops::Axes& axis : {ops::Axes(), ops::Axes{0, 1}, ops::Axes{1, 0}}) {
    CHECK(ops::prod(x, {.axis = axis}).item<float>() == 0);
    CHECK(gradient_of([&](const Tensor& t) { return ops::prod(t, {.axis = axis}); }, x).to_vector<float>() ==
          Floats(9, 0));
  }
  const Tensor one_zero({1e20f, 1e20f, 0.f, 2.f});
  CHECK(ops::prod(one_zero).item<float>() == 0);
  CHECK(gradient_of([](const Tensor& t) { return ops::prod(t); }, one_zero).to_vector<float>() ==
        Floats{0, 0, infinity, 0});
  const Tensor large({1e30f, 1e30f});
  CHECK(gradient_of([](const Tensor& t) { return ops::prod(t); }, large).to_vector<float>() == Floats{1e30f, 1e30f});
}

TEST_CASE("prod: infinities and NaN follow the arithmetic, row by row") {
  const Tensor x({{infinity, 0.f, 1.f}, {1e30f, 1e30f, 0.f}, {not_a_number, 0.f, 1.f}, {2.f, 3.f, 4.f}});
  for (const bool tracked : {false, true}) {
    GradientTape tape;
    if (tracked) tape.watch(x);
    const Floats y = ops::prod(x, {.axis = 1}).to_vector<float>();
    CHECK(std::isnan(y[0]));
    CHECK(y[1] == 0);
    CHECK(std::isnan(y[2]));
    CHECK(y[3] == 24);
  }
  const Tensor d_x = gradient_of([](const Tensor& t) { return ops::prod(t, {.axis = 1}); }, x);
  CHECK(ops::select(d_x, 0, 1).to_vector<float>() == Floats{0, 0, infinity});
  CHECK(ops::select(d_x, 0, 3).to_vector<float>() == Floats{12, 8, 6});
}

TEST_CASE("sums of many terms: 0.1 a million times is right to 1e-6 wherever the library adds") {
  constexpr std::int64_t n = 1000000;
  const auto near = [](float value, double expected) {
    return std::abs(static_cast<double>(value) / expected - 1) < 1e-6;
  };
  const Tensor x = Tensor::full({n}, 0.1);
  CHECK(near(ops::sum(x).item<float>(), 1e5));
  CHECK(near(ops::mean(x).item<float>(), 0.1));
  CHECK(near(ops::sum(ops::reshape(x, {n, 1}), {.axis = 0}).item<float>(), 1e5));
  CHECK(near(ops::select(ops::cumsum(x), 0, -1).item<float>(), 1e5));
  const Tensor d_x = gradient_of([](const Tensor& t) { return ops::sum(0.1 * ops::cumsum(t)); }, x);
  CHECK(near(ops::select(d_x, 0, 0).item<float>(), 1e5));
  CHECK(near(ops::logsumexp(x).item<float>(), 0.1 + std::log(1e6)));
  CHECK(near(ops::select(ops::softmax(x), 0, 7).item<float>(), 1e-6));
  CHECK(near(ops::matmul(ops::reshape(x, {1, n}), Tensor::ones({n, 1})).at<float>(0, 0), 1e5));
  CHECK(near(ops::dot(x, Tensor::ones({n})).item<float>(), 1e5));
  CHECK(near(ops::linear(ops::reshape(x, {1, n}), Tensor::ones({n, 3}), Tensor::zeros({3})).at<float>(0, 1), 1e5));
}

TEST_CASE("sum_to: bool counts as int32, as in sum") {
  const Tensor y = ops::sum_to(Tensor({{true, true}, {true, false}, {true, true}}), {2});
  CHECK(y.dtype() == int32);
  CHECK(y.to_vector<std::int32_t>() == Ints{3, 2});
}
