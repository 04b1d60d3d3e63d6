#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::testing::Fixture;
using cornu::testing::message_of;

namespace {

using Binary = Tensor (*)(const Tensor&, const Tensor&);

constexpr double infinity = std::numeric_limits<double>::infinity();
const double not_a_number = std::numeric_limits<double>::quiet_NaN();

// a and b at every position of the shape that both broadcast to, one element after the other.
std::vector<double> naive(const Tensor& a, const Tensor& b, const Shape& out,
                          const std::function<double(double, double)>& f) {
  std::vector<double> result;
  const auto element = [&](const Tensor& t, std::int64_t place) {
    std::int64_t offset = 0, stride = 1;
    for (std::size_t inside = 1; inside <= out.rank(); ++inside) {
      const std::int64_t extent = out[out.rank() - inside], position = place % extent;
      place /= extent;
      if (inside > t.rank()) continue;
      const std::int64_t own = t.shape()[t.rank() - inside];
      if (own != 1) offset += position * stride;
      stride *= own;
    }
    return t.values<double>()[static_cast<std::size_t>(offset)];
  };
  for (std::int64_t place = 0; place < out.size(); ++place) result.push_back(f(element(a, place), element(b, place)));
  return result;
}

// Gradients in both operands, over shapes that broadcast in different ways; operands in 0.5 … 2 apart from each other.
void check_gradients_of(Binary op) {
  const Shape shapes[][2] = {{{3, 4}, {3, 4}}, {{3, 4}, {4}},          {{3, 4}, {3, 1}}, {{3, 4}, Shape()},
                             {Shape(), {3}},   {{2, 3, 1}, {1, 1, 4}}, {{1, 4}, {3, 1}}, {{2, 1, 3, 1}, {4, 1, 2}}};
  for (const auto& both : shapes) {
    CAPTURE(both[0].to_string());
    CAPTURE(both[1].to_string());
    const Tensor a = random::uniform(both[0], 0.5, 2, float64), b = random::uniform(both[1], 0.5, 2, float64);
    const auto report = check_gradients([op](const std::vector<Tensor>& x) { return op(x[0], x[1]); }, {a, b});
    CHECK_MESSAGE(report.ok(), report.where);
  }
}

// The derivative of sum(op(a, b)) in a, itself differentiated in both.
void check_second_gradients_of(Binary op) {
  const Tensor a({1.25, 0.75, 1.5}), b({0.5, 1.75, 1.25});
  const auto first = [op](const std::vector<Tensor>& x) {
    GradientTape tape;
    tape.watch(x[0]);
    return tape.gradient(op(x[0], x[1]), x[0]).to_dense() * x[1];
  };
  const auto report = check_gradients(first, {a, b});
  CHECK_MESSAGE(report.ok(1e-6), report.where);
}

}  // namespace

TEST_CASE("arithmetic: NumPy's values for every kind of broadcast") {
  const Fixture fixture("ops");
  const std::pair<const char*, Binary> cases[] = {
      {"add", ops::add},
      {"subtract", ops::subtract},
      {"multiply", ops::multiply},
      {"divide", ops::divide},
      {"maximum", ops::maximum},
      {"minimum", ops::minimum},
      {"power", [](const Tensor& a, const Tensor& b) { return ops::power(ops::abs(a), b); }},
      {"less", ops::less},
      {"greater_equal", ops::greater_equal}};
  for (const auto& [name, op] : cases) {
    const std::string prefix = std::string("broadcast/") + name + "/";
    const auto records = fixture.names(prefix);
    CHECK(records.size() == 6);
    for (const std::string& record : records) {
      CAPTURE(record);
      const std::string shapes = record.substr(prefix.size());
      const auto cut = shapes.find('_');
      const Tensor a = fixture.tensor("inputs/b" + shapes.substr(0, cut));
      const Tensor b = fixture.tensor("inputs/b" + shapes.substr(cut + 1));
      CHECK(ops::all_close(op(a, b), fixture.tensor(record), 1e-14, 0));
    }
  }
}

TEST_CASE("arithmetic: each axis broadcast or not, in either operand") {
  const Shape full{2, 3, 2, 4};
  const auto shape_of = [&](int mask) {
    Shape shape = full;
    for (std::size_t axis = 0; axis < 4; ++axis)
      if (mask >> axis & 1) shape = shape.with(axis, 1);
    return shape;
  };
  for (int left = 0; left < 16; ++left)
    for (int right = 0; right < 16; ++right) {
      const Tensor a = random::normal(shape_of(left), 0, 1, float64),
                   b = random::normal(shape_of(right), 0, 1, float64);
      const Tensor y = ops::subtract(a, b);
      CHECK(y.to_vector<double>() == naive(a, b, y.shape(), [](double p, double q) { return p - q; }));
    }
}

