#include <cornu/framework/ops/support.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace cornu::ops {

void require_whole(double value, DType dtype) {
  if (is_integer(dtype) && std::nearbyint(value) != value)
    throw ValueError("scalar", fmt::format("a number among integers must be whole; got {} among {}; cast the tensor to "
                                           "float32 first",
                                           value, name_of(dtype)));
}

Tensor scalar(double value, DType dtype) {
  require_whole(value, dtype);
  return Tensor::full(Shape(), value, dtype);
}

std::int64_t extents_sum(std::string_view op, std::int64_t a, std::int64_t b) {
  std::int64_t sum = None;
  if (a == None || b == None || !__builtin_add_overflow(a, b, &sum)) return sum;
  throw ShapeError(op, fmt::format("an axis becomes too long; got {} + {} elements; expected fewer than 2^63", a, b));
}

std::int64_t extents_product(std::string_view op, std::int64_t a, std::int64_t b) {
  std::int64_t product = None;
  if (a == None || b == None || !__builtin_mul_overflow(a, b, &product)) return product;
  throw ShapeError(op, fmt::format("an axis becomes too long; got {} · {} elements; expected fewer than 2^63", a, b));
}

namespace {

std::int64_t broadcast_dim(std::string_view op, const Shape& a, const Shape& b, std::int64_t a_dim,
                           std::int64_t b_dim) {
  if (a_dim == b_dim || b_dim == 1 || b_dim == None) return a_dim == 1 ? b_dim : a_dim;
  if (a_dim == 1 || a_dim == None) return b_dim;
  throw ShapeError(op,
                   fmt::format("shapes do not broadcast; got {} and {}; expected extents that are equal or 1, counted "
                               "from the last axis",
                               a, b));
}

}  // namespace

Shape broadcast_shape(std::string_view op, const Shape& a, const Shape& b) {
  if (a == b) return a;
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  const std::size_t lead = longer.rank() - shorter.rank();
  Shape out = longer.slice(0, lead);
  for (std::size_t axis = lead; axis < longer.rank(); ++axis)
    out.push_back(broadcast_dim(op, a, b, longer[axis], shorter[axis - lead]));
  return out;
}

void require_floating(std::string_view op, const Tensor& x) {
  if (!is_floating(x.dtype()))
    throw ValueError(op,
                     fmt::format("cannot take this dtype; got {}; expected float32 or float64; cast it with ops::cast",
                                 name_of(x.dtype())));
}

void require_number(std::string_view op, const Tensor& x) {
  if (x.dtype() == boolean)
    throw ValueError(op, "cannot take this dtype; got bool; expected numbers; cast it with ops::cast");
}

void require_integer(std::string_view op, const Tensor& x) {
  if (!is_integer(x.dtype()))
    throw ValueError(op, fmt::format("cannot take this dtype; got {}; expected int32 or int64; cast it with ops::cast",
                                     name_of(x.dtype())));
}

void require_same_dtype(std::string_view op, const Tensor& a, const Tensor& b) {
  if (a.dtype() != b.dtype())
    throw ValueError(op,
                     fmt::format("dtypes differ; got {} and {}; expected one dtype; cast one of them with ops::cast",
                                 name_of(a.dtype()), name_of(b.dtype())));
}

namespace {

// A negative id is a large one as unsigned, so that one comparison finds both kinds; no branch, so that it vectorises.
template <class Id>
bool all_below(std::span<const Id> ids, std::int64_t limit) {
  using Unsigned = std::make_unsigned_t<Id>;
  const auto bound = static_cast<Unsigned>(std::min<std::int64_t>(limit - 1, std::numeric_limits<Id>::max()));
  Unsigned bad = 0;
  for (const Id id : ids) bad |= static_cast<Unsigned>(static_cast<Unsigned>(id) > bound);
  return bad == 0;
}

Shape position_of(std::int64_t offset, const Shape& shape) {
  Shape position = shape;
  for (std::size_t axis = shape.rank(); axis-- > 0; offset /= shape[axis])
    position = position.with(axis, offset % shape[axis]);
  return position;
}

template <class Id>
[[noreturn]] void throw_first_bad(std::string_view op, std::span<const Id> ids, const Shape& shape,
                                  std::int64_t limit) {
  const auto bad = std::find_if(ids.begin(), ids.end(), [&](Id id) { return id < 0 || id >= limit; });
  const Shape position = position_of(bad - ids.begin(), shape);
  if (limit == 0)
    throw IndexError(op,
                     fmt::format("id {} at {} is outside the vocabulary; expected no id, for there are no rows; raise "
                                 "input_dim",
                                 *bad, position));
  throw IndexError(op, fmt::format("id {} at {} is outside the vocabulary; expected 0 … {}; raise input_dim or map "
                                   "unknown words to one id",
                                   *bad, position, limit - 1));
}

}  // namespace

void require_ids(std::string_view op, const Tensor& ids, std::int64_t limit) {
  require_integer(op, ids);
  if (ids.is_symbolic()) return;
  detail::for_ids(ids, [&]<class Id>(std::span<const Id> all) {
    if (!all.empty() && (limit <= 0 || !all_below(all, limit))) throw_first_bad(op, all, ids.shape(), limit);
  });
}

}  // namespace cornu::ops
