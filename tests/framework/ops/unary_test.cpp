#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;

namespace {

using Unary = Tensor (*)(const Tensor&);

constexpr double infinity = std::numeric_limits<double>::infinity();
const double not_a_number = std::numeric_limits<double>::quiet_NaN();

struct Case {
  const char* name;
  Unary op;
  double (*reference)(double);
};

// Those that are smooth, and defined from -0.9 on or, positive_only, from 0 on.
const Case everywhere[] = {
    {"exp", ops::exp, [](double x) { return std::exp(x); }},
    {"expm1", ops::expm1, [](double x) { return std::expm1(x); }},
    {"log1p", ops::log1p, [](double x) { return std::log1p(x); }},
    {"square", ops::square, [](double x) { return x * x; }},
    {"negative", ops::negative, [](double x) { return -x; }},
    {"abs", ops::abs, [](double x) { return std::abs(x); }},
    {"sin", ops::sin, [](double x) { return std::sin(x); }},
    {"cos", ops::cos, [](double x) { return std::cos(x); }},
    {"erf", ops::erf, [](double x) { return std::erf(x); }},
};
const Case positive_only[] = {
    {"log", ops::log, [](double x) { return std::log(x); }},
    {"sqrt", ops::sqrt, [](double x) { return std::sqrt(x); }},
    {"rsqrt", ops::rsqrt, [](double x) { return 1 / std::sqrt(x); }},
    {"reciprocal", ops::reciprocal, [](double x) { return 1 / x; }},
};

const Tensor points({-0.875, -0.5, -0.125, 0.25, 0.75, 1.5, 3.0});
const Tensor positive({0.125, 0.25, 0.75, 1.5, 3.0, 40.0});

void check_case(const Case& c, const Tensor& x) {
  CAPTURE(c.name);
  const Tensor y = c.op(x), single = c.op(x.astype(float32));
  CHECK(single.dtype() == float32);
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const double want = c.reference(x.at<double>(i));
    CHECK(y.at<double>(i) == doctest::Approx(want).epsilon(1e-15));
    CHECK(static_cast<double>(single.at<float>(i)) == doctest::Approx(want).epsilon(1e-6));
  }
  const auto report = check_gradients(c.op, {x});
  CHECK_MESSAGE(report.ok(), report.where);
}

// The first derivative, itself differentiated.
void check_second(const Case& c, const Tensor& x) {
  CAPTURE(c.name);
  const auto report = check_gradients(
      [op = c.op](const Tensor& t) {
        GradientTape tape;
        tape.watch(t);
        return tape.gradient(op(t), t).to_dense() + 0 * t;
      },
      {x});
  CHECK_MESSAGE(report.ok(1e-6), report.where);
}

}  // namespace

TEST_CASE("functions of one element: values and gradients") {
  for (const Case& c : everywhere) check_case(c, points);
  for (const Case& c : positive_only) check_case(c, positive);
}

TEST_CASE("functions of one element: second derivatives") {
  for (const Case& c : everywhere) check_second(c, points);
  for (const Case& c : positive_only) check_second(c, Tensor({0.5, 0.75, 1.5, 3.0}));
}

TEST_CASE("functions of one element: the ends of their ranges") {
  CHECK(ops::array_equal(ops::exp(Tensor({-infinity, -1000.0, 0.0, 1000.0, infinity})),
                         Tensor({0.0, 0.0, 1.0, infinity, infinity})));
  CHECK(ops::array_equal(ops::log(Tensor({0.0, 1.0, infinity})), Tensor({-infinity, 0.0, infinity})));
  CHECK(std::isnan(ops::log(Tensor({-1.0})).at<double>(0)));
  CHECK(std::isnan(ops::sqrt(Tensor({-1.f})).at<float>(0)));
  CHECK(ops::array_equal(ops::rsqrt(Tensor({0.0, infinity})), Tensor({infinity, 0.0})));
  CHECK(ops::array_equal(ops::log1p(Tensor({-1.0, 1e-300})), Tensor({-infinity, 1e-300})));
  CHECK(ops::array_equal(ops::expm1(Tensor({-infinity, 1e-300, 1000.0})), Tensor({-1.0, 1e-300, infinity})));
  for (const Case& c : everywhere) CHECK(std::isnan(c.op(Tensor({not_a_number})).at<double>(0)));
}

