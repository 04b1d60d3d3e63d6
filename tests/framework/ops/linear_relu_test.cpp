#include <cornu/framework/ops/linear_relu.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using namespace cornu;
using ops::linear_relu;

namespace {

Tensor plain(const Tensor& x, const Tensor& kernel, const Tensor& bias) {
  return ops::relu(ops::linear(x, kernel, bias));
}

// x, kernel and bias
std::vector<Tensor> inputs_for(const Shape& x, std::int64_t units, DType dtype = float64) {
  random::set_seed(7);
  return {random::normal(x, 0, 1, dtype), random::normal({x.back(), units}, 0, 1, dtype),
          random::normal({units}, 0, 1, dtype)};
}

template <class F>
std::vector<Tensor> gradients_of(F function, const std::vector<Tensor>& x) {
  GradientTape tape({.persistent = true});
  for (const Tensor& input : x) tape.watch(input);
  const Tensor y = function(x[0], x[1], x[2]);
  const Tensor target = ops::sum(y * random::normal(y.shape(), 0, 1, y.dtype(), random::Generator(3)));
  std::vector<Tensor> all;
  for (const Tensor& input : x) all.push_back(tape.gradient(target, input).to_dense());
  return all;
}

void check_like_ops(const std::vector<Tensor>& x, double tolerance) {
  CHECK(ops::array_equal(linear_relu(x[0], x[1], x[2]), plain(x[0], x[1], x[2])));
  const std::vector<Tensor> got = gradients_of(linear_relu, x), expected = gradients_of(plain, x);
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(ops::all_close(got[i], expected[i], tolerance, tolerance));
}

}  // namespace

TEST_CASE("linear_relu: values and gradients are those of its parts") {
  check_like_ops(inputs_for({3, 4}, 5), 1e-13);
  check_like_ops(inputs_for({2, 90, 4}, 37), 1e-12);
  check_like_ops(inputs_for({70, 2}, 2100), 1e-12);
  check_like_ops(inputs_for({200, 8}, 33, float32), 2e-5);
  check_like_ops(inputs_for({0, 4}, 5), 0);
  check_like_ops(inputs_for({3, 4}, 0), 0);
}

TEST_CASE("linear_relu: gradients agree with central differences, twice") {
  const std::vector<Tensor> x = inputs_for({3, 4}, 5);
  const auto value = [](const std::vector<Tensor>& in) { return linear_relu(in[0], in[1], in[2]); };
  const auto slope = [&](const std::vector<Tensor>& in) {
    GradientTape inner;
    inner.watch(in[0]);
    return ops::sum(ops::square(inner.gradient(ops::sum(ops::square(value(in))), in[0]).to_dense()));
  };
  const auto first = check_gradients(value, x), second = check_gradients(slope, x);
  CHECK_MESSAGE(first.ok(), first.where);
  CHECK_MESSAGE(second.ok(1e-6), second.where);
}

TEST_CASE("linear_relu: a symbolic tensor, and what is refused") {
  CHECK(linear_relu(Tensor::symbolic({None, 3}), Tensor::zeros({3, 4}), Tensor::zeros({4})).shape() == Shape{None, 4});
  CHECK_THROWS_AS(linear_relu(Tensor::zeros({2, 3}), Tensor::zeros({2, 4}), Tensor::zeros({4})), ShapeError);
  CHECK_THROWS_AS(linear_relu(Tensor::zeros({2, 3}), Tensor::zeros({3, 4}), Tensor::zeros({3})), ShapeError);
}
