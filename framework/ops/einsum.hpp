#pragma once
#include <string_view>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::ops {

/// The sum of products that an equation says, as numpy.einsum of two operands: "ab,bc->ac" is a matrix product,
/// "abc,cd->abd" one along the last axis, "bij,bjk->bik" one a batch. Each letter or digit is an axis, once an operand;
/// what the result does not name is summed over. Made of one matrix product, with axes moved before and behind it. The
/// gradients are those of its parts.
///
///     const Tensor scores = ops::einsum("bqhd,bkhd->bhqk", q, k);
///
/// Floating operands of one dtype. Throws ValueError for an equation of another form, for a letter twice in a part and
/// for one of the result that no operand has, ShapeError for another rank and for extents that differ.
Tensor einsum(std::string_view equation, const Tensor& a, const Tensor& b);

}  // namespace cornu::ops
CORNU_EXPORT_END
