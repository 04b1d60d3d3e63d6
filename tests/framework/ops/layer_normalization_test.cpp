#include <cornu/framework/ops/layer_normalization.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/kernels/layer_normalization.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using namespace cornu;
using ops::layer_normalization;
using ops::layer_normalization_of_ops;

namespace {

constexpr double epsilon = 1e-3;

// x, gamma and beta; the last `axes` axes are normalised
std::vector<Tensor> inputs_for(const Shape& shape, DType dtype = float64, std::size_t axes = 1) {
  random::set_seed(7);
  const Shape last = shape.slice(shape.rank() - axes, shape.rank());
  return {random::normal(shape, 0.5, 2, dtype), random::normal(last, 1, 0.5, dtype), random::normal(last, 0, 1, dtype)};
}

using Function = Tensor (*)(const Tensor&, const Tensor&, const Tensor&, double, std::size_t);

// The gradients of Σ y · weights with respect to each input.
std::vector<Tensor> gradients_of(Function function, const std::vector<Tensor>& x, std::size_t axes) {
  GradientTape tape({.persistent = true});
  for (const Tensor& input : x) tape.watch(input);
  const Tensor y = function(x[0], x[1], x[2], epsilon, axes);
  const Tensor target = ops::sum(y * random::normal(y.shape(), 0, 1, y.dtype(), random::Generator(3)));
  std::vector<Tensor> all;
  for (const Tensor& input : x) all.push_back(tape.gradient(target, input).to_dense());
  return all;
}

void check_like_ops(const Shape& shape, DType dtype, double tolerance, std::size_t axes = 1) {
  const std::vector<Tensor> x = inputs_for(shape, dtype, axes);
  CHECK(ops::all_close(layer_normalization(x[0], x[1], x[2], epsilon, axes),
                       layer_normalization_of_ops(x[0], x[1], x[2], epsilon, axes), tolerance, tolerance));
  const std::vector<Tensor> got = gradients_of(layer_normalization, x, axes),
                            expected = gradients_of(layer_normalization_of_ops, x, axes);
  for (std::size_t i = 0; i < x.size(); ++i) {
    INFO("input ", i);
    CHECK(ops::all_close(got[i], expected[i], tolerance, tolerance));
  }
}

}  // namespace

TEST_CASE("layer_normalization: values and gradients are those of its plain form") {
  for (const std::int64_t columns : {1, 2, 3, 16, 37, 128}) {
    check_like_ops({5, columns}, float64, 1e-12);
    check_like_ops({130, columns}, float64, 1e-12);
    check_like_ops({5, columns}, float32, 1e-5);
  }
  check_like_ops({2, 3, kernels::normalized_columns + 5}, float64, 1e-12);
  check_like_ops({70, 2 * kernels::normalized_columns + 1}, float32, 1e-4);
}

TEST_CASE("layer_normalization: over several axes, and all") {
  check_like_ops({3, 4, 5}, float64, 1e-12, 2);
  check_like_ops({3, 4, 5}, float64, 1e-12, 3);
}

TEST_CASE("layer_normalization: without gamma, without beta, and without both") {
  const std::vector<Tensor> x = inputs_for({4, 19});
  for (const Tensor& gamma : {Tensor(), x[1]})
    for (const Tensor& beta : {Tensor(), x[2]}) {
      CHECK(ops::all_close(layer_normalization(x[0], gamma, beta, epsilon),
                           layer_normalization_of_ops(x[0], gamma, beta, epsilon), 1e-13, 1e-13));
      const auto report =
          check_gradients([&](const Tensor& t) { return layer_normalization(t, gamma, beta, epsilon); }, {x[0]});
      CHECK_MESSAGE(report.ok(), report.where);
    }
}

TEST_CASE("layer_normalization: a row far from 0 keeps its digits") {
  const Tensor x = Tensor({{1.F, 2.F, 3.F, 4.F}}), far = x + 4096;
  CHECK(ops::all_close(layer_normalization(far, {}, {}, epsilon), layer_normalization(x, {}, {}, epsilon), 1e-6, 1e-6));
}

TEST_CASE("layer_normalization: gradients agree with central differences") {
  const auto report = check_gradients(
      [](const std::vector<Tensor>& x) { return layer_normalization(x[0], x[1], x[2], epsilon); }, inputs_for({3, 5}));
  CHECK_MESSAGE(report.ok(), report.where);
}

TEST_CASE("layer_normalization: can be differentiated twice") {
  const auto slope = [](const std::vector<Tensor>& x) {
    GradientTape inner;
    inner.watch(x[0]);
    const Tensor y = layer_normalization(x[0], x[1], x[2], epsilon);
    return ops::sum(ops::square(inner.gradient(ops::sum(ops::square(y) * x[0]), x[0]).to_dense()));
  };
  const auto report = check_gradients(slope, inputs_for({3, 4}));
  CHECK_MESSAGE(report.ok(1e-5), report.where);
}

TEST_CASE("layer_normalization: nothing to normalise, and what is refused") {
  CHECK(layer_normalization(Tensor::zeros({0, 3}), Tensor::ones({3}), {}, epsilon).shape() == Shape{0, 3});
  CHECK_THROWS_AS(layer_normalization(Tensor::zeros({2, 3}), Tensor::ones({2}), {}, epsilon), ShapeError);
  CHECK_THROWS_AS(layer_normalization(Tensor::zeros({2, 3}), {}, Tensor::ones({4}), epsilon), ShapeError);
  CHECK_THROWS_AS(layer_normalization(Tensor::zeros({2, 3}), Tensor::ones({3}, float64), {}, epsilon), ValueError);
  CHECK_THROWS_AS(layer_normalization(Tensor::zeros({2, 3}, int32), {}, {}, epsilon), ValueError);
}
