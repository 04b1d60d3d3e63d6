#pragma once
// Internal: which elements a rule visits.
#include <cstdint>

namespace cornu::kernels {

/// A run of `size` elements, or `count` rows of `size` elements each, the i-th of which begins at element
/// rows[i] · size of every array. What comes along with the rows (a gradient) lies in their order, without gaps.
struct Run {
  std::int64_t size;
  const std::int32_t* rows = nullptr;
  std::int64_t count = 1;
  double decay = 0;  ///< of listed rows, the first array loses this part of its elements before the rule sees them

  Run(std::int64_t elements) : size(elements) {}  // a number of elements is a run
  Run(std::int64_t row_size, const std::int32_t* listed, std::int64_t number)
      : size(row_size), rows(listed), count(number) {}
};

/// Whether rows of so many elements are best visited where they are. Others are shorter than a vector or fill it badly:
/// copied together they take less time.
constexpr bool in_place_pays(std::int64_t row_size) { return row_size == 16 || row_size >= 32; }

}  // namespace cornu::kernels
