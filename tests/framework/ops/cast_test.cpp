#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/fixture.hpp"

using namespace cornu;

TEST_CASE("cast: floating to integer truncates towards zero, to bool is != 0") {
  const Tensor x({-1.9, -0.5, 0.5, 1.9});
  CHECK(ops::array_equal(ops::cast(x, int32), cornu::testing::Fixture("ops").tensor("truncate/int32")));
  CHECK(ops::array_equal(ops::cast(x, int64), Tensor({-1, 0, 0, 1}, int64)));
  CHECK(ops::array_equal(ops::cast(Tensor({0.0, -0.0, 0.25}), boolean), Tensor({false, false, true})));
  CHECK(ops::array_equal(ops::cast(Tensor({true, false}), float32), Tensor({1.f, 0.f})));
  CHECK(ops::array_equal(ops::cast(Tensor({3, -4}), float64), Tensor({3.0, -4.0})));
}

TEST_CASE("cast: numbers that the integers do not have become the nearest, NaN the smallest") {
  const double huge = 1e300;
  CHECK(ops::array_equal(ops::cast(Tensor({huge, -huge}), int32), Tensor({2147483647, -2147483647 - 1})));
  CHECK(ops::cast(Tensor({std::nan("")}), int64).at<std::int64_t>(0) == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("cast: a gradient passes between floating dtypes, cast back") {
  const Tensor x({1.5f, -2.f});
  GradientTape tape;
  tape.watch(x);
  const Tensor d_x = tape.gradient(ops::square(ops::cast(x, float64)), x).to_dense();
  CHECK(ops::array_equal(d_x, Tensor({3.f, -4.f})));
}

TEST_CASE("cast: no gradient passes through integers") {
  const Tensor x({1.5f, -2.f});
  GradientTape tape;
  tape.watch(x);
  const Tensor y = ops::cast(ops::cast(x, int32), float32) + x;
  CHECK(ops::array_equal(tape.gradient(y, x).to_dense(), Tensor({1.f, 1.f})));
}

TEST_CASE("cast: the same dtype is the same tensor, and an empty or symbolic one stays so") {
  const Tensor x({1.f});
  CHECK(ops::cast(x, float32).identity() == x.identity());
  CHECK(ops::cast(Tensor::zeros({0, 2}), int32).shape() == Shape{0, 2});
  const Tensor symbolic = ops::cast(Tensor::symbolic({None, 2}), float64);
  CHECK(symbolic.is_symbolic());
  CHECK(symbolic.dtype() == float64);
}
