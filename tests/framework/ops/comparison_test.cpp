#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::testing::message_of;

namespace {
const double not_a_number = std::nan("");
}

TEST_CASE("comparisons: every dtype, NaN unlike anything") {
  for (const DType dtype : {float32, float64, int32, int64}) {
    const Tensor a = Tensor({1, 2, 3}).astype(dtype), b = Tensor({2, 2, 2}).astype(dtype);
    CHECK(ops::array_equal(ops::equal(a, b), Tensor({false, true, false})));
    CHECK(ops::array_equal(ops::not_equal(a, b), Tensor({true, false, true})));
    CHECK(ops::array_equal(ops::less(a, b), Tensor({true, false, false})));
    CHECK(ops::array_equal(ops::less_equal(a, b), Tensor({true, true, false})));
    CHECK(ops::array_equal(ops::greater(a, b), Tensor({false, false, true})));
    CHECK(ops::array_equal(ops::greater_equal(a, b), Tensor({false, true, true})));
  }
  const Tensor x({not_a_number, 1.0}), y({not_a_number, not_a_number});
  CHECK(ops::array_equal(ops::equal(x, y), Tensor({false, false})));
  CHECK(ops::array_equal(ops::not_equal(x, y), Tensor({true, true})));
  CHECK(ops::array_equal(ops::less_equal(x, y), Tensor({false, false})));
  CHECK(ops::array_equal(ops::greater_equal(x, y), Tensor({false, false})));
  CHECK(ops::array_equal(ops::equal(Tensor({true, false}), Tensor({true, true})), Tensor({true, false})));
}

TEST_CASE("comparisons: with a number, and broadcast") {
  const Tensor ids({{4, 0}, {0, 7}});
  CHECK(ops::array_equal(ops::not_equal(ids, 0), Tensor({{true, false}, {false, true}})));
  CHECK(ops::array_equal(ops::equal(ids, 7), Tensor({{false, false}, {false, true}})));
  CHECK(ops::array_equal(ops::less(ids, 4), Tensor({{false, true}, {true, false}})));
  CHECK(ops::array_equal(ops::less_equal(ids, 4), Tensor({{true, true}, {true, false}})));
  CHECK(ops::array_equal(ops::greater(ids, 4), Tensor({{false, false}, {false, true}})));
  CHECK(ops::array_equal(ops::greater_equal(ids, 4), Tensor({{true, false}, {false, true}})));
  CHECK(ops::array_equal(ops::less(Tensor({{1}, {3}}), Tensor({2, 4})), Tensor({{true, true}, {false, true}})));
}

TEST_CASE("logic: the truth tables") {
  const Tensor a({false, false, true, true}), b({false, true, false, true});
  CHECK(ops::array_equal(ops::logical_and(a, b), Tensor({false, false, false, true})));
  CHECK(ops::array_equal(ops::logical_or(a, b), Tensor({false, true, true, true})));
  CHECK(ops::array_equal(ops::logical_not(a), Tensor({true, true, false, false})));
  CHECK(ops::array_equal(ops::logical_and(Tensor({{true}, {false}}), Tensor({true, false})),
                         Tensor({{true, false}, {false, false}})));
}

TEST_CASE("where: every dtype") {
  const Tensor condition({true, false, true});
  for (const DType dtype : {float32, float64, int32, int64, boolean}) {
    const Tensor a = Tensor({1, 1, 0}).astype(dtype), b = Tensor({0, 0, 1}).astype(dtype);
    CHECK(ops::array_equal(ops::where(condition, a, b), Tensor({1, 0, 0}).astype(dtype)));
  }
}

TEST_CASE("where: all three broadcast") {
  random::set_seed(2);
  const Shape shapes[] = {Shape(), {4}, {3, 1}, {2, 1, 1}, {2, 3, 4}};
  for (const Shape& c : shapes)
    for (const Shape& p : shapes)
      for (const Shape& q : shapes) {
        const Tensor condition = ops::greater(random::normal(c), 0), a = random::normal(p), b = random::normal(q);
        const Tensor y = ops::where(condition, a, b), full = Tensor::zeros(y.shape());
        // the same with a product by 0 or 1 in place of the choice
        const Tensor one = ops::cast(condition, float32);
        CHECK(ops::array_equal(y, full + one * a + (1 - one) * b));
      }
}

