#include <cornu/framework/kernels/embedding_bag.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include <cornu/framework/ops/rows.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

namespace {

constexpr const char* op = "embedding_bag";

/// What counts, in order, and where each bag begins and ends.
struct Bags {
  Tensor ids;                     // (n,) int32
  Tensor offsets;                 // (bags + 1,) int64
  std::optional<Tensor> weights;  // (n,)

  std::int64_t count() const { return offsets.dim(0) - 1; }
  kernels::Bags view(const Tensor& table) const {
    return {ids.data<std::int32_t>(), offsets.data<std::int64_t>(), count(), table.dim(1), table.dim(0)};
  }
};

void require_shapes(const Shape& table, const Tensor& ids, const Tensor& offsets) {
  if (table.rank() == 2 && ids.rank() == 1 && offsets.rank() == 1) return;
  throw ShapeError(
      op, fmt::format("the shapes make no bags of rows; got table {}, ids {}, offsets {}; expected (rows, d), (n,) and "
                      "(bags,), or ids (bags, n) without offsets",
                      table, ids.shape(), offsets.shape()));
}

void require_weights(const Tensor& weights, DType dtype, const Tensor& ids, BagMode mode) {
  if (mode != BagMode::sum)
    throw ValueError(op, "weights need BagMode::sum; got mode mean or max; leave the weights out");
  if (weights.shape() != ids.shape())
    throw ShapeError(op, fmt::format("weights do not fit the ids; got {}; expected {}", weights.shape(), ids.shape()));
  require_same_dtype(op, Tensor::symbolic({}, dtype), weights);
}

void require_bags(const Shape& table, DType dtype, const Tensor& ids, const Tensor& offsets,
                  const BagOptions& options) {
  require_floating(op, Tensor::symbolic({}, dtype));
  require_integer(op, ids);
  require_integer(op, offsets);
  require_shapes(table, ids, offsets);
  if (options.weights) require_weights(*options.weights, dtype, ids, options.mode);
  if (table[0] == None) return;
  require_ids(op, ids, table[0]);
  if (options.padding_idx && (*options.padding_idx < 0 || *options.padding_idx >= table[0]))
    throw ValueError(op, fmt::format("padding_idx must lie in 0 … {}; got {}", table[0] - 1, *options.padding_idx));
}

// Where the bags begin, and the end of the last one.
Tensor with_end(const Tensor& offsets, std::int64_t n) {
  std::vector<std::int64_t> all = offsets.astype(int64).to_vector<std::int64_t>();
  all.push_back(n);
  bool fits = all.front() == 0 || (all.size() == 1 && n == 0);
  for (std::size_t b = 1; b < all.size(); ++b) fits = fits && all[b - 1] <= all[b];
  if (!fits)
    throw ValueError(op, fmt::format("offsets must rise from 0 to {} at most, the number of ids; got {}", n, offsets));
  return Tensor(all);
}

// The bags without the id that does not count.
Bags without(std::int64_t padding, const Bags& bags) {
  const auto ids = bags.ids.values<std::int32_t>();
  const auto offsets = bags.offsets.values<std::int64_t>();
  std::vector<std::int32_t> kept;  // positions
  std::vector<std::int64_t> ends{0};
  for (std::size_t b = 1; b < offsets.size(); ++b) {
    for (std::int64_t i = offsets[b - 1]; i < offsets[b]; ++i)
      if (ids[static_cast<std::size_t>(i)] != padding) kept.push_back(static_cast<std::int32_t>(i));
    ends.push_back(std::ssize(kept));
  }
  const Tensor positions(kept);
  std::optional<Tensor> weights;
  if (bags.weights) weights = gather(*bags.weights, positions);
  return {gather(bags.ids, positions), Tensor(ends), weights};
}

// The bag of each id.
Tensor bag_of_each(const Bags& bags) {
  Tensor result = Tensor::uninitialized(bags.ids.shape(), int32);
  const auto offsets = bags.offsets.values<std::int64_t>();
  for (std::size_t b = 1; b < offsets.size(); ++b)
    std::fill(result.mutable_data<std::int32_t>() + offsets[b - 1], result.mutable_data<std::int32_t>() + offsets[b],
              static_cast<std::int32_t>(b - 1));
  return result;
}

// (bags, 1): how many ids each bag has, 1 for none.
Tensor counts_of(const Bags& bags, DType dtype) {
  const Tensor ends = slice(bags.offsets, 0, {.start = 1}), starts = slice(bags.offsets, 0, {.stop = -1});
  return expand_dims(cast(maximum(ends - starts, scalar(1, int64)), dtype), 1);
}

// y[b] = Σ w[i] · table[ids[i]], divided by their number for a mean
Tensor sum_bags(const Tensor& table, const Bags& bags, bool mean) {
  Tensor y = Tensor::uninitialized({bags.count(), table.dim(1)}, table.dtype());
  detail::for_floating_type(table.dtype(), [&]<class T>(T) {
    const T* weights = bags.weights ? bags.weights->data<T>() : nullptr;
    kernels::sum_bags(table.data<T>(), bags.view(table), weights, mean, y.mutable_data<T>());
  });

  // d_table[ids[i]] += w[i] · d_y[b], divided by their number for a mean
  const auto d_table = [bags, mean, shape = table.shape()](const Tensor& d_y) {
    const Tensor d_bags = mean ? d_y / counts_of(bags, d_y.dtype()) : d_y;
    const Tensor d_rows = gather(d_bags, bag_of_each(bags));
    return detail::rows_or_scatter(bags.ids, bags.weights ? d_rows * expand_dims(*bags.weights, 1) : d_rows, shape);
  };
  if (!bags.weights) return detail::record(y, detail::wrt(table, d_table));

  // d_w[i] = d_y[b] · table[ids[i]]
  return detail::record(y, detail::wrt(table, d_table), detail::wrt(*bags.weights, [bags, table](const Tensor& d_y) {
                          return dot(gather(d_y, bag_of_each(bags)), gather(table, bags.ids));
                        }));
}

// y[b, j] = max table[ids[i], j]
Tensor max_bags(const Tensor& table, const Bags& bags) {
  const std::int64_t width = table.dim(1);
  Tensor y = Tensor::uninitialized({bags.count(), width}, table.dtype());
  Tensor largest = Tensor::uninitialized(y.shape(), int64);
  detail::for_floating_type(table.dtype(), [&]<class T>(T) {
    kernels::max_bags(table.data<T>(), bags.view(table), y.mutable_data<T>(), largest.mutable_data<std::int64_t>());
  });

  // d_table[ids[i], j] += d_y[b, j] for the i that was taken
  return detail::record(y, detail::wrt(table, [bags, largest, width, shape = table.shape()](const Tensor& d_y) {
                          const Tensor is_taken = greater_equal(largest, 0), zero = scalar(0, d_y.dtype());
                          const Tensor features = Tensor::arange(width).astype(int64);
                          const Tensor places =
                              maximum(largest, scalar(0, int64)) * static_cast<double>(width) + features;
                          const Tensor elements = Tensor::zeros({bags.ids.dim(0) * width}, d_y.dtype());
                          const Tensor d_rows = scatter_add(elements, places, where(is_taken, d_y, zero));
                          return detail::rows_or_scatter(bags.ids, reshape(d_rows, {bags.ids.dim(0), width}), shape);
                        }));
}

std::pair<Tensor, Tensor> rows_of(const Tensor& table, const Tensor& ids) { return {table, ids}; }
std::pair<Tensor, Tensor> rows_of(const Variable& table, const Tensor& ids) { return table.rows(ids); }

template <class Table>
Tensor bag(const Table& table, const Tensor& ids, const Tensor& offsets, const BagOptions& options) {
  require_bags(table.shape(), table.dtype(), ids, offsets, options);
  const Shape shape{offsets.dim(0), table.shape()[1]};
  if (ids.is_symbolic() || offsets.is_symbolic()) return Tensor::symbolic(shape, table.dtype());
  Bags bags{ids.astype(int32), with_end(offsets, ids.dim(0)), options.weights};
  if (options.padding_idx) bags = without(*options.padding_idx, bags);
  const auto [rows, at] = rows_of(table, bags.ids);
  if (rows.is_symbolic()) return Tensor::symbolic(shape, table.dtype());
  bags.ids = at;
  const bool max = options.mode == BagMode::max && bags.ids.size() > 0;  // of nothing, nothing is the largest
  return max ? max_bags(rows, bags) : sum_bags(rows, bags, options.mode == BagMode::mean);
}

template <class Table>
Tensor bag(const Table& table, const Tensor& ids, const BagOptions& options) {
  if (ids.rank() != 2)
    throw ShapeError(
        op, fmt::format("ids without offsets must be (bags, n); got shape {}; give offsets for ids (n,)", ids.shape()));
  if (ids.is_symbolic())
    return bag(table, Tensor::symbolic({None}, ids.dtype()), Tensor::symbolic({ids.dim(0)}, int64),
               {.mode = options.mode});
  require_ids(op, ids, table.shape().front());  // whose place is told in their shape
  const std::int64_t n = ids.dim(1);
  BagOptions flat = options;
  if (options.weights) require_weights(*options.weights, table.dtype(), ids, options.mode);
  if (options.weights) flat.weights = reshape(*options.weights, {ids.size()});
  const Tensor starts = Tensor::arange(ids.dim(0)).astype(int64) * static_cast<double>(n);
  return bag(table, ids.with_shape({ids.size()}), starts, flat);
}

}  // namespace

Tensor embedding_bag(const Tensor& table, const Tensor& ids, const Tensor& offsets, const BagOptions& options) {
  return bag(table, ids, offsets, options);
}
Tensor embedding_bag(const Variable& table, const Tensor& ids, const Tensor& offsets, const BagOptions& options) {
  return bag(table, ids, offsets, options);
}
Tensor embedding_bag(const Tensor& table, const Tensor& ids, const BagOptions& options) {
  return bag(table, ids, options);
}
Tensor embedding_bag(const Variable& table, const Tensor& ids, const BagOptions& options) {
  return bag(table, ids, options);
}

}  // namespace cornu::ops
