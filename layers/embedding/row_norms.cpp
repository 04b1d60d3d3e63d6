#include <cornu/layers/embedding/row_norms.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <span>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::layers {

namespace {

template <class T>
double norm_of(std::span<const T> row, double p) {
  double sum = 0, largest = 0;
  for (const T x : row) {
    const double size = std::abs(static_cast<double>(x));
    largest = std::max(largest, size);
    sum += p == 2 ? size * size : std::pow(size, p);
  }
  if (std::isinf(p)) return largest;
  return p == 2 ? std::sqrt(sum) : std::pow(sum, 1 / p);
}

// 1, or what brings the row to the norm that it may have.
template <class T>
double scale_of(std::span<const T> row, const RowNorms& norms) {
  const double norm = norm_of(row, norms.norm_type);
  return norm > *norms.max_norm ? *norms.max_norm / (norm + 1e-7) : 1;
}

template <class T>
void renormalize_row(std::span<T> row, const RowNorms& norms) {
  const double scale = scale_of(std::span<const T>(row), norms);
  if (scale == 1) return;
  for (T& x : row) x = static_cast<T>(x * scale);
}

}  // namespace

void RowNorms::check(std::string_view layer) const {
  if (!max_norm) return;
  if (!(*max_norm > 0 && norm_type > 0))
    throw ValueError(layer, fmt::format("max_norm and norm_type must be above 0; got {} and {}", *max_norm, norm_type));
}

// An id that comes again finds its row as it should be.
void RowNorms::renormalize(const Variable& table, const Tensor& ids) const {
  Tensor& value = table.writable(ids);
  const auto width = static_cast<std::size_t>(value.dim(1));
  detail::for_floating_type(value.dtype(), [&]<class T>(T) {
    T* const rows = value.mutable_data<T>();
    detail::for_ids(ids, [&](auto all) {
      for (const auto id : all) renormalize_row(std::span(rows + static_cast<std::size_t>(id) * width, width), *this);
    });
  });
}

Tensor RowNorms::renormalized(const Tensor& rows) const {
  const auto width = static_cast<std::size_t>(rows.dim(-1));
  Tensor scales = Tensor::uninitialized(rows.shape().with(rows.rank() - 1, 1), rows.dtype());
  detail::for_floating_type(rows.dtype(), [&]<class T>(T) {
    const T* row = rows.data<T>();
    T* const scale = scales.mutable_data<T>();
    for (std::int64_t i = 0; i < scales.size(); ++i, row += width)
      scale[i] = static_cast<T>(scale_of(std::span<const T>(row, width), *this));
  });
  return rows * scales;
}

}  // namespace cornu::layers
