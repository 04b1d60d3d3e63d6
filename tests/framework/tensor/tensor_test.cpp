#include <cornu/framework/tensor/tensor.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <thread>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

using namespace cornu;
using Floats = std::vector<float>;
using Ints = std::vector<std::int32_t>;

TEST_CASE("tensor: literals and lists say dtype and shape") {
  CHECK(Tensor(1.f).dtype() == float32);
  CHECK(Tensor(1.).dtype() == float64);
  CHECK(Tensor(1).dtype() == int32);
  CHECK(Tensor(std::int64_t{1}).dtype() == int64);
  CHECK(Tensor(true).dtype() == boolean);
  CHECK(Tensor(1.f).shape() == Shape());
  CHECK(Tensor({1, 2, 3}).shape() == Shape{3});
  CHECK(Tensor({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}).shape() == Shape{2, 3});
  CHECK(Tensor({{{{1}}, {{2}}}}).shape() == Shape{1, 2, 1, 1});
  CHECK(Tensor({1, 0}, boolean).to_vector<bool>() == std::vector<bool>{true, false});
  CHECK(Tensor(std::vector<bool>{true, false}).to_vector<bool>() == std::vector<bool>{true, false});
  CHECK(Tensor(std::vector<std::vector<int>>{{1, 2}, {3, 4}}).to_vector<std::int32_t>() == Ints{1, 2, 3, 4});
  CHECK(Tensor(std::vector<float>{}).shape() == Shape{0});
}

TEST_CASE(
    "tensor: elements that are read as another type are refused, with the type that they have and the one asked for") {
  CHECK_THROWS_WITH_AS(Tensor({1.f}).to_vector<double>(),
                       "[Tensor] elements have another type; got float32; expected float64; convert with astype or "
                       "ops::cast",
                       ValueError);
}

TEST_CASE("tensor: made by value") {
  CHECK(Tensor::zeros({2, 0}).size() == 0);
  CHECK(Tensor::ones({2}, int64).to_vector<std::int64_t>() == std::vector<std::int64_t>{1, 1});
  CHECK(Tensor::full({2}, 2.5).to_vector<float>() == Floats{2.5, 2.5});
  CHECK(Tensor::eye(2).to_vector<float>() == Floats{1, 0, 0, 1});
  CHECK(Tensor::arange(3).to_vector<std::int32_t>() == Ints{0, 1, 2});
  CHECK(Tensor::arange(1, 0, -0.25, float32).to_vector<float>() == Floats{1, 0.75, 0.5, 0.25});
  CHECK(Tensor::arange(2, 1).size() == 0);
  CHECK_THROWS_AS(Tensor::arange(0, 1, 0), ValueError);
  CHECK_THROWS_AS(Tensor::arange(0, INFINITY), ValueError);
}

TEST_CASE("tensor: elements by position, from the end too") {
  const Tensor t({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}});
  CHECK(t.at<float>(1, 0) == 4);
  CHECK(t.at<float>(-1, -3) == 4);
  CHECK(t.dim(-1) == 3);
  CHECK(Tensor({{7}}).item<double>() == 7);
  CHECK(Tensor(true).item<bool>());
  CHECK(Tensor({{9007199254740993}}).item<std::int64_t>() == 9007199254740993);  // 2^53 + 1, which no double holds
  CHECK(Tensor({{-2.7}}).item<int>() == -2);
  CHECK_THROWS_AS(t.at<float>(2, 0), IndexError);
  CHECK_THROWS_AS(t.at<float>(0, -4), IndexError);
  CHECK_THROWS_AS(t.at<float>(0), ShapeError);
  CHECK_THROWS_WITH_AS(t.at<double>(0, 0), doctest::Contains("got float32; expected float64"), ValueError);
  CHECK_THROWS_AS(t.item<float>(), ShapeError);
  CHECK_THROWS_AS(t.dim(2), IndexError);
}

TEST_CASE("tensor: astype truncates towards zero, and anything but 0 is true") {
  CHECK(Tensor({1.9f, -0.5f, -1.9f}).astype(int32).to_vector<std::int32_t>() == Ints{1, 0, -1});
  CHECK(Tensor({0.f, -0.f, 0.1f}).astype(boolean).to_vector<bool>() == std::vector<bool>{false, false, true});
  CHECK(Tensor({true, false}).astype(float32).to_vector<float>() == Floats{1, 0});
  const Tensor same({1.f});
  CHECK(same.astype(float32).identity() == same.identity());
}

TEST_CASE("tensor: copies and views share the elements") {
  const Tensor t({{1, 2, 3}, {4, 5, 6}});
  const Tensor copy = t, flat = t.with_shape({6});
  CHECK(copy.identity() == t.identity());
  CHECK(flat.data<std::int32_t>() == t.data<std::int32_t>());
  CHECK_THROWS_AS(t.with_shape({5}), ShapeError);
}

TEST_CASE("tensor: a view outlives what it was taken from, on another thread too") {
  Tensor view;
  std::thread([&] { view = Tensor::full({1000}, 3).with_shape({10, 100}); }).join();
  CHECK(ops::sum(view).item<double>() == 3000);
}

TEST_CASE("tensor: an empty handle and a symbolic tensor have no elements") {
  const Tensor empty;
  CHECK_FALSE(empty.defined());
  CHECK_THROWS_AS(empty.shape(), StateError);
  CHECK_THROWS_AS(empty.data<float>(), StateError);
  const Tensor symbolic = Tensor::symbolic({None, 3}, int32);
  CHECK(symbolic.is_symbolic());
  CHECK(symbolic.shape() == Shape{None, 3});
  CHECK_THROWS_AS(symbolic.size(), StateError);
  CHECK_THROWS_AS(symbolic.data<std::int32_t>(), StateError);
  CHECK(symbolic.astype(float32).dtype() == float32);
  CHECK_THROWS_AS(Tensor::zeros({None, 3}), ShapeError);
}

TEST_CASE("tensor: refuses ragged lists, elements that do not fill the shape, and sizes beyond all memory") {
  CHECK_THROWS_WITH_AS(Tensor({{1, 2}, {3, 4}, {5}}), doctest::Contains("got 1 elements in row 2; expected 2"),
                       ShapeError);
  const Floats three{1, 2, 3};
  CHECK_THROWS_WITH_AS(Tensor({2, 2}, std::span<const float>(three)),
                       doctest::Contains("got 3 elements for shape (2, 2); expected 4"), ShapeError);
  const std::int64_t huge = std::int64_t{1} << 40;
  CHECK_THROWS_AS(Tensor::zeros({huge, huge}), ShapeError);
}

template <class T>
concept GivesValues = requires(T tensor) {
  std::forward<T>(tensor).template values<float>();
};
TEST_CASE("tensor: the values of a tensor that is about to go are not for looking at") {
  CHECK(GivesValues<Tensor&>);
  CHECK(GivesValues<const Tensor&>);
  CHECK_FALSE(GivesValues<Tensor>);
  CHECK(Tensor({1.f, 2.f}).to_vector<float>() == Floats{1, 2});
}

TEST_CASE("dtype: is printed as NumPy calls it") {
  CHECK(fmt::format("{} {:>7}|", float32, boolean) == "float32    bool|");
}