TEST_CASE("arithmetic: rank 6 broadcasts too") {
  const Tensor a = random::normal({2, 1, 3, 1, 2, 1}, 0, 1, float64),
               b = random::normal({1, 3, 1, 2, 1, 4}, 0, 1, float64);
  const Tensor y = a * b;
  CHECK(y.shape() == Shape{2, 3, 3, 2, 2, 4});
  CHECK(y.to_vector<double>() == naive(a, b, y.shape(), [](double p, double q) { return p * q; }));
}

TEST_CASE("arithmetic: long rows of every stride, in float32") {
  const Tensor a = random::normal({7, 133}), row = random::normal({133}), column = random::normal({7, 1});
  const Tensor by_row = a - row, by_column = a - column, reversed = column - a;
  for (std::int64_t i = 0; i < 7; ++i)
    for (std::int64_t j = 0; j < 133; ++j) {
      REQUIRE(by_row.at<float>(i, j) == a.at<float>(i, j) - row.at<float>(j));
      REQUIRE(by_column.at<float>(i, j) == a.at<float>(i, j) - column.at<float>(i, 0));
      REQUIRE(reversed.at<float>(i, j) == column.at<float>(i, 0) - a.at<float>(i, j));
    }
}

TEST_CASE("arithmetic: integers keep their dtype and wrap round") {
  for (const DType dtype : {int32, int64}) {
    const Tensor a({7, -3, 4}, dtype), b({2, 5, -4}, dtype);
    CHECK(ops::array_equal(a + b, Tensor({9, 2, 0}, dtype)));
    CHECK(ops::array_equal(a - b, Tensor({5, -8, 8}, dtype)));
    CHECK(ops::array_equal(a * b, Tensor({14, -15, -16}, dtype)));
    CHECK(ops::array_equal(ops::maximum(a, b), Tensor({7, 5, 4}, dtype)));
    CHECK(ops::array_equal(ops::minimum(a, b), Tensor({2, -3, -4}, dtype)));
    CHECK(ops::array_equal(ops::squared_difference(a, b), Tensor({25, 64, 64}, dtype)));
    CHECK(ops::array_equal(2 * a + 1, Tensor({15, -5, 9}, dtype)));
    CHECK(ops::array_equal(10 - a, Tensor({3, 13, 6}, dtype)));
    CHECK(ops::array_equal(ops::clip(a, -2, 5), Tensor({5, -2, 4}, dtype)));
  }
  CHECK((Tensor({2147483647}) + 1).at<std::int32_t>(0) == -2147483647 - 1);
  CHECK((Tensor({65536}) * 65536).at<std::int32_t>(0) == 0);
}

TEST_CASE("divide: integers give float32") {
  const Tensor y = Tensor({7, -3}) / Tensor({2, 4});
  CHECK(ops::array_equal(y, Tensor({3.5f, -0.75f})));
  CHECK(ops::array_equal(Tensor({7, -3}) / 2.5, Tensor({2.8f, -1.2f})));
  CHECK(ops::array_equal(1 / Tensor({2, 4}), Tensor({0.5f, 0.25f})));
}

TEST_CASE("floor_divide and mod: as Python's // and %") {
  const Tensor a({7, -7, 7, -7, 6}), b({2, 2, -2, -2, 3});
  CHECK(ops::array_equal(ops::floor_divide(a, b), Tensor({3, -4, -4, 3, 2})));
  CHECK(ops::array_equal(ops::mod(a, b), Tensor({1, 1, -1, -1, 0})));
  const Tensor x({7.5, -7.5, 7.5, 1.0, -1.0}), y({2.0, 2.0, -2.0, 0.1, infinity});
  // Python: 1 // 0.1 = 9.0, because 0.1 is a little more than a tenth; -1 % inf = inf
  CHECK(ops::array_equal(ops::floor_divide(x, y), Tensor({3.0, -4.0, -4.0, 9.0, -1.0})));
  CHECK(ops::all_close(ops::mod(x, y), Tensor({1.5, 0.5, -0.5, 0.09999999999999995, infinity}), 1e-15, 0));
  // the one quotient that two's complement does not have
  const Tensor smallest({-2147483647 - 1});
  CHECK(ops::array_equal(ops::floor_divide(smallest, Tensor({-1})), smallest));
  CHECK(ops::mod(smallest, Tensor({-1})).at<std::int32_t>(0) == 0);
}

