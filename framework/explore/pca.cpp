#include <cornu/framework/explore/pca.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <string_view>
#include <xtensor-blas/xlinalg.hpp>
#include <xtensor/xadapt.hpp>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::explore {

namespace {

void check_matrix(std::string_view where, const Tensor& vectors) {
  if (vectors.rank() != 2)
    throw ShapeError(where, fmt::format("vectors must be rows (n, d); got shape {}", vectors.shape()));
  if (!is_floating(vectors.dtype()))
    throw ValueError(
        where, fmt::format("vectors are not floating; got {}; expected float32 or float64", name_of(vectors.dtype())));
}

void check(const Tensor& vectors, const PcaOptions& options) {
  check_matrix("pca", vectors);
  const std::int64_t most = std::min(vectors.dim(0), vectors.dim(1));
  if (vectors.dim(0) < 2)
    throw ShapeError("pca", fmt::format("too few vectors; got shape {}; expected 2 or more", vectors.shape()));
  if (options.components < 1 || options.components > most)
    throw ValueError("pca", fmt::format("components must lie in 1 … {}; got {} for shape {}", most, options.components,
                                        vectors.shape()));
}

// Turns the row so that its largest entry is positive, the first of equally large ones.
void fix_sign(double* row, std::int64_t width) {
  const double* largest =
      std::max_element(row, row + width, [](double a, double b) { return std::abs(a) < std::abs(b); });
  if (*largest < 0) std::transform(row, row + width, row, std::negate<>());
}

// covariance = (X - mean)ᵀ (X - mean) / (n - 1)
Tensor covariance_of(const Tensor& centred) {
  const Tensor covariance = ops::matmul(centred, centred, true, false) / static_cast<double>(centred.dim(0) - 1);
  const auto values = covariance.values<double>();
  if (std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); })) return covariance;
  throw ValueError("pca", "a vector holds a number that is not finite, or too large to square");
}

// Eigenvalues, rising, and eigenvectors as columns.
auto eigen(const Tensor& covariance) {
  const auto width = static_cast<std::size_t>(covariance.dim(0));
  const std::array<std::size_t, 2> shape{width, width};
  return xt::linalg::eigh(
      xt::xtensor<double, 2>(xt::adapt(covariance.data<double>(), width * width, xt::no_ownership(), shape)));
}

}  // namespace

Tensor Pca::transform(const Tensor& vectors) const {
  check_matrix("Pca::transform", vectors);
  if (vectors.dim(1) != mean.dim(0))
    throw ShapeError("Pca::transform", fmt::format("vectors have another length; got shape {}; expected (n, {})",
                                                   vectors.shape(), mean.dim(0)));
  return ops::matmul(vectors.astype(float64) - mean, components, false, true).astype(vectors.dtype());
}

// covariance = Vᵀ diag(λ) V
Pca pca(const Tensor& vectors, PcaOptions options) {
  check(vectors, options);
  const std::int64_t width = vectors.dim(1);
  const Tensor x = vectors.astype(float64), mean = ops::mean(x, {.axis = 0}), covariance = covariance_of(x - mean);
  const auto [eigenvalues, eigenvectors] = eigen(covariance);
  double total = 0;
  for (std::int64_t i = 0; i < width; ++i) total += covariance.at<double>(i, i);

  Pca result{.mean = mean, .components = Tensor::uninitialized({options.components, width}, float64)};
  double* row = result.components.mutable_data<double>();
  for (std::int64_t k = 0; k < options.components; ++k, row += width) {
    const auto column = static_cast<std::size_t>(width - 1 - k);
    for (std::int64_t i = 0; i < width; ++i) row[i] = eigenvectors(static_cast<std::size_t>(i), column);
    fix_sign(row, width);
    const double variance = std::max(0.0, eigenvalues(column));
    result.explained_variance.push_back(variance);
    result.explained_variance_ratio.push_back(total > 0 ? variance / total : 0);
  }
  return result;
}

}  // namespace cornu::explore
