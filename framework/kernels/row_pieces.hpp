#pragma once
// Internal: how loops over rows of a table are cut into pieces.
#include <algorithm>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/columns.hpp>

namespace cornu::kernels {

/// How many of `count` items are a piece, where one takes `nanoseconds`: all, if they take less than 60 µs together,
/// four pieces. A thread that wakes for less costs more than it gains.
inline std::int64_t piece_of(std::int64_t count, double nanoseconds) {
  const double least = 4 * static_cast<double>(detail::grain_of(1));
  return nanoseconds * static_cast<double>(count) < least ? std::max<std::int64_t>(count, 1)
                                                          : detail::grain_of(nanoseconds);
}

/// About how long it takes to read a row of a table, which lies in the memory if the table is large.
inline double nanoseconds_to_read(std::int64_t row_bytes, std::int64_t table_rows) {
  constexpr std::int64_t cache = std::int64_t{8} << 20;
  const auto bytes = static_cast<double>(row_bytes);
  return bytes * static_cast<double>(table_rows) <= static_cast<double>(cache) ? 1 + bytes / 32 : 5 + bytes / 10;
}

/// work(columns) for pieces of the columns that together are all, where `rows` rows are added up by their ids: the rows
/// of one id lie anywhere, so their columns are what can be cut.
template <class Work>
void for_columns(std::int64_t rows, std::int64_t width, const Work& work) {
  constexpr std::int64_t few = 32;  // two lines of the cache
  const std::int64_t groups = std::max<std::int64_t>(1, width / few);
  const double nanoseconds = 0.15 * static_cast<double>(few) * static_cast<double>(rows);
  detail::parallel_for(groups, piece_of(groups, nanoseconds), [&](std::int64_t first, std::int64_t last) {
    work(Columns{width, first * few, last == groups ? width : last * few});
  });
}

}  // namespace cornu::kernels
