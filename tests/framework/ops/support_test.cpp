#include <cornu/framework/ops/support.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::testing::message_of;

TEST_CASE("broadcast_shape: NumPy's rules, with None for what is not known yet") {
  CHECK(ops::broadcast_shape("add", {2, 3}, {2, 3}) == Shape{2, 3});
  CHECK(ops::broadcast_shape("add", {2, 3}, Shape()) == Shape{2, 3});
  CHECK(ops::broadcast_shape("add", {3, 1}, {1, 4}) == Shape{3, 4});
  CHECK(ops::broadcast_shape("add", {4}, {2, 3, 1}) == Shape{2, 3, 4});
  CHECK(ops::broadcast_shape("add", {0, 3}, {1, 3}) == Shape{0, 3});
  CHECK(ops::broadcast_shape("add", {1}, {0}) == Shape{0});
  CHECK(ops::broadcast_shape("add", {None, 3}, {3}) == Shape{None, 3});
  CHECK(ops::broadcast_shape("add", {None, 1}, {1, 3}) == Shape{None, 3});
  CHECK(ops::broadcast_shape("add", {1, 3}, {None, 1}) == Shape{None, 3});
  CHECK(ops::broadcast_shape("add", {None, 3}, {5, 3}) == Shape{5, 3});
  CHECK(ops::broadcast_shape("add", {5}, {None}) == Shape{5});
  CHECK(ops::broadcast_shape("add", {None}, {None}) == Shape{None});
}

TEST_CASE("broadcast_shape: what does not fit is refused with both shapes") {
  CHECK(message_of<ShapeError>([] {
          ops::broadcast_shape("add", {2, 3}, {2, 4});
        }) ==
        "[add] shapes do not broadcast; got (2, 3) and (2, 4); expected extents that are equal or 1, counted from the "
        "last axis");
  CHECK_THROWS_AS(ops::broadcast_shape("add", {2, 3}, {2}), ShapeError);
  CHECK_THROWS_AS(ops::broadcast_shape("add", {0}, {2}), ShapeError);
}

TEST_CASE("require_ids: ids within the limit pass, of either integer type") {
  CHECK_NOTHROW(ops::require_ids("gather", Tensor({{0, 999}, {4, 20}}), 1000));
  CHECK_NOTHROW(ops::require_ids("gather", Tensor({0, 999}, int64), 1000));
  CHECK_NOTHROW(ops::require_ids("gather", Tensor({0, 2147483647}), std::int64_t{1} << 40));
  CHECK_NOTHROW(ops::require_ids("gather", Tensor::zeros({0, 3}, int32), 10));
  CHECK_NOTHROW(ops::require_ids("gather", Tensor::zeros({0}, int32), 0));
  CHECK_NOTHROW(ops::require_ids("gather", Tensor::symbolic({None, 10}, int32), 10));
}

TEST_CASE("require_ids: the first bad id is named with its place and the limit") {
  CHECK(message_of<IndexError>([] {
          ops::require_ids("gather", Tensor({{4, 1000}, {-1, 20}}), 1000);
        }) == "[gather] id 1000 at (0, 1) is outside the table; expected 0 … 999");
  CHECK(message_of<IndexError>([] {
          ops::require_ids("gather", Tensor({{4, 2}, {-1, 2000}}, int64), 1000,
                           {.id = "word", .where = "the list", .advice = "look again"});
        }) == "[gather] word -1 at (1, 0) is outside the list; expected 0 … 999; look again");
  CHECK(message_of<IndexError>([] { ops::require_ids("gather", Tensor(7), 7); }).find("id 7 at () is") !=
        std::string::npos);
  CHECK(message_of<IndexError>([] { ops::require_ids("gather", Tensor({3}), 0); }) ==
        "[gather] id 3 at (0,) is outside the table; expected none, for it is empty");
}

TEST_CASE("require_ids: one bad id is found wherever it stands") {
  for (std::int64_t place = 0; place < 100; ++place) {
    std::vector<std::int32_t> ids(100, 5);
    ids[static_cast<std::size_t>(place)] = place % 2 == 0 ? 6 : -2147483647 - 1;
    CHECK_THROWS_AS(ops::require_ids("gather", Tensor(ids), 6), IndexError);
  }
}

