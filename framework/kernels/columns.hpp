#pragma once
// Internal: a part of every row.
#include <cstdint>

namespace cornu::kernels {

/// Columns first … last − 1 of rows of `width` elements.
struct Columns {
  std::int64_t width, first, last;
};

}  // namespace cornu::kernels
