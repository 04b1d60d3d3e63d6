#pragma once
// Internal: rows of a table picked and added by their ids. Ids are std::int32_t or std::int64_t and in range.
#include <cstddef>
#include <cstdint>

#include <cornu/framework/kernels/columns.hpp>

namespace cornu::kernels {

template <class Id>
struct GatherKernels {
  /// y[i] = table[ids[i]], rows of `row_bytes` bytes.
  void (*gather)(const std::byte* table, std::int64_t row_bytes, const Id* ids, std::int64_t count, std::byte* y);
  /// table[ids[i]] = x[i], in the order of i.
  void (*scatter)(const std::byte* x, std::int64_t row_bytes, const Id* ids, std::int64_t count, std::byte* table);
};

/// Which of some rows are to be added up: the i-th belongs to places[i]. Places are numbered in the order in which they
/// appear first. Each row there is stands for `steps` of them, but that those are zero for which `counts` is false.
struct RowGroups {
  const std::int32_t* places;
  std::int64_t count;
  std::int64_t steps = 1;
  const bool* counts = nullptr;  ///< (count,); null: true
};

/// T is float, double, std::int32_t or std::int64_t. Integers wrap round. Only these columns are read and written; how
/// columns are cut changes no bit.
template <class T>
struct RowKernels {
  /// y[ids[i]] += rows[i], in the order of i.
  void (*add_at_int32)(const T* rows, const Columns& columns, const std::int32_t* ids, std::int64_t count, T* y);
  void (*add_at_int64)(const T* rows, const Columns& columns, const std::int64_t* ids, std::int64_t count, T* y);
  /// y[place] = the sum of the rows[i / steps] with places[i] == place, in the order of i. Of rows of 16, 32 or 64
  /// elements, 16, 32 or 64 columns.
  void (*sum_groups)(const T* rows, const Columns& columns, const RowGroups& groups, T* y);
  /// The same in doubles: many rows of one place, each of them small beside their sum, are not rounded away.
  void (*sum_many)(const T* rows, const Columns& columns, const RowGroups& groups, double* y);
};

}  // namespace cornu::kernels
