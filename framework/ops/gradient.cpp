#include <cornu/framework/autodiff/gradient.hpp>

#include <fmt/core.h>

#include <cstring>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/kernels/masked_mean.hpp>
#include <cornu/framework/kernels/row_pieces.hpp>
#include <cornu/framework/kernels/rows.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/id_groups.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu {

Tensor detail::Repeated::to_dense() const {
  const Shape shape = values.shape().inserted(1, steps);
  Tensor dense = Tensor::uninitialized(shape, values.dtype());
  const kernels::Sequences extents{shape[0], steps, values.shape().removed(0).size()};
  for_floating_type(values.dtype(), [&]<class T>(T) {
    if (dense.size() == 0) return;
    kernels::repeat(values.data<T>(), counts.defined() ? counts.data<bool>() : nullptr, extents,
                    dense.mutable_data<T>());
  });
  return dense;
}

namespace {

void require_rows(const Tensor& ids, const Tensor& values, const Shape& table_shape) {
  ops::require_floating("Rows", values);
  if (table_shape.empty())
    throw ShapeError("Rows", "a scalar has no rows; got table shape (); expected rank 1 or more");
  Shape expected = ids.shape();
  for (std::size_t axis = 1; axis < table_shape.rank(); ++axis) expected.push_back(table_shape[axis]);
  if (values.shape() != expected)
    throw ShapeError("Rows", fmt::format("values do not fit ids {} of a table {}; got {}; expected {}", ids.shape(),
                                         table_shape, values.shape(), expected));
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
  return detail::IdGroups::of(ids, table_shape[0]).sum(values, table_shape);
}

Tensor Rows::to_dense() const {
  Tensor dense = Tensor::zeros(table_shape, values.dtype());
  detail::for_floating_type(values.dtype(), [&]<class T>(T) {
    T* const to = dense.mutable_data<T>();
    kernels::for_columns(ids.size(), table_shape.removed(0).size(), [&](const kernels::Columns& columns) {
      kernels::table<kernels::RowKernels<T>>().add_at_int32(values.data<T>(), columns, ids.data<std::int32_t>(),
                                                            ids.size(), to);
    });
  });
  return dense;
}

Rows Gradient::rows() const {
  if (!is_rows())
    throw StateError("Gradient::rows", empty() ? "there is no gradient; got an empty one; expected rows"
                                               : "the gradient is dense; got no rows; use to_dense()");
  return has_checked_ids_ ? Rows::of_checked_ids(ids_, values_, table_shape_) : Rows(ids_, values_, table_shape_);
}

Tensor Gradient::to_dense() const {
  if (empty())
    throw StateError("Gradient::to_dense",
                     "there is no gradient; got an empty one; expected a target that depends on the source, read while "
                     "the tape was live");
  if (is_repeated()) return repeated().to_dense();
  if (by_sample_) return by_sample_->to_dense();
  return is_rows() ? rows().to_dense() : values_;
}

void Gradient::add(const Gradient& other) {
  if (other.empty()) return;
  if (empty()) {
    *this = other;
  } else if (is_rows() && other.is_rows()) {
    *this = Rows::sum_by_id(joined(ids_, other.ids_), joined(values_, other.values_), table_shape_);
  } else if (is_rows()) {
    *this = ops::scatter_add(other.to_dense(), ids_, values_);
  } else if (other.is_rows()) {
    *this = ops::scatter_add(to_dense(), other.ids_, other.values_);
  } else {
    *this = ops::add(to_dense(), other.to_dense());
  }
}

}  // namespace cornu
