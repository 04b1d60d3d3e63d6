#include <cornu/framework/kernels/rows.hpp>

#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/modular.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

constexpr std::int64_t ahead = 8;  // rows asked for before they are needed: a table is often larger than the caches

template <int fixed, class Id>
void gather_rows(const std::byte* table, std::int64_t row_bytes, const Id* ids, std::int64_t count, std::byte* y) {
  const std::int64_t bytes = fixed ? fixed : row_bytes;
  for (std::int64_t i = 0; i < count; ++i, y += bytes) {
    const Id later = ids[i + ahead < count ? i + ahead : i];
    for (std::int64_t line = 0; line < (bytes < 512 ? bytes : 512); line += 64)
      __builtin_prefetch(table + static_cast<std::int64_t>(later) * bytes + line);
    __builtin_memcpy(y, table + static_cast<std::int64_t>(ids[i]) * bytes, static_cast<std::size_t>(bytes));
  }
}

template <class Id>
void gather(const std::byte* table, std::int64_t row_bytes, const Id* ids, std::int64_t count, std::byte* y) {
  if (row_bytes == 32) return gather_rows<32>(table, row_bytes, ids, count, y);
  if (row_bytes == 64) return gather_rows<64>(table, row_bytes, ids, count, y);
  if (row_bytes == 128) return gather_rows<128>(table, row_bytes, ids, count, y);
  if (row_bytes == 256) return gather_rows<256>(table, row_bytes, ids, count, y);
  gather_rows<0>(table, row_bytes, ids, count, y);
}

template <int fixed, class Id>
void scatter_rows(const std::byte* x, std::int64_t row_bytes, const Id* ids, std::int64_t count, std::byte* table) {
  const std::int64_t bytes = fixed ? fixed : row_bytes;
  for (std::int64_t i = 0; i < count; ++i, x += bytes)
    __builtin_memcpy(table + static_cast<std::int64_t>(ids[i]) * bytes, x, static_cast<std::size_t>(bytes));
}

template <class Id>
void scatter(const std::byte* x, std::int64_t row_bytes, const Id* ids, std::int64_t count, std::byte* table) {
  if (row_bytes == 64) return scatter_rows<64>(x, row_bytes, ids, count, table);
  if (row_bytes == 128) return scatter_rows<128>(x, row_bytes, ids, count, table);
  if (row_bytes == 256) return scatter_rows<256>(x, row_bytes, ids, count, table);
  scatter_rows<0>(x, row_bytes, ids, count, table);
}

template <int fixed, class T, class Id>
void add_rows(const T* rows, const Columns& columns, const Id* ids, std::int64_t count, T* y) {
  const std::int64_t size = fixed ? fixed : columns.last - columns.first;
  rows += columns.first;
  y += columns.first;
  for (std::int64_t i = 0; i < count; ++i, rows += columns.width) {
    T* const sum = y + static_cast<std::int64_t>(ids[i]) * columns.width;
    for (std::int64_t j = 0; j < size; ++j) sum[j] = static_cast<T>(modular(sum[j]) + modular(rows[j]));
  }
}

template <class T, class Id>
void add_at(const T* rows, const Columns& columns, const Id* ids, std::int64_t count, T* y) {
  const std::int64_t size = columns.last - columns.first;
  if (size == 16) return add_rows<16>(rows, columns, ids, count, y);
  if (size == 32) return add_rows<32>(rows, columns, ids, count, y);
  if (size == 64) return add_rows<64>(rows, columns, ids, count, y);
  add_rows<0>(rows, columns, ids, count, y);
}

template <class T, class Sum>
void sum_groups_of_any_size(const T* rows, const Columns& columns, const RowGroups& groups, Sum* y) {
  std::int32_t seen = 0;
  for (std::int64_t i = 0; i < groups.count; ++i) {
    const T* const row = rows + i / groups.steps * columns.width;
    const bool counts = !groups.counts || groups.counts[i], is_new = groups.places[i] == seen;
    Sum* const sum = y + groups.places[i] * columns.width;
    seen += is_new;
    if (is_new)
      for (std::int64_t j = columns.first; j < columns.last; ++j) sum[j] = counts ? static_cast<Sum>(row[j]) : Sum(0);
    else if (counts)
      for (std::int64_t j = columns.first; j < columns.last; ++j)
        sum[j] = static_cast<Sum>(modular(sum[j]) + modular(static_cast<Sum>(row[j])));
  }
}

// Without branches, since nobody can predict whether an id is new. A row of zeros stands for the sum so far of a new
// id, and for a row that does not count.
template <int size, class T>
void sum_groups_of_size(const T* row, std::int64_t width, const RowGroups& groups, T* y) {
  static constexpr T zeros[size] = {};
  const std::int32_t* place = groups.places;
  const bool* counts = groups.counts;
  std::int32_t seen = 0;
  for (const std::int32_t* const end = place + groups.count; place < end; row += width)
    for (std::int64_t step = 0; step < groups.steps; ++step, ++place) {
      T* const sum = y + static_cast<std::int64_t>(*place) * width;
      const T *const before[] = {sum, zeros}, *const rows[] = {zeros, row};
      const bool is_new = *place == seen;
      const T *const from = before[is_new], *const added = counts ? rows[*counts++] : row;
      T total[size];
      for (int j = 0; j < size; ++j) total[j] = static_cast<T>(modular(from[j]) + modular(added[j]));
      for (int j = 0; j < size; ++j) sum[j] = total[j];
      seen += is_new;
    }
}

template <class T>
void sum_groups(const T* rows, const Columns& columns, const RowGroups& groups, T* y) {
  const std::int64_t width = columns.width, size = columns.last - columns.first, first = columns.first;
  // The ways differ in the sign of a zero, so the width alone decides.
  if (width != 16 && width != 32 && width != 64) return sum_groups_of_any_size(rows, columns, groups, y);
  if (size == 16) return sum_groups_of_size<16>(rows + first, width, groups, y + first);
  if (size == 32) return sum_groups_of_size<32>(rows + first, width, groups, y + first);
  sum_groups_of_size<64>(rows + first, width, groups, y + first);
}

}  // namespace

template <class Id>
struct Filled<GatherKernels<Id>> {
  static constexpr GatherKernels<Id> kernels{.gather = gather<Id>, .scatter = scatter<Id>};
};

template <class T>
struct Filled<RowKernels<T>> {
  static constexpr RowKernels<T> kernels{.add_at_int32 = add_at<T, std::int32_t>,
                                         .add_at_int64 = add_at<T, std::int64_t>,
                                         .sum_groups = sum_groups<T>,
                                         .sum_many = sum_groups_of_any_size<T, double>};
};

template const GatherKernels<std::int32_t>& kernels();
template const GatherKernels<std::int64_t>& kernels();
template const RowKernels<float>& kernels();
template const RowKernels<double>& kernels();
template const RowKernels<std::int32_t>& kernels();
template const RowKernels<std::int64_t>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
