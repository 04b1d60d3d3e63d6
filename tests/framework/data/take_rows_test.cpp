#include <cornu/framework/data/take_rows.hpp>

#include <doctest/doctest.h>

#include <string>

#include <cornu/framework/base/errors.hpp>

using namespace cornu;

using Texts = std::vector<std::string>;

TEST_CASE("take_rows: rows of tensors of any dtype, items of lists") {
  CHECK(take_rows(Tensor({{1.f, 2.f}, {3.f, 4.f}}), {1, 0, 1}).to_vector<float>() ==
        std::vector<float>{3, 4, 1, 2, 3, 4});
  CHECK(take_rows(Tensor({7, 8, 9}), {2}).to_vector<std::int32_t>() == std::vector<std::int32_t>{9});
  CHECK(take_rows(Tensor({true, false}), {1, 1, 0}).to_vector<bool>()[2]);
  CHECK(take_rows(Texts{"a", "b", "c"}, {2, 0}) == Texts{"c", "a"});
  CHECK(take_rows(std::vector<bool>{true, false}, {1}) == std::vector<bool>{false});
}

TEST_CASE("take_rows: nothing, and ids outside") {
  CHECK(take_rows(Tensor::zeros({3, 2}), {}).shape() == Shape{0, 2});
  CHECK(take_rows(Texts{}, {}).empty());
  CHECK_THROWS_AS(take_rows(Tensor({1.f}), {1}), IndexError);
  CHECK_THROWS_AS(take_rows(Tensor(1.f), {0}), ShapeError);
  CHECK_THROWS_AS(take_rows(Texts{"a"}, {1}), IndexError);
  CHECK_THROWS_AS(take_rows(Texts{"a"}, {-1}), IndexError);
}
