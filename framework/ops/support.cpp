#include <cornu/framework/ops/support.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <span>

#include <cornu/framework/base/parallel.hpp>

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

// Errors that format text are functions of their own: the checks, which every op calls, need no room for it.
namespace {

[[noreturn]] void throw_dtype(std::string_view op, DType dtype, const char* expected) {
  throw ValueError(
      op, fmt::format("cannot take this dtype; got {}; expected {}; cast it with ops::cast", name_of(dtype), expected));
}

[[noreturn]] void throw_dtypes_differ(std::string_view op, DType a, DType b) {
  throw ValueError(op, fmt::format("dtypes differ; got {} and {}; expected one dtype; cast one of them with ops::cast",
                                   name_of(a), name_of(b)));
}

}  // namespace

void require_floating(std::string_view op, const Tensor& x) {
  if (!is_floating(x.dtype())) throw_dtype(op, x.dtype(), "float32 or float64");
}

void require_number(std::string_view op, const Tensor& x) {
  if (x.dtype() == boolean) throw_dtype(op, boolean, "numbers");
}

void require_integer(std::string_view op, const Tensor& x) {
  if (!is_integer(x.dtype())) throw_dtype(op, x.dtype(), "int32 or int64");
}

void require_same_dtype(std::string_view op, const Tensor& a, const Tensor& b) {
  if (a.dtype() != b.dtype()) throw_dtypes_differ(op, a.dtype(), b.dtype());
}

namespace {

// A negative id is a large one as unsigned, so that one comparison finds both kinds; no branch, so that it vectorises.
template <class Id>
bool all_below(std::span<const Id> ids, std::int64_t limit) {
  using Unsigned = std::make_unsigned_t<Id>;
  const auto bound = static_cast<Unsigned>(std::min<std::int64_t>(limit - 1, std::numeric_limits<Id>::max()));
  const Id* const id = ids.data();
  std::atomic<bool> is_bad = false;
  detail::parallel_for(std::ssize(ids), 2 * detail::elements_a_piece(), [&](std::int64_t first, std::int64_t last) {
    Unsigned bad = 0;
    for (std::int64_t i = first; i < last; ++i) bad |= static_cast<Unsigned>(static_cast<Unsigned>(id[i]) > bound);
    if (bad != 0) is_bad = true;
  });
  return !is_bad;
}

Shape position_of(std::int64_t offset, const Shape& shape) {
  Shape position = shape;
  for (std::size_t axis = shape.rank(); axis-- > 0; offset /= shape[axis])
    position = position.with(axis, offset % shape[axis]);
  return position;
}

// With "; " in front, if there is any.
std::string behind(const char* advice) { return *advice == '\0' ? "" : fmt::format("; {}", advice); }

template <class Id>
[[noreturn]] void throw_first_bad(std::string_view op, std::span<const Id> ids, const Shape& shape, std::int64_t limit,
                                  const IdWords& words) {
  const auto bad = std::find_if(ids.begin(), ids.end(), [&](Id id) { return id < 0 || id >= limit; });
  const std::string expected = limit > 0 ? fmt::format("0 … {}", limit - 1) : "none, for it is empty";
  throw IndexError(op, fmt::format("{} {} at {} is outside {}; expected {}{}", words.id, *bad,
                                   position_of(bad - ids.begin(), shape), words.where, expected, behind(words.advice)));
}

}  // namespace

void require_ids(std::string_view op, const Tensor& ids, std::int64_t limit, const IdWords& words) {
  require_integer(op, ids);
  if (ids.is_symbolic()) return;
  detail::for_ids(ids, [&]<class Id>(std::span<const Id> all) {
    if (!all.empty() && (limit <= 0 || !all_below(all, limit))) throw_first_bad(op, all, ids.shape(), limit, words);
  });
}

namespace {

template <class T>
void require_whole_numbers(std::string_view op, const Tensor& x, const IdWords& words) {
  const std::span<const T> all = x.values<T>();
  const auto bad = std::find_if(all.begin(), all.end(), [](T value) { return std::nearbyint(value) != value; });
  if (bad != all.end())
    throw IndexError(op, fmt::format("the data are floats; got {} at {}; expected whole numbers{}", *bad,
                                     position_of(bad - all.begin(), x.shape()), behind(words.advice_for_floats)));
}

// Numbers from -end up to, but not including, end.
template <class T>
void require_within(std::string_view op, const Tensor& x, double end, const char* dtype, const IdWords& words) {
  const std::span<const T> all = x.values<T>();
  const auto bad = std::find_if(all.begin(), all.end(), [end](T value) {
    return !(static_cast<double>(value) >= -end && static_cast<double>(value) < end);
  });
  if (bad != all.end())
    throw IndexError(op, fmt::format("{} {} at {} is too large for {}; expected {:.0f} … {:.0f}; use int64", words.id,
                                     *bad, position_of(bad - all.begin(), x.shape()), dtype, -end, end - 1));
}

// Of a float32 from 2^24 on nobody knows which whole number it was.
template <class T>
void require_float_ids(std::string_view op, const Tensor& ids, std::int64_t limit, const IdWords& words) {
  const std::span<const T> all = ids.values<T>();
  const double end = std::min(static_cast<double>(limit), std::ldexp(1, std::numeric_limits<T>::digits));
  const auto bad = std::find_if(
      all.begin(), all.end(), [end](T id) { return !(static_cast<double>(id) > -1 && static_cast<double>(id) < end); });
  if (bad != all.end())
    throw IndexError(op, fmt::format("{} {} at {} is outside {}; expected 0 … {}; the data are floats{}", words.id,
                                     *bad, position_of(bad - all.begin(), ids.shape()), words.where, limit - 1,
                                     behind(words.advice_for_floats)));
}

}  // namespace

Tensor ids_below(std::string_view op, const Tensor& ids, std::int64_t limit, const IdWords& words) {
  if (is_floating(ids.dtype()) && !ids.is_symbolic())
    detail::for_floating_type(ids.dtype(), [&]<class T>(T) { require_float_ids<T>(op, ids, limit, words); });
  const Tensor integers = is_integer(ids.dtype()) ? ids : cast(ids, int64);
  require_ids(op, integers, limit, words);
  return integers;
}

Tensor cast_exactly(std::string_view op, const Tensor& x, DType dtype, const IdWords& words) {
  if (x.is_symbolic() || x.dtype() == dtype || x.dtype() == boolean) return cast(x, dtype);
  constexpr double end_of_int32 = 2147483648., end_of_int64 = 9223372036854775808., end_of_odd_floats = 16777216.;
  const double end = dtype == int32 ? end_of_int32 : end_of_int64;
  if (x.dtype() == int64) require_within<std::int64_t>(op, x, end, "int32", words);
  if (is_floating(x.dtype()))
    detail::for_floating_type(x.dtype(), [&]<class T>(T) { require_whole_numbers<T>(op, x, words); });
  if (x.dtype() == float32) require_within<float>(op, x, end_of_odd_floats, "float32", words);
  if (x.dtype() == float64) require_within<double>(op, x, end, dtype == int32 ? "int32" : "int64", words);
  return cast(x, dtype);
}

}  // namespace cornu::ops
