#pragma once
#include <fmt/core.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// A dimension that is not known yet: the batch in a model's shapes, written None as Keras prints it.
inline constexpr std::int64_t None = -1;

/// The extents of a tensor, rank 0 to 6, stored in place. Made from any integral type: `Shape{32, 10}`.
/// Throws ShapeError for a rank above 6 or an extent below -1.
class Shape {
 public:
  static constexpr std::size_t max_rank = 6;

  Shape() = default;
  template <std::integral... I>
  requires(sizeof...(I) > 0) Shape(I... dims) {  // {32, 10} is a shape wherever one is expected
    (push_back(static_cast<std::int64_t>(dims)), ...);
  }
  explicit Shape(std::span<const std::int64_t> dims);
  template <std::integral I>
  explicit Shape(const std::vector<I>& dims) {
    for (const I dim : dims) push_back(static_cast<std::int64_t>(dim));
  }

  std::size_t rank() const { return rank_; }
  bool empty() const { return rank_ == 0; }

  /// Extent of an axis, 0 … rank-1. Throws IndexError outside.
  std::int64_t operator[](std::size_t axis) const {
    if (axis >= rank_) throw_axis(static_cast<std::int64_t>(axis));
    return dims_[axis];
  }
  /// The same for negative axes too: dim(-1) is the last. Throws IndexError outside.
  std::int64_t dim(std::int64_t axis) const { return dims_[normalize_axis(axis)]; }
  std::int64_t front() const { return (*this)[0]; }
  std::int64_t back() const { return dim(-1); }

  /// axis in 0 … rank-1 for one in -rank … rank-1. Throws IndexError outside.
  std::size_t normalize_axis(std::int64_t axis) const;

  /// Product of the extents (1 for rank 0). Throws ShapeError when an extent is None or the product overflows.
  std::int64_t size() const;
  bool has_none() const;
  /// Whether a tensor of this shape can stand where `expected` is wanted, as far as both are known: one rank, and equal
  /// extents, but that None fits any.
  bool fits(const Shape& expected) const;

  void push_back(std::int64_t dim);
  /// A copy with one axis set, inserted (0 … rank) or removed.
  Shape with(std::size_t axis, std::int64_t dim) const;
  Shape inserted(std::size_t axis, std::int64_t dim) const;
  Shape removed(std::size_t axis) const;
  /// Axes first … last-1.
  Shape slice(std::size_t first, std::size_t last) const;

  const std::int64_t* begin() const { return dims_.data(); }
  const std::int64_t* end() const { return dims_.data() + rank_; }

  friend bool operator==(const Shape& a, const Shape& b);

  /// As Python prints a tuple: "()", "(3,)", "(None, 10, 64)".
  std::string to_string() const;

 private:
  [[noreturn]] void throw_axis(std::int64_t axis) const;

  std::array<std::int64_t, max_rank> dims_{};
  std::size_t rank_ = 0;
};

}  // namespace cornu
CORNU_EXPORT_END

template <>
struct fmt::formatter<cornu::Shape> : fmt::formatter<std::string_view> {
  fmt::format_context::iterator format(const cornu::Shape& shape, fmt::format_context& context) const;
};
