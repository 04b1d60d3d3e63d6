#include <cornu/framework/kernels/gather_dot.hpp>
#include <cornu/framework/kernels/row_pieces.hpp>
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

// work(the picks of some samples, the first of them) for pieces of all, on several threads.
template <class T, class Work>
void for_samples(const kernels::Picks& all, const Tensor& table, const Work& work) {
  const double row = kernels::nanoseconds_to_read(all.width * static_cast<std::int64_t>(sizeof(T)), table.dim(0));
  const std::int64_t grain = kernels::piece_of(all.batch, 1 + row * static_cast<double>(all.count));
  detail::parallel_for(all.batch, grain, [&](std::int64_t first, std::int64_t last) {
    work(kernels::Picks{all.ids + first * all.count, last - first, all.count, all.width}, first);
  });
}

// d_x[…, k] = Σ_i d_y[…, i] · table[ids[…, i], k]
Tensor x_gradient(const Tensor& table, const Tensor& ids, const Tensor& d_y, const Shape& shape) {
  if (detail::is_recording()) return sum(gather(table, ids) * expand_dims(d_y, -1), {.axis = -2});
  Tensor d_x = Tensor::uninitialized(shape, d_y.dtype());
  detail::for_floating_type(d_y.dtype(), [&]<class T>(T) {
    if (d_x.size() == 0) return;
    const T *const rows = table.data<T>(), *const factors = d_y.data<T>();
    T* const sums = d_x.mutable_data<T>();
    for_samples<T>(picks_of(ids, d_x), table, [=](const kernels::Picks& some, std::int64_t first) {
      kernels_of<T>().sums_of_picked(rows, some, factors + first * some.count, sums + first * some.width);
    });
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
    const kernels::Picks picks = picks_of(places, x);
    T* const to = sums.mutable_data<T>();
    kernels::for_columns(ids.size(), picks.width, [&](const kernels::Columns& columns) {
      kernels_of<T>().sums_by_place(x.data<T>(), picks, columns, d_y.data<T>(), to);
    });
  });
  return Rows::of_checked_ids(groups.distinct, detail::first_rows(sums, groups.distinct.size()), shape);
}

// y[…, i] = Σ_k table[ids[…, i], k] · x[…, k]
Tensor products(const Tensor& table, const Tensor& ids, const Tensor& x) {
  Tensor y = result(ids.shape(), x.dtype(), table, ids, x);
  if (y.is_symbolic()) return y;
  detail::for_floating_type(x.dtype(), [&]<class T>(T) {
    if (y.size() == 0) return;
    const T *const rows = table.data<T>(), *const vectors = x.data<T>();
    T* const results = y.mutable_data<T>();
    for_samples<T>(picks_of(ids, x), table, [=](const kernels::Picks& some, std::int64_t first) {
      kernels_of<T>().products(rows, some, vectors + first * some.width, results + first * some.count);
    });
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
