#pragma once
// Internal: what every op begins with.
#include <fmt/core.h>

#include <concepts>
#include <string_view>

#include <cornu/framework/autodiff/record.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::ops {

/// An op's result before it is computed: symbolic when an input is, so that only shapes are inferred.
///
///     Tensor out = result(shape, x.dtype(), x);
///     if (!out.is_symbolic()) kernels::…(x, out);
template <std::same_as<Tensor>... T>
Tensor result(const Shape& shape, DType dtype, const T&... inputs) {
  return (inputs.is_symbolic() || ...) ? Tensor::symbolic(shape, dtype) : Tensor::uninitialized(shape, dtype);
}

/// A rank-0 tensor of that dtype. Throws ValueError for a fraction among integers.
Tensor scalar(double value, DType dtype);
/// Throws ValueError for a fraction among integers.
void require_whole(double value, DType dtype);

/// The extent of what is joined or repeated; None if one of them is None. Throws ShapeError, with `op` as its place,
/// for 2^63 and more.
std::int64_t extents_sum(std::string_view op, std::int64_t a, std::int64_t b);
std::int64_t extents_product(std::string_view op, std::int64_t a, std::int64_t b);

/// The shape that both broadcast to, NumPy's rules; None stands against 1 and None as None, against n as n.
/// Throws ShapeError that names `op` and both shapes.
Shape broadcast_shape(std::string_view op, const Shape& a, const Shape& b);

void require_floating(std::string_view op, const Tensor& x);
void require_number(std::string_view op, const Tensor& x);
void require_integer(std::string_view op, const Tensor& x);
void require_same_dtype(std::string_view op, const Tensor& a, const Tensor& b);

/// What the caller of require_ids calls its ids, what they point into, and what to do about one outside of it.
struct IdWords {
  const char* id = "id";
  const char* where = "the table";
  const char* advice = "";
  const char* advice_for_floats = "";
};

/// Throws IndexError for the first id outside 0 … limit-1: its value, place and the limit.
void require_ids(std::string_view op, const Tensor& ids, std::int64_t limit, const IdWords& words = {});
/// Ids of any dtype as integers in 0 … limit-1, floats truncated as Keras does. Throws as require_ids.
Tensor ids_below(std::string_view op, const Tensor& ids, std::int64_t limit, const IdWords& words = {});
/// x as int32 or int64, every number as it was. Throws IndexError for floats that are not whole, for numbers that the
/// integers do not reach, and for those from 2^24 on of float32, which has no odd ones any more.
Tensor cast_exactly(std::string_view op, const Tensor& x, DType dtype, const IdWords& words = {});

}  // namespace cornu::ops
