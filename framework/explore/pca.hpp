#pragma once
#include <cstdint>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::explore {

struct PcaOptions {
  std::int64_t components = 2;  ///< how many axes to find
};

/// The axes along which vectors differ most: principal component analysis.
struct Pca {
  Tensor mean = {};                             ///< (d,) float64
  Tensor components = {};                       ///< (components, d) float64: unit vectors, the most important first
  std::vector<double> explained_variance = {};  ///< along each component, divided by n - 1
  /// The same as a share of the whole variance; 0 when there is none.
  std::vector<double> explained_variance_ratio = {};

  /// (vectors - mean) · componentsᵀ: (n, d) → (n, components) of the same dtype. Throws ShapeError for another d,
  /// ValueError for a dtype other than float32 and float64.
  Tensor transform(const Tensor& vectors) const;
};

/// vectors: (n, d) float32 or float64 with n ≥ 2. The components are eigenvectors of the covariance; of the two
/// directions of each, the one whose largest entry is positive, so that a result can be repeated. Throws ShapeError for
/// other shapes, ValueError for another dtype, numbers that are not finite, and components outside 1 … min(n, d).
///
///     const auto pca = explore::pca(table.vectors(), {.components = 2});
///     plot::scatter("embedding.svg", pca.transform(table.vectors()), {.labels = table.words()});
Pca pca(const Tensor& vectors, PcaOptions options = {});

}  // namespace cornu::explore
CORNU_EXPORT_END
