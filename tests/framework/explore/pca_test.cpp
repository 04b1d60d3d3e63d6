#include <cornu/framework/explore/pca.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using cornu::Shape;
using cornu::ShapeError;
using cornu::Tensor;
using cornu::ValueError;
using cornu::explore::Pca;
using cornu::explore::pca;
namespace ops = cornu::ops;

namespace {
bool is_close(const Tensor& a, const Tensor& b, double tolerance = 1e-12) {
  return ops::max(ops::abs(a - b)).item<double>() <= tolerance;
}
}  // namespace

TEST_CASE("pca: a cross that lies at 45 degrees, around (5, 7)") {
  // Arms of 2 along (1, 1)/√2 and of 1 along (-1, 1)/√2; variances (2² + 2²)/3 and (1² + 1²)/3.
  const double h = std::sqrt(0.5);
  const Tensor points({{5 + 2 * h, 7 + 2 * h}, {5 - 2 * h, 7 - 2 * h}, {5 - h, 7 + h}, {5 + h, 7 - h}});
  const Pca result = pca(points);
  CHECK(is_close(result.mean, Tensor({5., 7.})));
  CHECK(is_close(ops::abs(result.components), Tensor({{h, h}, {h, h}})));
  CHECK(result.explained_variance[0] == doctest::Approx(8.0 / 3));
  CHECK(result.explained_variance[1] == doctest::Approx(2.0 / 3));
  CHECK(result.explained_variance_ratio[0] == doctest::Approx(0.8));
  CHECK(result.explained_variance_ratio[1] == doctest::Approx(0.2));
  const Tensor turned = result.transform(points);
  CHECK(is_close(ops::abs(turned), Tensor({{2., 0.}, {2., 0.}, {0., 1.}, {0., 1.}})));
}

TEST_CASE("pca: the largest entry of a component is positive") {
  const Tensor points({{0.f, 0.f, 0.f}, {-2.f, 1.f, 0.f}, {2.f, -1.f, 0.f}});
  const Pca result = pca(points, {.components = 1});
  CHECK(is_close(result.components, Tensor({{2 / std::sqrt(5.0), -1 / std::sqrt(5.0), 0.}})));
  CHECK(is_close(pca(-points, {.components = 1}).components, result.components));
}

TEST_CASE("pca: all components together keep every distance") {
  cornu::random::set_seed(3);
  const Tensor x = cornu::random::normal({50, 6}, 0, 1, cornu::float64) * Tensor({1., 2., 3., 4., 5., 6.});
  const Pca result = pca(x, {.components = 6});
  CHECK(is_close(ops::matmul(result.components, result.components, false, true), Tensor::eye(6, cornu::float64)));
  CHECK(is_close(ops::matmul(result.transform(x), result.components) + result.mean, x));
  double share = 0;
  for (std::size_t k = 0; k < 6; ++k) {
    share += result.explained_variance_ratio[k];
    if (k > 0) CHECK(result.explained_variance[k] <= result.explained_variance[k - 1]);
  }
  CHECK(share == doctest::Approx(1));
}

TEST_CASE("pca: float32 vectors give float32, fewer vectors than dimensions are enough") {
  const Tensor x({{1.f, 0.f, 0.f}, {0.f, 1.f, 0.f}});
  const Pca result = pca(x);
  CHECK(result.transform(x).dtype() == cornu::float32);
  CHECK(result.explained_variance_ratio[0] == doctest::Approx(1));
  CHECK(result.transform(Tensor::zeros({0, 3})).shape() == Shape{0, 2});
}

TEST_CASE("pca: equal vectors vary nowhere") {
  const Pca result = pca(Tensor::ones({4, 3}));
  CHECK(result.explained_variance_ratio == std::vector<double>{0, 0});
  CHECK(is_close(result.transform(Tensor::ones({4, 3})), Tensor::zeros({4, 2})));
}

TEST_CASE("pca: what it refuses") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(pca(Tensor({1.f, 2.f})), ShapeError);
  CHECK_THROWS_AS(pca(Tensor::ones({1, 3}), {.components = 1}), ShapeError);
  CHECK_THROWS_AS(pca(Tensor({{1, 2}, {3, 4}})), ValueError);
  CHECK_THROWS_AS(pca(Tensor({{1.f, nan}, {1.f, 2.f}})), ValueError);
  CHECK_THROWS_AS(pca(Tensor::ones({4, 3}), {.components = 0}), ValueError);
  CHECK_THROWS_AS(pca(Tensor::ones({4, 3}), {.components = 4}), ValueError);
  CHECK_THROWS_AS(pca(Tensor::ones({4, 3})).transform(Tensor::ones({4, 2})), ShapeError);
}
