#include <cornu/framework/kernels/gemm_cut.hpp>

#include <algorithm>

#include <cornu/framework/base/parallel.hpp>

namespace cornu::kernels {

namespace {

std::int64_t parts_of(std::int64_t extent, std::int64_t part) { return (extent + part - 1) / part; }

// A result of few elements, each the sum of many terms.
bool is_small(const Product& p) { return p.n <= 192 && p.m <= 256; }

// Whether the elements of a column of the left operand lie far apart in rows.
bool is_far(const Product& p) { return p.transpose_a && p.n > block_rows; }

Cut cut_for_threads(const Product& p, std::int64_t terms) {
  const std::int64_t least = 6 + terms / 128, wide = is_small(p) ? 64 : is_far(p) ? 256 : 128;
  const std::int64_t columns = std::min({p.m, wide, least}), across = parts_of(p.m, columns);
  const std::int64_t usual = std::min<std::int64_t>(is_far(p) || p.n * across >= 3072 ? 384 : 192, least);
  const std::int64_t down = parts_of(p.n, std::clamp(terms / p.k / columns, usual, block_elements / columns));
  const std::int64_t rows = parts_of(parts_of(p.n, down), 6) * 6;
  return {rows, columns, across, across * parts_of(p.n, rows)};
}

}  // namespace

Cut cut(const Product& p) {
  constexpr double nanoseconds_a_term = 0.015;
  const std::int64_t terms = detail::grain_of(nanoseconds_a_term);  // of a piece, at least
  if (p.n * p.m * p.k > 2 * terms && detail::has_other_threads()) return cut_for_threads(p, terms);
  const std::int64_t columns = std::min(p.m, block_columns), across = parts_of(p.m, columns);
  const std::int64_t rows = block_elements / columns;
  return {rows, columns, across, across * parts_of(p.n, rows)};
}

}  // namespace cornu::kernels
