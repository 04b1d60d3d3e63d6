#include <cornu/framework/kernels/gather_dot.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/id_groups.hpp>
#include <cornu/framework/ops/rows.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu::ops {

namespace {

constexpr const char* op = "gather_dot";

void require_fit(const Shape& table, DType dtype, const Tensor& ids, const Tensor& x) {
  require_floating(op, x);
  require_same_dtype(op, Tensor::symbolic({}, dtype), x);
  require_integer(op, ids);
  const bool have_axes = table.rank() == 2 && ids.rank() > 0;
  if (!have_axes || !x.shape().fits(ids.shape().with(ids.rank() - 1, table[1])))
    throw ShapeError(op, fmt::format("shapes do not fit; got table {}, ids {} and x {}; expected (rows, d), (…, n) and "
                                     "(…, d)",
                                     table, ids.shape(), x.shape()));
  if (!ids.is_symbolic() && table[0] != None) require_ids(op, ids, table[0]);
}

template <class T>
const kernels::GatherDotKernels<T>& kernels_of() {
  return kernels::table<kernels::GatherDotKernels<T>>();
}

kernels::Picks picks_of(const Tensor& ids, const Tensor& x) {
  const std::int64_t count = ids.dim(-1), batch = ids.shape().slice(0, ids.rank() - 1).size();
  return {ids.data<std::int32_t>(), batch, count, x.dim(-1)};
}

// d_x[…, k] = Σ_i d_y[…, i] · table[ids[…, i], k]
Tensor x_gradient(const Tensor& table, const Tensor& ids, const Tensor& d_y, const Shape& shape) {
  if (detail::is_recording()) return sum(gather(table, ids) * expand_dims(d_y, -1), {.axis = -2});
  Tensor d_x = Tensor::uninitialized(shape, d_y.dtype());
  detail::for_floating_type(d_y.dtype(), [&]<class T>(T) {
    if (d_x.size() == 0) return;
    kernels_of<T>().sums_of_picked(table.data<T>(), picks_of(ids, d_x), d_y.data<T>(), d_x.mutable_data<T>());
  });
  return d_x;
}

// d_table[ids[…, i], k] += d_y[…, i] · x[…, k]
Gradient table_gradient(const Tensor& ids, const Tensor& x, const Tensor& d_y, const Shape& shape) {
  if (detail::is_recording()) return detail::rows_or_scatter(ids, expand_dims(d_y, -1) * expand_dims(x, -2), shape);
  const auto groups = detail::IdGroups::of(ids, shape[0]);
  // Room for all ids, whatever they repeat: batch after batch takes the same memory.
  Tensor sums = Tensor::uninitialized({ids.size(), shape[1]}, x.dtype());
  const Tensor places = groups.places.with_shape(ids.shape());
  detail::for_floating_type(x.dtype(), [&]<class T>(T) {
    if (x.size() == 0) return;
    kernels_of<T>().sums_by_place(x.data<T>(), picks_of(places, x), d_y.data<T>(), sums.mutable_data<T>());
  });
  return Rows::of_checked_ids(groups.distinct, detail::first_rows(sums, groups.distinct.size()), shape);
}

// y[…, i] = Σ_k table[ids[…, i], k] · x[…, k]
Tensor products(const Tensor& table, const Tensor& ids, const Tensor& x) {
  Tensor y = result(ids.shape(), x.dtype(), table, ids, x);
  if (y.is_symbolic()) return y;
  detail::for_floating_type(x.dtype(), [&]<class T>(T) {
    if (y.size() == 0) return;
    kernels_of<T>().products(table.data<T>(), picks_of(ids, x), x.data<T>(), y.mutable_data<T>());
  });
  return detail::record(
      y,
      detail::wrt(table,
                  [ids, x, shape = table.shape()](const Tensor& d_y) { return table_gradient(ids, x, d_y, shape); }),
      detail::wrt(x,
                  [table, ids, shape = x.shape()](const Tensor& d_y) { return x_gradient(table, ids, d_y, shape); }));
}

}  // namespace

Tensor gather_dot(const Tensor& table, const Tensor& ids, const Tensor& x) {
  require_fit(table.shape(), table.dtype(), ids, x);
  return products(table, ids.is_symbolic() ? ids : ids.astype(int32), x);
}

Tensor gather_dot(const Variable& table, const Tensor& ids, const Tensor& x) {
  require_fit(table.shape(), table.dtype(), ids, x);
  const auto [rows, at] = table.rows(ids);
  return products(rows, at.is_symbolic() ? at : at.astype(int32), x);
}

}  // namespace cornu::ops