TEST_CASE("cast_exactly: every number as it was") {
  CHECK(ops::array_equal(ops::cast_exactly("x", Tensor({2147483647L, -2147483648L}), int32),
                         Tensor({2147483647, -2147483647 - 1})));
  CHECK(ops::array_equal(ops::cast_exactly("x", Tensor({3.f, -0.f, 16777215.f}), int64),
                         Tensor({3, 0, 16777215}, int64)));
  CHECK(ops::array_equal(ops::cast_exactly("x", Tensor({2147483647., -3.}, float64), int32), Tensor({2147483647, -3})));
  CHECK(ops::array_equal(ops::cast_exactly("x", Tensor({true, false}), int32), Tensor({1, 0})));
  CHECK(ops::cast_exactly("x", Tensor::zeros({0, 2}), int32).shape() == Shape{0, 2});
  CHECK(ops::cast_exactly("x", Tensor::symbolic({None, 2}), int32).dtype() == int32);
}

TEST_CASE("cast_exactly: numbers that would change are named with their place") {
  const auto message = [](const Tensor& x, DType dtype) {
    return message_of<IndexError>([&] { ops::cast_exactly("x", x, dtype); });
  };
  CHECK(message(Tensor({{1L}, {4294967297L}}), int32) ==
        "[x] id 4294967297 at (1, 0) is too large for int32; expected -2147483648 … 2147483647; use int64");
  CHECK(message(Tensor({2147483648}), int32) != "");
  CHECK(message(Tensor({-2147483649}), int32) != "");
  CHECK(message(Tensor({1.f, 0.5f}), int32) == "[x] the data are floats; got 0.5 at (1,); expected whole numbers");
  for (const double number : {2147483648., -2147483649., 1e30, std::nan(""), HUGE_VAL})
    CHECK(message(Tensor({number}, float64), int32) != "");
  for (const double number : {9223372036854775808., -1e19, std::nan(""), -HUGE_VAL})
    CHECK(message(Tensor({number}, float64), int64) != "");
  CHECK(message(Tensor({-9223372036854775808.}, float64), int64) == "");
  CHECK(message(Tensor({16777216.f}), int64) != "");  // which may have been 16777217
}

TEST_CASE("ops: an id that there is not is told in the words of the op") {
  const Tensor x({{1.f, 2.f}, {3.f, 4.f}, {5.f, 6.f}});
  CHECK(message_of<IndexError>([&] { (void)ops::gather(x, Tensor({3})); }) ==
        "[gather] id 3 at (0,) is outside the table; expected 0 … 2");
  CHECK(message_of<IndexError>([&] {
          (void)ops::take(x, Tensor({0, 2}), 1);
        }) == "[take] index 2 at (1,) is outside the axis; expected 0 … 1");
  CHECK(message_of<IndexError>([&] {
          (void)ops::scatter_add(x, Tensor({-1}), Tensor({{1.f, 1.f}}));
        }) == "[scatter_add] id -1 at (0,) is outside the rows of x; expected 0 … 2");
}

TEST_CASE("require_ids and its like: other dtypes are refused") {
  CHECK(message_of<ValueError>([] { ops::require_ids("gather", Tensor({1.f}), 6); }) ==
        "[gather] cannot take this dtype; got float32; expected int32 or int64; cast it with ops::cast");
  CHECK_THROWS_AS(ops::require_floating("exp", Tensor({1})), ValueError);
  CHECK_NOTHROW(ops::require_floating("exp", Tensor({1.0})));
  CHECK_THROWS_AS(ops::require_number("add", Tensor({true})), ValueError);
  CHECK_NOTHROW(ops::require_number("add", Tensor({1}, int64)));
  CHECK(message_of<ValueError>([] { ops::require_same_dtype("add", Tensor({1.f}), Tensor({1})); }) ==
        "[add] dtypes differ; got float32 and int32; expected one dtype; cast one of them with ops::cast");
}

TEST_CASE("scalar: a rank-0 tensor; beside integers it must be whole") {
  const Tensor half = ops::scalar(0.5, float64);
  CHECK(half.shape() == Shape());
  CHECK(half.item<double>() == 0.5);
  CHECK(ops::scalar(3, int64).item<std::int64_t>() == 3);
  CHECK_THROWS_AS(ops::scalar(0.5, int32), ValueError);
}
