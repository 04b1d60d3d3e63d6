#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/recurrence.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/op_cases.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::OpCase;
using Floats = std::vector<float>;

namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

std::vector<Tensor> operands_of(const OpCase& op, const std::vector<Shape>& shapes) {
  std::vector<Tensor> operands;
  for (std::size_t k = 0; k < shapes.size(); ++k) operands.push_back(Tensor::zeros(shapes[k], op.dtypes[k]));
  return operands;
}

// The op and its gradients, or an error of ours. True if there was no error.
bool runs(const OpCase& op, const std::vector<Shape>& shapes, const std::vector<std::int64_t>& numbers) {
  try {
    const std::vector<Tensor> operands = operands_of(op, shapes);
    GradientTape tape({.persistent = true});
    for (const Tensor& operand : operands)
      if (is_floating(operand.dtype())) tape.watch(operand);
    const Tensor y = op.call(operands, numbers);
    CHECK(y.size() == y.shape().size());
    if (!is_floating(y.dtype())) return true;
    const Tensor target = ops::sum(y);
    for (const Tensor& operand : operands) {
      if (!is_floating(operand.dtype())) continue;
      const Gradient gradient = tape.gradient(target, operand);
      if (!gradient.empty()) CHECK(gradient.to_dense().shape() == operand.shape());
    }
    return true;
  } catch (const Error&) {
    return false;
  }
}

// Every axis of `extent` in the operands gets another one.
std::vector<Shape> with_extent(std::vector<Shape> shapes, std::int64_t extent, std::int64_t other) {
  for (Shape& shape : shapes)
    for (std::size_t axis = 0; axis < shape.rank(); ++axis)
      if (shape[axis] == extent) shape = shape.with(axis, other);
  return shapes;
}

}  // namespace

TEST_CASE("ops: every extent may be 0, in the value and the gradient") {
  for (const OpCase& op : testing::op_cases()) {
    CAPTURE(op.name);
    CHECK(runs(op, op.shapes, op.numbers));
    for (std::size_t k = 0; k < op.shapes.size(); ++k)
      for (std::size_t axis = 0; axis < op.shapes[k].rank(); ++axis) {
        std::vector<Shape> shapes = op.shapes;
        shapes[k] = shapes[k].with(axis, 0);
        runs(op, shapes, op.numbers);
      }
    for (std::int64_t extent = 1; extent <= 8; ++extent) runs(op, with_extent(op.shapes, extent, 0), op.numbers);
  }
}

TEST_CASE("ops: an extent of 0 beside one of 2^40 is worked on at once") {
  const std::int64_t huge = std::int64_t{1} << 40;
  int results = 0;
  for (const OpCase& op : testing::op_cases())
    for (std::int64_t none = 1; none <= 8; ++none)
      for (std::int64_t many = 1; many <= 8; ++many) {
        if (none == many) continue;
        CAPTURE(op.name);
        const std::vector<Shape> shapes = with_extent(with_extent(op.shapes, none, 0), many, huge);
        bool are_empty = true;
        for (const Shape& shape : shapes) {
          bool has_none = false;
          for (const std::int64_t extent : shape) has_none = has_none || extent == 0;
          are_empty = are_empty && has_none;
        }
        if (are_empty && runs(op, shapes, op.numbers)) ++results;
      }
  CHECK(results > 0);
}

TEST_CASE("ops: what has no elements may have extents whose bytes do not fit 64 bits") {
  const std::int64_t huge = largest - 3;
  const Tensor x = Tensor::zeros({0, huge});
  CHECK(ops::flip(x, 1).shape() == Shape{0, huge});
  CHECK(ops::gather(x, Tensor::zeros({0}, int32)).shape() == Shape{0, huge});
  CHECK(ops::concatenate({x, x}, 0).shape() == Shape{0, huge});
  CHECK(ops::slice(x, 1, {.start = huge - 1}).shape() == Shape{0, 1});
  CHECK(ops::cumsum(x, 1).shape() == Shape{0, huge});
  CHECK(ops::slice(Tensor::zeros({0, largest}), 1, {.step = 2}).shape() == Shape{0, largest / 2 + 1});
  CHECK(ops::slice(Tensor::zeros({0, 3, huge / 4}), 1, {.step = -4}).shape() == Shape{0, 1, huge / 4});
}

TEST_CASE("recurrence: gates beyond 64 bits are an error") {
  const Tensor inputs = Tensor::zeros({3, 0, 8}), kernel = Tensor::zeros({8, 0}),
               recurrent = Tensor::zeros({std::int64_t{1} << 62, 0});
  CHECK_THROWS_AS(
      ops::recurrence(ops::CellKind::lstm, {.inputs = inputs, .kernel = kernel, .recurrent_kernel = recurrent}),
      ShapeError);
}

