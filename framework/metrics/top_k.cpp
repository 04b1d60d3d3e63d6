#include <cornu/framework/metrics/top_k.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::metrics {

namespace {

void require_shapes(std::string_view where, const Shape& ids, const Shape& rows) {
  if (rows.rank() > 0 && ids == rows.slice(0, rows.rank() - 1)) return;
  throw ShapeError(where, fmt::format("labels do not fit the predictions; got class ids {} and y_pred {}; expected one "
                                      "id for each row",
                                      ids, rows));
}

template <class T>
bool is_in_top(std::span<const T> row, std::int64_t id, std::int64_t k) {
  if (std::any_of(row.begin(), row.end(), [](T x) { return std::isnan(x); })) return false;
  const T at_id = row[static_cast<std::size_t>(id)];
  return std::count_if(row.begin(), row.end(), [&](T x) { return x > at_id; }) < k;
}

// f(row, id) for each row, as float32 of the ids' shape.
template <class T, class F>
Tensor each_row(const Tensor& ids, const Tensor& rows, F f) {
  Tensor found = Tensor::uninitialized(ids.shape(), float32);
  const auto columns = static_cast<std::size_t>(rows.dim(-1));
  for (std::int64_t i = 0; i < ids.size(); ++i) {
    const std::span<const T> row = rows.values<T>().subspan(static_cast<std::size_t>(i) * columns, columns);
    found.mutable_data<float>()[i] = f(row, i) ? 1.F : 0.F;
  }
  return found;
}

}  // namespace

Tensor in_top_k(std::string_view where, const Tensor& ids, const Tensor& p, std::int64_t k) {
  require_shapes(where, ids.shape(), p.shape());
  const ops::IdWords words{.id = "label", .where = "the classes", .advice = "y_pred has one number for each class"};
  const Tensor whole = is_integer(ids.dtype()) ? ids.astype(int64) : ops::cast_exactly(where, ids, int64, words);
  ops::require_ids(where, whole, p.dim(-1), words);
  const Tensor scores = is_floating(p.dtype()) ? p : p.astype(float64);
  Tensor found;
  detail::for_floating_type(scores.dtype(), [&]<class T>(T) {
    found = each_row<T>(whole, scores, [&](std::span<const T> row, std::int64_t i) {
      return is_in_top(row, whole.data<std::int64_t>()[i], k);
    });
  });
  return found;
}

Tensor in_first_k(std::string_view where, const Tensor& ids, const Tensor& sorted_ids, std::int64_t k) {
  require_shapes(where, ids.shape(), sorted_ids.shape());
  const Tensor wanted = ids.astype(float64);
  return each_row<double>(wanted, sorted_ids.astype(float64), [&](std::span<const double> row, std::int64_t i) {
    const auto end = row.begin() + std::min<std::ptrdiff_t>(k, std::ssize(row));
    return std::find(row.begin(), end, wanted.data<double>()[i]) != end;
  });
}

}  // namespace cornu::metrics