TEST_CASE("division by zero: inf or NaN for floating numbers, an error for integers") {
  const Tensor x({1.0, -1.0, 0.0}), zero(0.0);
  CHECK(ops::array_equal(ops::slice(x / zero, 0, {.stop = 2}), Tensor({infinity, -infinity})));
  CHECK(std::isnan((x / zero).at<double>(2)));
  CHECK(ops::floor_divide(x, zero).at<double>(0) == infinity);
  CHECK(std::isnan(ops::mod(x, zero).at<double>(0)));
  CHECK_THROWS_AS(ops::floor_divide(Tensor({1, 2}), Tensor({1, 0})), ValueError);
  CHECK_THROWS_AS(ops::mod(Tensor({1}, int64), Tensor({0}, int64)), ValueError);
}

TEST_CASE("maximum and minimum: NaN wins on either side") {
  const Tensor a({not_a_number, 1.0, 3.0}), b({1.0, not_a_number, -3.0});
  for (const Tensor& y : {ops::maximum(a, b), ops::minimum(a, b)}) {
    CHECK(std::isnan(y.at<double>(0)));
    CHECK(std::isnan(y.at<double>(1)));
    CHECK(std::abs(y.at<double>(2)) == 3);
  }
  CHECK(std::isnan(ops::clip(a, 0, 1).at<double>(0)));
}

TEST_CASE("arithmetic: gradients of both operands, for every kind of broadcast") {
  random::set_seed(1);
  check_gradients_of(ops::add);
  check_gradients_of(ops::subtract);
  check_gradients_of(ops::multiply);
  check_gradients_of(ops::divide);
  check_gradients_of(ops::power);
  check_gradients_of(ops::maximum);
  check_gradients_of(ops::minimum);
  check_gradients_of(ops::squared_difference);
}

TEST_CASE("arithmetic: second derivatives") {
  check_second_gradients_of(ops::multiply);
  check_second_gradients_of(ops::divide);
  check_second_gradients_of(ops::power);
  check_second_gradients_of(ops::squared_difference);
}

TEST_CASE("operators with a number: values and gradients") {
  const Tensor x({1.5, -2.0});
  CHECK(ops::array_equal(x + 1, Tensor({2.5, -1.0})));
  CHECK(ops::array_equal(1 + x, Tensor({2.5, -1.0})));
  CHECK(ops::array_equal(x - 1, Tensor({0.5, -3.0})));
  CHECK(ops::array_equal(1 - x, Tensor({-0.5, 3.0})));
  CHECK(ops::array_equal(x * 2, Tensor({3.0, -4.0})));
  CHECK(ops::array_equal(2 * x, Tensor({3.0, -4.0})));
  CHECK(ops::array_equal(x / 2, Tensor({0.75, -1.0})));
  CHECK(ops::array_equal(3 / x, Tensor({2.0, -1.5})));
  CHECK(ops::array_equal(-x, Tensor({-1.5, 2.0})));
  CHECK((Tensor({1.f}) * 0.1).dtype() == float32);
  const auto report = check_gradients(
      [](const Tensor& t) { return (1 + t) * (t + 2) * (3 - t) * (t - 4) / (5 * t) + 6 / t + t / 7 - -(t * 8); }, {x});
  CHECK_MESSAGE(report.ok(), report.where);
}

TEST_CASE("operators: a tensor used twice receives both gradients") {
  const Tensor a({1.0, 2.0});
  GradientTape tape;
  tape.watch(a);
  const Tensor y = a + a * a;
  CHECK(ops::array_equal(tape.gradient(y, a).to_dense(), Tensor({3.0, 5.0})));
}

TEST_CASE("maximum and minimum: the gradient goes to what was taken, half each where both are equal") {
  const Tensor a({1.0, 2.0, 3.0}), b({2.0, 2.0, 2.0});
  for (const auto& [op, d_a] : {std::pair<Binary, Tensor>{ops::maximum, Tensor({0.0, 0.5, 1.0})},
                                std::pair<Binary, Tensor>{ops::minimum, Tensor({1.0, 0.5, 0.0})}}) {
    GradientTape tape({.persistent = true});
    tape.watch(a);
    tape.watch(b);
    const Tensor y = op(a, b);
    CHECK(ops::array_equal(tape.gradient(y, a).to_dense(), d_a));
    CHECK(ops::array_equal(tape.gradient(y, b).to_dense(), 1 - d_a));
  }
}

TEST_CASE("power: the exponent's gradient is 0 where the base is not positive, whatever the value") {
  const Tensor a({0.f, 0.f, -2.f, 2.f}), b({-1.f, 0.f, 3.f, 3.f});
  GradientTape tape;
  tape.watch(b);
  const std::vector<float> d_b = tape.gradient(ops::power(a, b), b).to_dense().to_vector<float>();
  CHECK(std::vector<float>(d_b.begin(), d_b.end() - 1) == std::vector<float>{0, 0, 0});
  CHECK(d_b.back() == doctest::Approx(8 * std::log(2.)));
}

