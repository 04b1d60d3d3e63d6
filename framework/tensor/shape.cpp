#include <cornu/framework/tensor/shape.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>

namespace cornu {
namespace {

// The errors are functions of their own: one that calls fmt guards its frame against overflows at each call.
[[noreturn]] void throw_too_many_axes() {
  throw ShapeError("Shape", fmt::format("too many axes; got more than {}; expected a rank of 0 to {}", Shape::max_rank,
                                        Shape::max_rank));
}
[[noreturn]] void throw_negative(std::int64_t dim, std::size_t axis) {
  throw ShapeError("Shape", fmt::format("negative extent; got {} for axis {}; expected 0 or more, or None", dim, axis));
}
[[noreturn]] void throw_no_size(const Shape& shape) {
  if (shape.has_none()) throw ShapeError("Shape", fmt::format("size is not known; got {}", shape));
  throw ShapeError("Shape", fmt::format("too many elements; got {}; expected a product below 2^63", shape));
}

}  // namespace

Shape::Shape(std::span<const std::int64_t> dims) {
  for (const std::int64_t dim : dims) push_back(dim);
}

void Shape::push_back(std::int64_t dim) {
  if (rank_ == max_rank) throw_too_many_axes();
  if (dim < None) throw_negative(dim, rank_);
  dims_[rank_++] = dim;
}

std::size_t Shape::normalize_axis(std::int64_t axis) const {
  const auto rank = static_cast<std::int64_t>(rank_);
  if (axis < -rank || axis >= rank) throw_axis(axis);
  return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

void Shape::throw_axis(std::int64_t axis) const {
  if (rank_ == 0)
    throw IndexError("Shape", fmt::format("axis out of range; got {}; a scalar of shape () has no axes", axis));
  throw IndexError("Shape", fmt::format("axis out of range; got {}; expected {} … {} for shape {}", axis,
                                        -static_cast<std::int64_t>(rank_), rank_ - 1, to_string()));
}

std::int64_t Shape::size() const {
  std::int64_t product = 1;
  bool zero = false;
  for (const std::int64_t dim : *this) {
    if (dim == 0)
      zero = true;
    else if (dim == None || __builtin_mul_overflow(product, dim, &product))
      throw_no_size(*this);
  }
  return zero ? 0 : product;
}

bool Shape::has_none() const { return std::find(begin(), end(), None) != end(); }

bool Shape::fits(const Shape& expected) const {
  if (rank_ != expected.rank_) return false;
  for (std::size_t i = 0; i < rank_; ++i)
    if (dims_[i] != expected.dims_[i] && dims_[i] != None && expected.dims_[i] != None) return false;
  return true;
}

Shape Shape::with(std::size_t axis, std::int64_t dim) const {
  if (axis >= rank_) throw_axis(static_cast<std::int64_t>(axis));
  Shape result = *this;
  result.dims_[axis] = dim;
  return result;
}

Shape Shape::inserted(std::size_t axis, std::int64_t dim) const {
  Shape result = slice(0, axis);
  result.push_back(dim);
  for (std::size_t i = axis; i < rank_; ++i) result.push_back(dims_[i]);
  return result;
}

Shape Shape::removed(std::size_t axis) const {
  if (axis >= rank_) throw_axis(static_cast<std::int64_t>(axis));
  Shape result;
  for (std::size_t i = 0; i < rank_; ++i)
    if (i != axis) result.push_back(dims_[i]);
  return result;
}

Shape Shape::slice(std::size_t first, std::size_t last) const {
  if (first > last || last > rank_) throw_axis(static_cast<std::int64_t>(last));
  return Shape(std::span<const std::int64_t>(begin() + first, last - first));
}

// A friend takes no visibility from the header that names it in its class.
[[gnu::visibility("default")]] bool operator==(const Shape& a, const Shape& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

std::string Shape::to_string() const {
  std::string text = "(";
  for (std::size_t i = 0; i < rank_; ++i) {
    if (i > 0) text += ", ";
    text += dims_[i] == None ? std::string("None") : std::to_string(dims_[i]);
  }
  return text += rank_ == 1 ? ",)" : ")";
}

}  // namespace cornu

// Outside of namespace cornu, and so of what the header exports.
[[gnu::visibility("default")]] fmt::format_context::iterator fmt::formatter<cornu::Shape>::format(
    const cornu::Shape& shape, fmt::format_context& context) const {
  return fmt::formatter<std::string_view>::format(shape.to_string(), context);
}