TEST_CASE("where: NumPy's values; NaN in what is not taken does no harm") {
  const cornu::testing::Fixture fixture("ops");
  const Tensor a = fixture.tensor("inputs/a"), row = ops::select(ops::select(a, 0, 0), 0, 0);
  CHECK(ops::array_equal(ops::where(ops::greater(a, 0), a, row), fixture.tensor("where/a_positive_else_row")));
  const Tensor x({not_a_number, 2.0});
  GradientTape tape;
  tape.watch(x);
  const Tensor y = ops::where(Tensor({false, true}), x, Tensor({5.0, 6.0}));
  CHECK(ops::array_equal(y, Tensor({5.0, 2.0})));
  CHECK(ops::array_equal(tape.gradient(y, x).to_dense(), Tensor({0.0, 1.0})));
}

TEST_CASE("where: the gradient goes where the element was taken from, summed over broadcast axes") {
  const Tensor condition({{true, false, true}, {false, false, true}});
  const auto report = check_gradients(
      [&](const std::vector<Tensor>& x) {
        return ops::where(condition, x[0], x[1]) + ops::where(condition, x[2], x[0]);
      },
      {random::normal({3}), random::normal({2, 1}), random::normal(Shape())});
  CHECK_MESSAGE(report.ok(), report.where);
}

TEST_CASE("array_equal: shape, dtype and every element") {
  CHECK(ops::array_equal(Tensor({1.f, 2.f}), Tensor({1.f, 2.f})));
  CHECK_FALSE(ops::array_equal(Tensor({1.f, 2.f}), Tensor({1.f, 3.f})));
  CHECK_FALSE(ops::array_equal(Tensor({1.f, 2.f}), Tensor({{1.f, 2.f}})));
  CHECK_FALSE(ops::array_equal(Tensor({1.f}), Tensor({1.0})));
  CHECK_FALSE(ops::array_equal(Tensor({not_a_number}), Tensor({not_a_number})));
  CHECK(ops::array_equal(Tensor::zeros({0, 3}), Tensor::zeros({0, 3})));
}

TEST_CASE("all_close: within absolute + relative · |b|") {
  CHECK(ops::all_close(Tensor({100.0}), Tensor({100.0009})));
  CHECK_FALSE(ops::all_close(Tensor({100.0}), Tensor({100.002})));
  CHECK(ops::all_close(Tensor({0.0}), Tensor({1e-9})));
  CHECK_FALSE(ops::all_close(Tensor({0.0}), Tensor({1e-7})));
  CHECK(ops::all_close(Tensor({1.5}), Tensor({1.0}), 0, 0.5));
  const double infinity = HUGE_VAL;
  CHECK(ops::all_close(Tensor({infinity}), Tensor({infinity})));
  CHECK_FALSE(ops::all_close(Tensor({infinity}), Tensor({-infinity})));
  CHECK_FALSE(ops::all_close(Tensor({1.0}), Tensor({infinity})));
  CHECK_FALSE(ops::all_close(Tensor({not_a_number}), Tensor({not_a_number})));
  CHECK_FALSE(ops::all_close(Tensor({1.0, 1.0}), Tensor({1.0})));
}

TEST_CASE("comparisons: empty and symbolic tensors") {
  CHECK(ops::less(Tensor::zeros({0, 3}), Tensor::zeros({3})).shape() == Shape{0, 3});
  const Tensor mask = ops::not_equal(Tensor::symbolic({None, 10}, int32), 0);
  CHECK(mask.is_symbolic());
  CHECK(mask.dtype() == boolean);
  CHECK(mask.shape() == Shape{None, 10});
  const Tensor chosen = ops::where(mask, Tensor::symbolic({10}), Tensor({1.f}));
  CHECK(chosen.shape() == Shape{None, 10});
  CHECK(chosen.is_symbolic());
}

TEST_CASE("comparisons: what they refuse") {
  CHECK_THROWS_AS(ops::less(Tensor({1}), Tensor({1.f})), ValueError);
  CHECK_THROWS_AS(ops::less(Tensor({1, 2}), Tensor({1, 2, 3})), ShapeError);
  CHECK_THROWS_AS(ops::less(Tensor({1}), 0.5), ValueError);
  CHECK_THROWS_AS(ops::where(Tensor({true}), Tensor({1}), Tensor({1.f})), ValueError);
  CHECK(message_of<ValueError>([] { (void)ops::where(Tensor({1}), Tensor({1}), Tensor({1})); }) ==
        "[where] cannot take this dtype; got int32; expected bool, as comparisons give");
  CHECK_THROWS_AS(ops::logical_and(Tensor({1}), Tensor({true})), ValueError);
  CHECK_THROWS_AS(ops::logical_or(Tensor({true}), Tensor({1.f})), ValueError);
  CHECK_THROWS_AS(ops::logical_not(Tensor({1})), ValueError);
}
