#include <cornu/framework/ops/pooling.hpp>

#include <doctest/doctest.h>

#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using namespace cornu;

namespace {

Tensor random_mask(const Shape& shape) { return ops::cast(random::randint(shape, 0, 2), boolean); }

struct Result {
  Tensor value, gradient;
};

template <class F>
Result differentiated(const Tensor& x, F f) {
  GradientTape tape;
  tape.watch(x);
  const Tensor y = f(x);
  return {y, tape.gradient(ops::sum(y * y), x).to_dense()};
}

}  // namespace

TEST_CASE("masked_mean: is what the ops give, for any number of features") {
  random::set_seed(1);
  for (const DType dtype : {float32, float64})
    for (const Shape& shape : {Shape{3, 5, 1}, Shape{2, 1, 15}, Shape{4, 7, 16}, Shape{1, 64, 17}, Shape{32, 9, 33}}) {
      CAPTURE(shape.to_string());
      const Tensor x = random::normal(shape, 0, 1, dtype), mask = random_mask(shape.slice(0, 2));
      const Result fused = differentiated(x, [&](const Tensor& t) { return ops::masked_mean(t, mask); });
      const Result plain =
          differentiated(x, [&](const Tensor& t) { return ops::masked_mean_of_ops(t, mask, 1, false); });
      const double tolerance = dtype == float32 ? 1e-6 : 1e-15;
      CHECK(ops::all_close(fused.value, plain.value, tolerance, tolerance));
      CHECK(ops::all_close(fused.gradient, plain.gradient, tolerance, tolerance));
    }
}

TEST_CASE("masked_mean: the gradient agrees with central differences") {
  random::set_seed(2);
  const Tensor mask({{true, false, true}, {false, false, false}});
  const auto report =
      check_gradients([&](const Tensor& x) { return ops::masked_mean(x, mask); }, {random::normal({2, 3, 20})});
  CHECK_MESSAGE(report.ok(), report.where);
}

TEST_CASE("masked_mean: NaN and infinity outside the mask stay there, both ways") {
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor x({{{1.f}, {nan}, {inf}}}), mask({{true, false, false}});
  GradientTape tape;
  tape.watch(x);
  const Tensor y = ops::masked_mean(x, mask);
  CHECK(y.item<float>() == 1);
  CHECK(ops::array_equal(tape.gradient(y * inf, x).to_dense(), Tensor({{{inf}, {0.f}, {0.f}}})));
}

TEST_CASE("masked_mean: no samples, no steps, no features") {
  CHECK(ops::masked_mean(Tensor::zeros({0, 3, 4}), Tensor::zeros({0, 3}, boolean)).shape() == Shape{0, 4});
  CHECK(ops::array_equal(ops::masked_mean(Tensor::zeros({2, 0, 3}), Tensor::zeros({2, 0}, boolean)),
                         Tensor::zeros({2, 3})));
  CHECK(ops::masked_mean(Tensor::zeros({2, 3, 0}), Tensor::zeros({2, 3}, boolean)).shape() == Shape{2, 0});
}

TEST_CASE("masked_mean: a symbolic input tells the shape") {
  const Tensor y = ops::masked_mean(Tensor::symbolic({None, None, 4}), Tensor::symbolic({None, None}, boolean));
  CHECK(y.is_symbolic());
  CHECK(y.shape() == Shape{None, 4});
}

TEST_CASE("masked_mean: a million steps of 0.1 have the mean 0.1") {
  for (const std::int64_t features : {1, 16, 17}) {
    const Shape shape{1, 1000000 / features, features};
    const Tensor y = ops::masked_mean(Tensor::full(shape, 0.1), Tensor::full(shape.slice(0, 2), 1, boolean));
    for (const float mean : y.values<float>()) CHECK(mean == doctest::Approx(0.1).epsilon(1e-6));
  }
}

TEST_CASE("masked_mean: refuses a mask of another shape") {
  CHECK_THROWS_AS(ops::masked_mean(Tensor::ones({2, 3, 4}), Tensor::full({2, 4}, 1, boolean)), ShapeError);
  CHECK_THROWS_AS(ops::masked_mean(Tensor::ones({2, 3}), Tensor::full({2, 3}, 1, boolean)), ShapeError);
}