TEST_CASE("sign, floor, ceil and round: values, and no gradient") {
  const Tensor x({-2.5, -0.5, 0.0, 0.5, 1.5, 2.25});
  CHECK(ops::array_equal(ops::sign(x), Tensor({-1.0, -1.0, 0.0, 1.0, 1.0, 1.0})));
  CHECK(ops::array_equal(ops::floor(x), Tensor({-3.0, -1.0, 0.0, 0.0, 1.0, 2.0})));
  CHECK(ops::array_equal(ops::ceil(x), Tensor({-2.0, 0.0, 0.0, 1.0, 2.0, 3.0})));
  CHECK(ops::array_equal(ops::round(x), Tensor({-2.0, 0.0, 0.0, 0.0, 2.0, 2.0})));
  CHECK(std::isnan(ops::sign(Tensor({not_a_number})).at<double>(0)));
  for (const Unary op : {ops::sign, ops::floor, ops::ceil, ops::round}) {
    GradientTape tape;
    tape.watch(x);
    CHECK(ops::array_equal(tape.gradient(op(x) + x, x).to_dense(), Tensor::ones({6}, float64)));
  }
}

TEST_CASE("abs: its gradient at 0 is 0") {
  const Tensor x({-2.0, 0.0, 3.0});
  GradientTape tape;
  tape.watch(x);
  CHECK(ops::array_equal(tape.gradient(ops::abs(x), x).to_dense(), Tensor({-1.0, 0.0, 1.0})));
}

TEST_CASE("square, abs, sign and negative: integers too") {
  for (const DType dtype : {int32, int64}) {
    const Tensor x({-3, 0, 4}, dtype);
    CHECK(ops::array_equal(ops::square(x), Tensor({9, 0, 16}, dtype)));
    CHECK(ops::array_equal(ops::abs(x), Tensor({3, 0, 4}, dtype)));
    CHECK(ops::array_equal(ops::sign(x), Tensor({-1, 0, 1}, dtype)));
    CHECK(ops::array_equal(-x, Tensor({3, 0, -4}, dtype)));
  }
}

TEST_CASE("is_finite and is_nan") {
  for (const DType dtype : {float32, float64}) {
    const Tensor x = Tensor({1.0, infinity, -infinity, not_a_number, 0.0}).astype(dtype);
    CHECK(ops::array_equal(ops::is_finite(x), Tensor({true, false, false, false, true})));
    CHECK(ops::array_equal(ops::is_nan(x), Tensor({false, false, false, true, false})));
  }
}

TEST_CASE("functions of one element: NumPy's sign and clip") {
  const cornu::testing::Fixture fixture("ops");
  CHECK(ops::array_equal(ops::sign(Tensor({-2.5, -0.0, 0.0, 3.0})), fixture.tensor("sign")));
  CHECK(ops::array_equal(ops::clip(fixture.tensor("inputs/a"), -0.5, 1), fixture.tensor("clip/-0.5_1")));
}

TEST_CASE("functions of one element: empty and symbolic tensors, and what is refused") {
  for (const Case& c : everywhere) {
    CHECK(c.op(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
    const Tensor symbolic = c.op(Tensor::symbolic({None, 3}, float64));
    CHECK(symbolic.is_symbolic());
    CHECK(symbolic.shape() == Shape{None, 3});
    CHECK(symbolic.dtype() == float64);
    CHECK_THROWS_AS(c.op(Tensor({true})), ValueError);
  }
  CHECK(ops::is_nan(Tensor::symbolic({None})).dtype() == boolean);
  CHECK(cornu::testing::message_of<ValueError>([] { (void)ops::exp(Tensor({1})); }) ==
        "[exp] cannot take this dtype; got int32; expected float32 or float64; cast it with ops::cast");
  CHECK_THROWS_AS(ops::log(Tensor()), StateError);
}