TEST_CASE("power: corners of its gradient") {
  // 0^0 = 1 is constant in a; a negative base has no derivative in its exponent, which counts as 0
  const Tensor a({0.0, -2.0, 0.0}), b({0.0, 3.0, 2.0});
  GradientTape tape({.persistent = true});
  tape.watch(a);
  tape.watch(b);
  const Tensor y = ops::power(a, b);
  CHECK(ops::array_equal(y, Tensor({1.0, -8.0, 0.0})));
  CHECK(ops::array_equal(tape.gradient(y, a).to_dense(), Tensor({0.0, 12.0, 0.0})));
  CHECK(ops::array_equal(tape.gradient(y, b).to_dense(), Tensor({0.0, 0.0, 0.0})));
}

TEST_CASE("pow: a number as exponent") {
  const Tensor x({1.5, 0.5});
  CHECK(ops::array_equal(ops::pow(x, 2), Tensor({2.25, 0.25})));
  CHECK(ops::array_equal(ops::pow(x, 0), Tensor({1.0, 1.0})));
  CHECK(ops::array_equal(ops::pow(Tensor({4.0, -8.0}), -1), Tensor({0.25, -0.125})));
  for (const double exponent : {-1.5, 0.5, 2.0, 3.0}) {
    const auto report = check_gradients([exponent](const Tensor& t) { return ops::pow(t, exponent); }, {x});
    CHECK_MESSAGE(report.ok(), report.where);
  }
}

TEST_CASE("clip: the gradient passes within the bounds and on them") {
  const Tensor x({-2.0, -1.0, 0.5, 1.0, 3.0});
  CHECK(ops::array_equal(ops::clip(x, -1, 1), Tensor({-1.0, -1.0, 0.5, 1.0, 1.0})));
  GradientTape tape;
  tape.watch(x);
  CHECK(ops::array_equal(tape.gradient(ops::clip(x, -1, 1), x).to_dense(), Tensor({0.0, 1.0, 1.0, 1.0, 0.0})));
  CHECK_THROWS_AS(ops::clip(x, 1, -1), ValueError);
  CHECK_THROWS_AS(ops::clip(x, not_a_number, 1), ValueError);
}

TEST_CASE("arithmetic: empty tensors give empty results and gradients") {
  const Tensor a = Tensor::zeros({0, 3}, float64), b({1.0, 2.0, 3.0});
  CHECK((a + b).shape() == Shape{0, 3});
  CHECK((Tensor::zeros({2, 0}) * Tensor::zeros({2, 1})).shape() == Shape{2, 0});
  GradientTape tape;
  tape.watch(b);
  CHECK(ops::array_equal(tape.gradient(a * b, b).to_dense(), Tensor({0.0, 0.0, 0.0})));
}

TEST_CASE("arithmetic: symbolic tensors only infer the shape") {
  const Tensor batch = Tensor::symbolic({None, 3});
  const Tensor y = (batch + Tensor({1.f, 2.f, 3.f})) * 2 / Tensor::symbolic({1, 1});
  CHECK(y.is_symbolic());
  CHECK(y.shape() == Shape{None, 3});
  CHECK((Tensor::symbolic({None}, int32) / 2).dtype() == float32);
  CHECK(ops::floor_divide(Tensor::symbolic({2}, int32), Tensor::symbolic({2}, int32)).dtype() == int32);
  CHECK_THROWS_AS(batch + Tensor({1.f, 2.f}), ShapeError);
}

TEST_CASE("arithmetic: what it refuses") {
  CHECK(message_of<ShapeError>([] {
          return Tensor({1.f, 2.f}) + Tensor({1.f, 2.f, 3.f});
        }) ==
        "[add] shapes do not broadcast; got (2,) and (3,); expected extents that are equal or 1, counted from the last "
        "axis");
  CHECK(message_of<ValueError>([] { return Tensor({1.f}) * Tensor({1.0}); }) ==
        "[multiply] dtypes differ; got float32 and float64; expected one dtype; cast one of them with ops::cast");
  CHECK_THROWS_AS(Tensor({true}) + Tensor({false}), ValueError);
  CHECK_THROWS_AS(Tensor({1}) + 0.5, ValueError);
  CHECK_THROWS_AS(ops::power(Tensor({1}), Tensor({2})), ValueError);
  CHECK_THROWS_AS(ops::divide(Tensor({true}), Tensor({true})), ValueError);
  CHECK_THROWS_AS(Tensor() + Tensor({1.f}), StateError);
}
