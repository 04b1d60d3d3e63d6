#include <doctest/doctest.h>

#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/xtensor.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;
using Floats = std::vector<float>;

TEST_CASE("from_xarray: copies an array that is not moved in") {
  xt::xarray<float> array{{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}};
  const Tensor x = from_xarray(array);
  CHECK(x.shape() == Shape{2, 3});
  CHECK(x.dtype() == float32);
  array(0, 0) = 9;
  CHECK(x.to_vector<float>() == Floats{1, 2, 3, 4, 5, 6});
}

TEST_CASE("from_xarray: takes over the memory of a container that is moved in") {
  xt::xarray<float> array{{1.f, 2.f}, {3.f, 4.f}};
  const float* const place = array.data();
  Tensor x = from_xarray(std::move(array));
  CHECK(x.data<float>() == place);
  CHECK(x.shape() == Shape{2, 2});
  CHECK((x + x).to_vector<float>() == Floats{2, 4, 6, 8});

  xt::xtensor<double, 1> vector{1, 2, 3};
  const double* const start = vector.data();
  CHECK(from_xarray(std::move(vector)).data<double>() == start);
}

TEST_CASE("from_xarray: memory that was taken over can become a variable and is given back once") {
  xt::xtensor<float, 2> array = xt::ones<float>({100, 100});
  const float* const place = array.data();
  const Variable v(from_xarray(std::move(array)));
  v.writable().mutable_data<float>()[0] = 5;
  CHECK(v.peek().data<float>() == place);
  const Tensor flat = ops::reshape(v, {10'000});
  CHECK(ops::sum(flat).item<float>() == 10'004);
}

TEST_CASE("from_xarray: expressions, views and column-major arrays come in row-major order") {
  const xt::xarray<float> array{{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}};
  CHECK(from_xarray(array * 2.f).to_vector<float>() == Floats{2, 4, 6, 8, 10, 12});
  CHECK(from_xarray(xt::view(array, xt::all(), 1)).to_vector<float>() == Floats{2, 5});
  xt::xarray<float, xt::layout_type::column_major> columns = array;
  CHECK(from_xarray(std::move(columns)).to_vector<float>() == Floats{1, 2, 3, 4, 5, 6});
  CHECK(from_xarray(xt::xarray<float>(3.f)).shape() == Shape());
  CHECK(from_xarray(xt::xarray<float>::from_shape({0, 3})).shape() == Shape{0, 3});
}

TEST_CASE("from_xarray: every dtype") {
  CHECK(from_xarray(xt::xarray<double>{1, 2}).dtype() == float64);
  CHECK(from_xarray(xt::xarray<std::int32_t>{1, 2}).to_vector<std::int32_t>() == std::vector<std::int32_t>{1, 2});
  CHECK(from_xarray(xt::xarray<std::int64_t>{1, 2}).dtype() == int64);
  CHECK(from_xarray(xt::xarray<bool>{true, false}).to_vector<bool>() == std::vector<bool>{true, false});
}

TEST_CASE("to_xarray: the tensor's elements without a copy, for as long as it is there") {
  auto x = std::make_unique<Tensor>(Tensor({{1.f, 2.f}, {3.f, 4.f}}));
  const auto array = to_xarray<float>(*x);
  CHECK(array.data() == x->data<float>());
  x.reset();
  CHECK(array.dimension() == 2);
  CHECK(array(1, 0) == 3);
  const xt::xarray<float> own = array * 10.f;
  CHECK(own(1, 1) == 40);
  CHECK(xt::sum(array)() == 10);
}

TEST_CASE("to_xarray: a variable's later updates do not reach what was taken before") {
  const Variable v(Tensor({1.f, 2.f}));
  const auto before = to_xarray<float>(v);
  v.writable().mutable_data<float>()[0] = 9;
  CHECK(before(0) == 1);
}

TEST_CASE("to_xtensor: the rank known when compiling") {
  const auto matrix = to_xtensor<float, 2>(Tensor({{1.f, 2.f}, {3.f, 4.f}}));
  static_assert(std::tuple_size_v<std::decay_t<decltype(matrix.shape())>> == 2);
  CHECK(matrix(0, 1) == 2);
  CHECK(to_xtensor<double, 0>(Tensor(3.))() == 3);
  CHECK(message_of<ShapeError>([] {
          to_xtensor<float, 1>(Tensor::zeros({2, 2}));
        }) == "[to_xtensor] another rank; got shape (2, 2); expected rank 1");
}

TEST_CASE("to_xarray: refuses another dtype and a tensor without elements; from_xarray a rank of 7") {
  CHECK_THROWS_AS(to_xarray<double>(Tensor({1.f})), ValueError);
  CHECK_THROWS_AS(to_xarray<float>(Tensor::symbolic({2})), StateError);
  CHECK_THROWS_AS(from_xarray(xt::xarray<float>::from_shape({1, 1, 1, 1, 1, 1, 1})), ShapeError);
}
