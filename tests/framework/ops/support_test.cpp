#include <cornu/framework/ops/support.hpp>

#include <doctest/doctest.h>

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
        }) ==
        "[gather] id 1000 at (0, 1) is outside the vocabulary; expected 0 … 999; raise input_dim or map unknown words "
        "to one id");
  CHECK(message_of<IndexError>([] {
          ops::require_ids("gather", Tensor({{4, 2}, {-1, 2000}}, int64), 1000);
        }) ==
        "[gather] id -1 at (1, 0) is outside the vocabulary; expected 0 … 999; raise input_dim or map unknown words to "
        "one id");
  CHECK(message_of<IndexError>([] { ops::require_ids("gather", Tensor(7), 7); }).find("id 7 at () is") !=
        std::string::npos);
  CHECK(message_of<IndexError>([] { ops::require_ids("gather", Tensor({3}), 0); }).find("there are no rows") !=
        std::string::npos);
}

TEST_CASE("require_ids: one bad id is found wherever it stands") {
  for (std::int64_t place = 0; place < 100; ++place) {
    std::vector<std::int32_t> ids(100, 5);
    ids[static_cast<std::size_t>(place)] = place % 2 == 0 ? 6 : -2147483647 - 1;
    CHECK_THROWS_AS(ops::require_ids("gather", Tensor(ids), 6), IndexError);
  }
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
