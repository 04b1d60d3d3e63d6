#include <cornu/framework/gradient.hpp>

#include <fmt/core.h>

#include <cstring>
#include <limits>

#include <cornu/framework/errors.hpp>
#include <cornu/framework/kernels/group_ids.hpp>
#include <cornu/framework/kernels/rows.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/storage.hpp>

namespace cornu {

namespace {

std::int64_t group(const Tensor& ids, std::int64_t limit, Tensor& places, Tensor& distinct) {
  const std::size_t size = kernels::bucket_count(static_cast<std::size_t>(ids.size()), limit);
  Tensor buckets = Tensor::uninitialized({size}, int32);
  const std::span<std::int32_t> all(buckets.mutable_data<std::int32_t>(), size);
  auto* const place = places.mutable_data<std::int32_t>();
  auto* const id = distinct.mutable_data<std::int32_t>();
  return ids.dtype() == int32 ? kernels::group_ids(ids.values<std::int32_t>(), limit, all, place, id)
                              : kernels::group_ids(ids.values<std::int64_t>(), limit, all, place, id);
}

void require_rows(const Tensor& ids, const Tensor& values, const Shape& table_shape) {
  ops::require_floating("Rows", values);
  if (table_shape.empty())
    throw ShapeError("Rows", "a scalar has no rows; got table shape (); expected rank 1 or more");
  Shape expected = ids.shape();
  for (std::size_t axis = 1; axis < table_shape.rank(); ++axis) expected.push_back(table_shape[axis]);
  if (values.shape() != expected)
    throw ShapeError("Rows", fmt::format("values do not fit ids {} of a table {}; got {}; expected {}", ids.shape(),
                                         table_shape, values.shape(), expected));
  if (table_shape[0] > std::numeric_limits<std::int32_t>::max())
    throw ShapeError("Rows", fmt::format("table too long; got {}; expected fewer than 2^31 rows", table_shape));
  ops::require_ids("Rows", ids, table_shape[0]);
}

Tensor joined(const Tensor& a, const Tensor& b) {
  Tensor result = Tensor::uninitialized(a.shape().with(0, a.dim(0) + b.dim(0)), a.dtype());
  std::byte* to = result.identity()->storage->bytes;
  std::memcpy(to, a.identity()->storage->bytes, a.nbytes());
  std::memcpy(to + a.nbytes(), b.identity()->storage->bytes, b.nbytes());
  return result;
}

}  // namespace

Rows Rows::sum_by_id(const Tensor& ids, const Tensor& values, const Shape& table_shape) {
  require_rows(ids, values, table_shape);
  Tensor places = Tensor::uninitialized({ids.size()}, int32), distinct = Tensor::uninitialized({ids.size()}, int32);
  const std::int64_t count = group(ids, table_shape[0], places, distinct);
  // Room for all ids, whatever they repeat: batch after batch takes the same memory.
  Tensor sums = Tensor::uninitialized(table_shape.with(0, ids.size()), values.dtype());
  const std::int64_t width = table_shape.removed(0).size();
  detail::for_floating_type(values.dtype(), [&]<class T>(T) {
    kernels::table<kernels::RowKernels<T>>().sum_groups(values.data<T>(), width, places.data<std::int32_t>(),
                                                        ids.size(), sums.mutable_data<T>());
  });
  return {detail::first_rows(distinct, count), detail::first_rows(sums, count), table_shape, true};
}

Tensor Rows::to_dense() const {
  Tensor dense = Tensor::zeros(table_shape, values.dtype());
  detail::for_floating_type(values.dtype(), [&]<class T>(T) {
    kernels::table<kernels::RowKernels<T>>().add_at_int32(
        values.data<T>(), table_shape.removed(0).size(), ids.data<std::int32_t>(), ids.size(), dense.mutable_data<T>());
  });
  return dense;
}

Rows Gradient::rows() const {
  if (!is_rows())
    throw StateError("Gradient::rows", empty() ? "there is no gradient; got an empty one; expected rows"
                                               : "the gradient is dense; got no rows; use to_dense()");
  return {ids_, values_, table_shape_, checked_};
}

Tensor Gradient::to_dense() const {
  if (empty())
    throw StateError("Gradient::to_dense",
                     "there is no gradient; got an empty one; expected a target that depends on the source, read while "
                     "the tape was live");
  return is_rows() ? rows().to_dense() : values_;
}

void Gradient::add(const Gradient& other) {
  if (other.empty()) return;
  if (empty()) {
    *this = other;
  } else if (is_rows() && other.is_rows()) {
    *this = Rows::sum_by_id(joined(ids_, other.ids_), joined(values_, other.values_), table_shape_);
  } else if (is_rows()) {
    *this = ops::scatter_add(other.values_, ids_, values_);
  } else if (other.is_rows()) {
    *this = ops::scatter_add(values_, other.ids_, other.values_);
  } else {
    values_ = ops::add(values_, other.values_);
  }
}

}  // namespace cornu
