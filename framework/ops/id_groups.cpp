#include <cornu/framework/ops/id_groups.hpp>

#include <fmt/core.h>

#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/kernels/group_ids.hpp>
#include <cornu/framework/kernels/row_pieces.hpp>
#include <cornu/framework/kernels/rows.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/tensor/for_type.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu::detail {

IdGroups IdGroups::of(const Tensor& ids, std::int64_t limit) {
  if (limit > std::numeric_limits<std::int32_t>::max())
    throw ShapeError("Rows", fmt::format("table too long; got {} rows; expected fewer than 2^31", limit));
  IdGroups groups{Tensor::uninitialized({ids.size()}, int32), Tensor::uninitialized({ids.size()}, int32)};
  const std::size_t size = kernels::bucket_count(static_cast<std::size_t>(ids.size()), limit);
  Tensor buckets = Tensor::uninitialized({size}, int32);
  const std::span<std::int32_t> all(buckets.mutable_data<std::int32_t>(), size);
  auto* const place = groups.places.mutable_data<std::int32_t>();
  auto* const id = groups.distinct.mutable_data<std::int32_t>();
  const std::int64_t count = for_ids(ids, [&](auto given) { return kernels::group_ids(given, limit, all, place, id); });
  groups.distinct = first_rows(groups.distinct, count);
  return groups;
}

namespace {

Tensor sum_many(const Repeated& parts, const kernels::RowGroups& groups, const Shape& shape) {
  Tensor sums = Tensor::uninitialized(shape, float64);
  const float* const rows = parts.values.data<float>();
  double* const to = sums.mutable_data<double>();
  kernels::for_columns(groups.count, shape.removed(0).size(), [&](const kernels::Columns& columns) {
    kernels::table<kernels::RowKernels<float>>().sum_many(rows, columns, groups, to);
  });
  return sums.astype(float32);
}

}  // namespace

Rows IdGroups::sum(const Gradient& gradient, const Shape& table_shape) const {
  const bool repeated = gradient.is_repeated();
  const Repeated parts = repeated ? gradient.repeated() : Repeated{gradient.to_dense(), 1, {}};
  const kernels::RowGroups groups{places.data<std::int32_t>(), places.size(), parts.steps,
                                  parts.counts.defined() ? parts.counts.data<bool>() : nullptr};
  if (places.size() - distinct.size() > many_rows && parts.values.dtype() == float32)
    return Rows::of_checked_ids(distinct, sum_many(parts, groups, table_shape.with(0, distinct.size())), table_shape);
  // Room for all ids, whatever they repeat: batch after batch takes the same memory.
  Tensor sums = Tensor::uninitialized(table_shape.with(0, places.size()), parts.values.dtype());
  for_floating_type(sums.dtype(), [&]<class T>(T) {
    const T* const rows = parts.values.data<T>();
    T* const to = sums.mutable_data<T>();
    kernels::for_columns(groups.count, table_shape.removed(0).size(), [&](const kernels::Columns& columns) {
      kernels::table<kernels::RowKernels<T>>().sum_groups(rows, columns, groups, to);
    });
  });
  return Rows::of_checked_ids(distinct, first_rows(sums, distinct.size()), table_shape);
}

}  // namespace cornu::detail