TEST_CASE("reductions: over an axis beside one of extent 0") {
  CHECK(ops::sum(Tensor::zeros({1000000, 0}), {.axis = 0}).shape() == Shape{0});
  CHECK(ops::prod(Tensor::zeros({5, 0, 3}), {.axis = 1}).to_vector<float>() == Floats(15, 1));
  CHECK(ops::sum(Tensor::zeros({2, 0, 3}), {.axis = {0, 1}}).to_vector<float>() == Floats(3, 0));
  CHECK(ops::mean(Tensor::zeros({4, 7, 0}), {.axis = 1}).shape() == Shape{4, 0});
  CHECK(ops::max(Tensor::zeros({4, 7, 0}), {.axis = 1}).shape() == Shape{4, 0});
  CHECK(ops::argmax(Tensor::zeros({std::int64_t{1} << 40, 3, 0}), 1).shape() == Shape{std::int64_t{1} << 40, 0});
  CHECK(ops::any(Tensor::zeros({3, 0}, boolean), {.axis = 1}).to_vector<bool>() == std::vector<bool>(3, false));
  CHECK(ops::all(Tensor::zeros({3, 0}, boolean), {.axis = 1}).to_vector<bool>() == std::vector<bool>(3, true));
  CHECK_THROWS_AS(ops::argmax(Tensor::symbolic({None, std::int64_t{1} << 31}), 1), ValueError);
}

TEST_CASE("ops: extents beyond 64 bits are one error") {
  const Tensor three = Tensor::ones({3}), none = Tensor::zeros({largest, 0});
  CHECK_THROWS_AS(ops::pad(three, {{largest, largest}}), ShapeError);
  CHECK_THROWS_AS(ops::pad(Tensor::ones({1000000}), {{largest, largest - 999990}}), ShapeError);
  CHECK_THROWS_AS(ops::pad(three, {{largest - 3, 0}}), ShapeError);
  CHECK_THROWS_AS(ops::concatenate({none, none}, 0), ShapeError);
  CHECK_THROWS_AS(ops::repeat(none, 2, 0), ShapeError);
  CHECK_THROWS_AS(ops::tile(none, {3, 1}), ShapeError);
  CHECK_THROWS_AS(ops::reshape(three, {largest, largest, -1}), ShapeError);
  CHECK_THROWS_AS(ops::one_hot(Tensor({1, 2, 3}), largest), ShapeError);
  CHECK_THROWS_AS(ops::broadcast_to(three, {largest, 3}), ShapeError);
  CHECK_THROWS_AS(ops::split(Tensor::zeros({0}), largest), ShapeError);
  CHECK_THROWS_AS(Tensor::arange(0, 1e300), ValueError);
  CHECK_THROWS_AS(Tensor::arange(0, 1e10, 1e9, int32), ValueError);
  CHECK_THROWS_AS(Tensor::zeros({std::int64_t{1} << 50}), ValueError);
  CHECK(testing::message_of([] { (void)Tensor::zeros({std::int64_t{1} << 50}); }).find("memory") != std::string::npos);
}

TEST_CASE("slice: steps and positions at the limits of 64 bits") {
  const Tensor x({1.f, 2.f, 3.f, 4.f});
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  CHECK(ops::slice(x, 0, {.step = largest}).to_vector<float>() == Floats{1});
  CHECK(ops::slice(x, 0, {.step = least}).to_vector<float>() == Floats{4});
  CHECK(ops::slice(x, 0, {.start = least, .stop = largest}).to_vector<float>() == Floats{1, 2, 3, 4});
  CHECK(ops::slice(x, 0, {.start = largest, .stop = least, .step = -1}).to_vector<float>() == Floats{4, 3, 2, 1});
  CHECK(ops::slice(x, 0, {.start = 1, .step = largest}).to_vector<float>() == Floats{2});
  CHECK(ops::slice(x, 0, {.start = largest}).size() == 0);
}

TEST_CASE("ops: numbers at the limits of 64 bits give a result or an error") {
  const std::vector<std::int64_t> limits{0, -1, 7, largest, -largest - 1, largest - 2, std::int64_t{1} << 40};
  int results = 0, errors = 0;
  for (const OpCase& op : testing::op_cases())
    for (std::size_t i = 0; i < op.numbers.size(); ++i)
      for (const std::int64_t limit : limits) {
        CAPTURE(op.name);
        std::vector<std::int64_t> numbers = op.numbers;
        numbers[i] = limit;
        ++(runs(op, op.shapes, numbers) ? results : errors);
        ++(runs(op, with_extent(op.shapes, 3, 0), numbers) ? results : errors);
      }
  CHECK(results > 0);
  CHECK(errors > 0);
}
