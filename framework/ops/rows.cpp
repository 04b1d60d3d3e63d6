#include <cstring>
#include <limits>

#include <cornu/framework/kernels/row_pieces.hpp>
#include <cornu/framework/kernels/rows.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/rows.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu {

Gradient detail::rows_or_scatter(const Tensor& ids, const Gradient& d_rows, const Shape& shape,
                                 const std::optional<IdGroups>& known) {
  if (!is_recording()) return (known ? *known : IdGroups::of(ids, shape[0])).sum(d_rows, shape);
  const Tensor dense = d_rows.to_dense();
  return ops::scatter_add(Tensor::zeros(shape, dense.dtype()), ids, dense);
}

}  // namespace cornu

namespace cornu::ops {

namespace {

void require_table(const char* op, const Tensor& table, const Tensor& ids, const IdWords& words = {}) {
  if (table.rank() == 0)
    throw ShapeError(op, fmt::format("a scalar has no rows; got {}; expected rank 1 or more", table.shape()));
  require_integer(op, ids);
  if (!ids.is_symbolic() && table.dim(0) != None) require_ids(op, ids, table.dim(0), words);
}

Shape joined(Shape first, const Shape& second, std::size_t from) {
  for (std::size_t axis = from; axis < second.rank(); ++axis) first.push_back(second[axis]);
  return first;
}

void copy_rows(const Tensor& table, const Tensor& ids, Tensor& out) {
  if (out.size() == 0) return;  // a row's bytes may not fit 64 bits
  const std::int64_t bytes = table.shape().removed(0).size() * static_cast<std::int64_t>(size_of(table.dtype()));
  detail::for_ids(ids, [&]<class Id>(std::span<const Id> all) {
    const std::byte* const from = table.identity()->storage->bytes;
    std::byte* const to = out.identity()->storage->bytes;
    const std::int64_t grain = kernels::piece_of(std::ssize(all), kernels::nanoseconds_to_read(bytes, table.dim(0)));
    detail::parallel_for(std::ssize(all), grain, [=](std::int64_t first, std::int64_t last) {
      kernels::table<kernels::GatherKernels<Id>>().gather(from, bytes, all.data() + first, last - first,
                                                          to + first * bytes);
    });
  });
}

void copy_elements(const Tensor& x, Tensor& out) {
  const std::byte* const from = x.identity()->storage->bytes;
  std::byte* const to = out.identity()->storage->bytes;
  const auto bytes = static_cast<std::int64_t>(x.nbytes());
  detail::parallel_for(bytes, kernels::piece_of(bytes, 0.1), [=](std::int64_t first, std::int64_t last) {
    std::memcpy(to + first, from + first, static_cast<std::size_t>(last - first));
  });
}

// Many rows are summed by their ids first, which does not round small ones away.
bool are_many(const Tensor& x, const Tensor& ids) {
  return x.dtype() == float32 && ids.size() > detail::many_rows && x.dim(0) <= std::numeric_limits<std::int32_t>::max();
}

template <class T>
void add_rows(const Tensor& rows, const Tensor& ids, Tensor& out) {
  const auto& kernels = kernels::table<kernels::RowKernels<T>>();
  const T* const from = rows.data<T>();
  T* const to = out.mutable_data<T>();
  kernels::for_columns(ids.size(), out.shape().removed(0).size(), [&](const kernels::Columns& columns) {
    if (ids.dtype() == int32)
      kernels.add_at_int32(from, columns, ids.data<std::int32_t>(), ids.size(), to);
    else
      kernels.add_at_int64(from, columns, ids.data<std::int64_t>(), ids.size(), to);
  });
}

}  // namespace

// out[i…] = table[ids[i…]]
Tensor gather_grouped(const Tensor& table, const Tensor& ids, const std::optional<detail::IdGroups>& known) {
  Tensor out = Tensor::uninitialized(joined(ids.shape(), table.shape(), 1), table.dtype());
  copy_rows(table, ids, out);

  // d_table[ids[i…]] += d_out[i…]
  return detail::record(out, detail::wrt(table, [ids, known, shape = table.shape()](const Gradient& d_out) {
                          return detail::rows_or_scatter(ids, d_out, shape, known);
                        }));
}

Tensor gather(const Tensor& table, const Tensor& ids) {
  require_table("gather", table, ids);
  if (table.is_symbolic() || ids.is_symbolic())
    return Tensor::symbolic(joined(ids.shape(), table.shape(), 1), table.dtype());
  return gather_grouped(table, ids, std::nullopt);
}

Tensor gather(const Variable& table, const Tensor& ids) { return table.gather(ids); }

namespace {

// In x seen as (outer · n, inner) rows, those that ids pick from each of the `outer` parts: (outer,) + ids' shape.
Tensor ids_in_each_part(const Tensor& ids, std::int64_t outer, std::int64_t n) {
  Tensor all = Tensor::uninitialized(joined({outer}, ids.shape(), 0), int64);
  std::int64_t* const all_parts = all.mutable_data<std::int64_t>();
  detail::for_ids(ids, [&](auto one_part) {
    const std::int64_t grain = kernels::piece_of(outer, 1 + 0.3 * static_cast<double>(ids.size()));
    detail::parallel_for(outer, grain, [=](std::int64_t first, std::int64_t last) {
      std::int64_t* to = all_parts + first * std::ssize(one_part);
      for (std::int64_t part = first; part < last; ++part)
        for (const auto id : one_part) *to++ = part * n + id;
    });
  });
  return all;
}

}  // namespace

// out[i…, j…, k…] = x[i…, ids[j…], k…]
Tensor take(const Tensor& x, const Tensor& ids, std::int64_t axis) {
  const std::size_t at = x.shape().normalize_axis(axis);
  require_integer("take", ids);
  const Shape before = x.shape().slice(0, at), after = x.shape().slice(at + 1, x.rank());
  const Shape shape = joined(joined(before, ids.shape(), 0), after, 0);
  if (x.is_symbolic() || ids.is_symbolic()) return Tensor::symbolic(shape, x.dtype());
  if (x.shape()[at] != None) require_ids("take", ids, x.shape()[at], {"index", "the axis"});
  if (at == 0) return gather(x, ids);
  if (shape.size() == 0)  // d_x = 0
    return detail::record(
        Tensor::uninitialized(shape, x.dtype()),
        detail::wrt(x, [old = x.shape()](const Tensor& d_out) { return Tensor::zeros(old, d_out.dtype()); }));
  const std::int64_t outer = before.size(), n = x.shape()[at];
  const Tensor rows = reshape(x, {outer * n, after.size()});
  return reshape(gather(rows, ids_in_each_part(reshape(ids, {ids.size()}), outer, n)), shape);
}

// out = x; out[ids[i…]] += updates[i…]
Tensor scatter_add(const Tensor& x, const Tensor& ids, const Tensor& updates) {
  require_table("scatter_add", x, ids, {"id", "the rows of x"});
  require_number("scatter_add", x);
  require_same_dtype("scatter_add", x, updates);
  const Shape expected = joined(ids.shape(), x.shape(), 1);
  Tensor out = result(x.shape(), x.dtype(), x, ids, updates);
  if (out.is_symbolic()) return out;
  if (updates.shape() != expected)
    throw ShapeError("scatter_add", fmt::format("updates do not fit ids {} and x {}; got {}; expected {}", ids.shape(),
                                                x.shape(), updates.shape(), expected));
  copy_elements(x, out);
  if (are_many(x, ids)) {
    const Rows sums = detail::IdGroups::of(ids, x.dim(0)).sum(updates, x.shape());
    add_rows<float>(sums.values, sums.ids, out);
  } else {
    detail::for_number_type(x.dtype(), [&]<class T>(T) { add_rows<T>(updates, ids, out); });
  }

  // d_x = d_out, d_updates = d_out[ids]
  return detail::record(out, detail::wrt(x, [](const Tensor& d_out) { return d_out; }),
                        detail::wrt(updates, [ids](const Tensor& d_out) { return gather(d_out, ids); }));
}

// out[i…, id] = 1 for id = ids[i…], else 0
Tensor one_hot(const Tensor& ids, std::int64_t depth, DType dtype) {
  require_integer("one_hot", ids);
  if (depth < 0) throw ValueError("one_hot", fmt::format("depth must be 0 or more; got {}", depth));
  Shape shape = ids.shape();
  shape.push_back(depth);
  if (ids.is_symbolic()) return Tensor::symbolic(shape, dtype);
  Tensor out = Tensor::zeros(shape, dtype);
  detail::for_any_type(dtype, [&]<class T>(T) {
    T* row = out.mutable_data<T>();
    detail::for_ids(ids, [&](auto all) {
      for (const auto id : all) {
        if (id >= 0 && id < depth) row[id] = T(1);
        row += depth;
      }
    });
  });
  return out;
}

}  // namespace cornu::ops
