#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::Fixture;
using testing::message_of;
using Ints = std::vector<std::int32_t>;
using TensorVector = std::vector<Tensor>;

namespace {

const Tensor counted = Tensor::arange(24).with_shape({2, 3, 4});

// The gradient of f at a random tensor of that shape, and the gradient of that, agree with central differences.
bool differentiable(const std::function<Tensor(const Tensor&)>& f, const Shape& shape) {
  random::set_seed(1);
  const Tensor x = random::normal(shape);
  const auto gradient_of_cube = [&](const Tensor& t) {
    GradientTape tape({.higher_order = true});
    tape.watch(t);
    const Tensor y = f(t);
    return tape.gradient(y * y * y, t).to_dense();
  };
  return check_gradients(f, {x}).ok() && check_gradients(gradient_of_cube, {x}).ok();
}

}  // namespace

TEST_CASE("reshape: the same elements, one extent inferred") {
  CHECK(ops::reshape(counted, {4, -1}).shape() == Shape{4, 6});
  CHECK(ops::reshape(counted, {-1}).to_vector<std::int32_t>() == counted.to_vector<std::int32_t>());
  CHECK(ops::reshape(counted, {6, 4}).data<std::int32_t>() == counted.data<std::int32_t>());
  CHECK(ops::reshape(Tensor::zeros({0, 3}), {3, -1}).shape() == Shape{3, 0});
  CHECK(ops::reshape(Tensor(1.f), {1, 1}).shape() == Shape{1, 1});
  CHECK(differentiable([](const Tensor& x) { return ops::reshape(x, {3, -1}); }, {2, 3}));
}

TEST_CASE("reshape: unknown extents stay unknown, the others are inferred") {
  const Tensor x = Tensor::symbolic({None, 10, 16});
  CHECK(ops::reshape(x, {-1, 160}).shape() == Shape{None, 160});
  CHECK(ops::reshape(x, {None, -1}).shape() == Shape{None, 160});
  CHECK(ops::reshape(x, {None, 5, -1}).shape() == Shape{None, 5, 32});
  CHECK(ops::reshape(x, {-1}).shape() == Shape{None});
  CHECK(ops::reshape(Tensor::symbolic({4, 6}), {3, -1}).shape() == Shape{3, 8});
  CHECK_THROWS_AS(ops::reshape(x, {None, 7, -1}), ShapeError);
}

TEST_CASE("reshape: refuses another size") {
  CHECK(message_of<ShapeError>([] {
          (void)ops::reshape(counted, {5, 5});
        }) ==
        "[reshape] sizes differ; got (5, 5) for the elements of (2, 3, 4); expected a shape of as many, with at most "
        "one -1");
  CHECK_THROWS_AS(ops::reshape(counted, {-1, -1}), ShapeError);
  CHECK_THROWS_AS(ops::reshape(counted, {7, -1}), ShapeError);
  CHECK_THROWS_AS(ops::reshape(Tensor::zeros({0}), {0, -1}), ShapeError);
}

TEST_CASE("transpose: the axes reversed, or in the order given") {
  const Fixture numpy("ops");
  const Tensor a = numpy.tensor("inputs/a");
  CHECK(ops::array_equal(ops::transpose(a), numpy.tensor("transpose/all")));
  CHECK(ops::array_equal(ops::transpose(a, {0, 2, 1}), numpy.tensor("transpose/0,2,1")));
  CHECK(ops::array_equal(ops::transpose(a, {2, 0, -2}), numpy.tensor("transpose/2,0,1")));
  CHECK(ops::transpose(Tensor::symbolic({None, 3, 4}), {1, 2, 0}).shape() == Shape{3, 4, None});
  CHECK(differentiable([](const Tensor& x) { return ops::transpose(x, {2, 0, 1}); }, {2, 3, 2}));
}

TEST_CASE("transpose: every order of the axes, of each element size, back and forth") {
  std::vector<std::int64_t> order{0, 1, 2, 3};
  const Tensor x = Tensor::arange(2 * 3 * 17 * 18).with_shape({2, 3, 17, 18});
  do {
    std::vector<std::int64_t> back(4);
    for (std::size_t i = 0; i < 4; ++i) back[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
    const Tensor y = ops::transpose(x, order);
    const std::array<std::int64_t, 4> at{1, 2, 15, 7};
    const auto moved = [&](std::size_t i) { return at[static_cast<std::size_t>(order[i])]; };
    REQUIRE(y.at<std::int32_t>(moved(0), moved(1), moved(2), moved(3)) == x.at<std::int32_t>(1, 2, 15, 7));
    REQUIRE(ops::array_equal(ops::transpose(y, back), x));
    for (const DType dtype : {float64, boolean})
      REQUIRE(ops::array_equal(ops::transpose(x.astype(dtype), order), y.astype(dtype)));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("transpose: refuses what is not an order of the axes") {
  CHECK(message_of<ShapeError>([] {
          (void)ops::transpose(counted, {0, 1, 1});
        }).find("[transpose] each axis must be named once") == 0);
  CHECK_THROWS_AS(ops::transpose(counted, {0, 1}), ShapeError);
  CHECK_THROWS_AS(ops::transpose(counted, {0, 1, 3}), IndexError);
}

TEST_CASE("expand_dims and squeeze: axes of extent 1 come and go") {
  const Tensor x = Tensor::zeros({2, 3});
  CHECK(ops::expand_dims(x, 0).shape() == Shape{1, 2, 3});
  CHECK(ops::expand_dims(x, 2).shape() == Shape{2, 3, 1});
  CHECK(ops::expand_dims(x, -1).shape() == Shape{2, 3, 1});
  CHECK(ops::expand_dims(x, -3).shape() == Shape{1, 2, 3});
  CHECK(ops::expand_dims(Tensor::symbolic({None, None}), 1).shape() == Shape{None, 1, None});
  CHECK(ops::squeeze(Tensor::zeros({1, 2, 1})).shape() == Shape{2});
  CHECK(ops::squeeze(Tensor::zeros({1, 2, 1}), -1).shape() == Shape{1, 2});
  CHECK(ops::squeeze(Tensor::symbolic({None, 1}), 1).shape() == Shape{None});
  CHECK(differentiable([](const Tensor& t) { return ops::squeeze(ops::expand_dims(t, 1), 1); }, {2, 3}));
  CHECK_THROWS_AS(ops::expand_dims(x, 3), IndexError);
  CHECK(message_of<ShapeError>([&] { (void)ops::squeeze(x, 1); }) ==
        "[squeeze] axis 1 has another extent than 1; got (2, 3); expected 1 there");
}

TEST_CASE("broadcast_to: repeats along axes of extent 1 and new ones") {
  const Tensor row({{1, 2, 3}});
  CHECK(ops::broadcast_to(row, {2, 2, 3}).to_vector<std::int32_t>() == Ints{1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3});
  CHECK(ops::broadcast_to(Tensor({{1}, {2}}), {2, 3}).to_vector<std::int32_t>() == Ints{1, 1, 1, 2, 2, 2});
  CHECK(ops::broadcast_to(Tensor(7), {0, 2}).size() == 0);
  CHECK(ops::broadcast_to(Tensor::symbolic({None, 1}), {None, 5}).shape() == Shape{None, 5});
  CHECK(differentiable([](const Tensor& x) { return ops::broadcast_to(x, {2, 3, 2}); }, {3, 1}));
  CHECK_THROWS_AS(ops::broadcast_to(row, {2, 4}), ShapeError);
  CHECK_THROWS_AS(ops::broadcast_to(Tensor::zeros({2, 3}), {1, 3}), ShapeError);
}

TEST_CASE("tile and repeat: as a whole, and each element") {
  const Fixture numpy("ops");
  const Tensor m = numpy.tensor("inputs/m2x3");
  CHECK(ops::array_equal(ops::tile(m, {1, 2}), numpy.tensor("tile/2")));
  CHECK(ops::array_equal(ops::tile(m, {2, 1}), numpy.tensor("tile/2,1")));
  CHECK(ops::array_equal(ops::tile(ops::expand_dims(m, 0), {2, 1, 2}), numpy.tensor("tile/2,1,2")));
  CHECK(ops::repeat(Tensor({{1, 2}, {3, 4}}), 2, 0).to_vector<std::int32_t>() == Ints{1, 2, 1, 2, 3, 4, 3, 4});
  CHECK(ops::repeat(Tensor({{1, 2}, {3, 4}}), 2, -1).to_vector<std::int32_t>() == Ints{1, 1, 2, 2, 3, 3, 4, 4});
  CHECK(ops::tile(m, {0, 1}).shape() == Shape{0, 3});
  CHECK(ops::tile(Tensor::symbolic({None, 3}), {2, 2}).shape() == Shape{None, 6});
  CHECK(ops::repeat(Tensor::symbolic({None, 3}), 4, 1).shape() == Shape{None, 12});
  CHECK(ops::tile(Tensor::zeros({1, 2, 1, 2, 1, 2}), {2, 2, 2, 2, 2, 2}).shape() == Shape{2, 4, 2, 4, 2, 4});
  CHECK(differentiable([](const Tensor& x) { return ops::tile(x, {2, 3}); }, {2, 2}));
  CHECK(differentiable([](const Tensor& x) { return ops::repeat(x, 3, 0); }, {2, 2}));
  CHECK_THROWS_AS(ops::tile(m, {2}), ShapeError);
  CHECK_THROWS_AS(ops::repeat(m, -1, 0), ValueError);
}

TEST_CASE("slice: start, stop and step as in Python") {
  const Tensor x = Tensor::arange(10);
  const auto at = [&](ops::SliceOptions options) { return ops::slice(x, 0, options).to_vector<std::int32_t>(); };
  CHECK(at({.start = 2, .stop = 5}) == Ints{2, 3, 4});
  CHECK(at({.start = -3}) == Ints{7, 8, 9});
  CHECK(at({.stop = -8}) == Ints{0, 1});
  CHECK(at({.start = 1, .stop = 9, .step = 3}) == Ints{1, 4, 7});
  CHECK(at({.step = -4}) == Ints{9, 5, 1});
  CHECK(at({.start = 5, .stop = 2, .step = -1}) == Ints{5, 4, 3});
  CHECK(at({.start = 5, .stop = 2}).empty());
  CHECK(at({.start = 20}).empty());
  CHECK(at({.start = -20, .stop = 20, .step = 5}) == Ints{0, 5});
  CHECK(at({.start = 20, .stop = -20, .step = -5}) == Ints{9, 4});
  CHECK_THROWS_AS(at({.step = 0}), ValueError);
}

TEST_CASE("slice: along any axis, with its gradient") {
  CHECK(ops::slice(counted, 1, {.start = 1, .stop = 2}).to_vector<std::int32_t>() == Ints{4, 5, 6, 7, 16, 17, 18, 19});
  CHECK(ops::slice(counted, -1, {.step = 3}).to_vector<std::int32_t>() ==
        Ints{0, 3, 4, 7, 8, 11, 12, 15, 16, 19, 20, 23});
  CHECK(ops::slice(Tensor::symbolic({None, 10}), 1, {.stop = 4}).shape() == Shape{None, 4});
  CHECK(ops::slice(Tensor::symbolic({None, 10}), 0, {.stop = 4}).shape() == Shape{None, 10});
  CHECK(differentiable([](const Tensor& x) { return ops::slice(x, 1, {.start = 1, .step = 2}); }, {2, 5}));
  CHECK(differentiable([](const Tensor& x) { return ops::slice(x, 0, {.start = 3, .step = -2}); }, {5, 2}));
  CHECK(differentiable([](const Tensor& x) { return ops::flip(x, -1); }, {2, 3}));
  CHECK(ops::flip(Tensor({{1, 2}, {3, 4}}), 0).to_vector<std::int32_t>() == Ints{3, 4, 1, 2});
  CHECK(ops::flip(Tensor::zeros({0, 2}), 0).shape() == Shape{0, 2});
}

TEST_CASE("select: one part, without its axis") {
  CHECK(ops::select(counted, 1, 2).to_vector<std::int32_t>() == Ints{8, 9, 10, 11, 20, 21, 22, 23});
  CHECK(ops::select(counted, -1, -1).to_vector<std::int32_t>() == Ints{3, 7, 11, 15, 19, 23});
  CHECK(ops::select(Tensor::symbolic({None, 10, 4}), 1, 9).shape() == Shape{None, 4});
  CHECK(differentiable([](const Tensor& x) { return ops::select(x, 1, 1); }, {2, 3}));
  CHECK(message_of<IndexError>([] { (void)ops::select(counted, 1, 3); }) ==
        "[select] position out of range; got 3 for axis 1 of shape (2, 3, 4); expected -3 … 2");
}

TEST_CASE("split: into equal parts, or at positions") {
  const Fixture numpy("ops");
  const Tensor a = numpy.tensor("inputs/a");
  const TensorVector thirds = ops::split(a, 3, 1), uneven = ops::split(a, {1, 3}, -1);
  REQUIRE(thirds.size() == 3);
  REQUIRE(uneven.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(ops::array_equal(thirds[i], numpy.tensor("split/3_axis_1/" + std::to_string(i))));
    CHECK(ops::array_equal(uneven[i], numpy.tensor("split/1,3_axis_-1/" + std::to_string(i))));
  }
  CHECK(differentiable(
      [](const Tensor& x) {
        const TensorVector parts = ops::split(x, 2, 0);
        return parts[0] * parts[1];
      },
      {4, 2}));
  CHECK(message_of<ShapeError>([&] { (void)ops::split(a, 2, 1); }).find("got 2 parts of axis 1 of shape (2, 3, 4)") !=
        std::string::npos);
  CHECK_THROWS_AS(ops::split(a, 0, 1), ShapeError);
}

TEST_CASE("concatenate and stack: along any axis, with gradients for each part") {
  const Fixture numpy("ops");
  const Tensor a = numpy.tensor("inputs/a"), m = numpy.tensor("inputs/m2x3");
  for (const std::int64_t axis : {0, 1, -1}) {
    CAPTURE(axis);
    CHECK(ops::array_equal(ops::concatenate({a, a * 2}, axis), numpy.tensor("concatenate/" + std::to_string(axis))));
    CHECK(ops::array_equal(ops::stack({m, m * 2}, axis), numpy.tensor("stack/" + std::to_string(axis))));
    CHECK(differentiable([&](const Tensor& x) { return ops::concatenate({x, x * 2, x}, axis); }, {2, 2}));
    CHECK(differentiable([&](const Tensor& x) { return ops::stack({x, x * 2}, axis); }, {2, 2}));
  }
  CHECK(ops::concatenate({Tensor({1}), Tensor::zeros({0}, int32), Tensor({2, 3})}).to_vector<std::int32_t>() ==
        Ints{1, 2, 3});
  CHECK(ops::concatenate({Tensor::symbolic({None, 3}), Tensor::symbolic({None, 4})}).shape() == Shape{None, 7});
  CHECK(ops::concatenate({Tensor::symbolic({None, 3}), Tensor::symbolic({2, 3})}, 0).shape() == Shape{None, 3});
}

TEST_CASE("concatenate: refuses parts that do not fit, or none") {
  const Tensor x = Tensor::zeros({2, 3});
  CHECK(message_of<ShapeError>([&] {
          (void)ops::concatenate({x, Tensor::zeros({3, 3})}, 1);
        }) ==
        "[concatenate] shapes do not fit together; got (3, 3) beside (2, 3); expected equal extents but on axis 1");
  CHECK_THROWS_AS(ops::concatenate({x, Tensor::zeros({2})}, 0), ShapeError);
  CHECK_THROWS_AS(ops::concatenate({x, Tensor::zeros({2, 3}, int32)}), ValueError);
  CHECK_THROWS_AS(ops::concatenate({}), ValueError);
  const Tensor long_one = Tensor::symbolic({std::int64_t{1} << 62});
  CHECK_THROWS_AS(ops::concatenate({long_one, long_one}), ShapeError);
  CHECK_THROWS_AS(ops::pad(long_one, {{std::int64_t{1} << 62, 0}}), ShapeError);
  CHECK_THROWS_AS(ops::stack({}), ValueError);
  CHECK_THROWS_AS(ops::stack({x, Tensor::zeros({2, 4})}), ShapeError);
}

TEST_CASE("pad: elements of one value around") {
  const Tensor y = ops::pad(Tensor({{1, 2}}), {{1, 0}, {0, 2}}, 9);
  CHECK(y.shape() == Shape{2, 4});
  CHECK(y.to_vector<std::int32_t>() == Ints{9, 9, 9, 9, 1, 2, 9, 9});
  CHECK(ops::pad(Tensor::symbolic({None, 3}), {{0, 0}, {1, 1}}).shape() == Shape{None, 5});
  CHECK(ops::pad(Tensor::zeros({0}), {{1, 1}}).to_vector<float>() == std::vector<float>{0, 0});
  CHECK(differentiable([](const Tensor& x) { return ops::pad(x, {{1, 2}, {0, 1}}, 3); }, {2, 2}));
  CHECK_THROWS_AS(ops::pad(Tensor({1.f}), {}), ShapeError);
  CHECK_THROWS_AS(ops::pad(Tensor({1.f}), {{-1, 0}}), ValueError);
}
