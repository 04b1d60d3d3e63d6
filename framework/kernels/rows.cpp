#include <cornu/framework/kernels/rows.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

namespace cornu::kernels {

namespace {

// Calls f with the width as a compile-time constant where rows are usually that wide, so that no loop is left of them.
template <class F>
void with_width(std::int64_t width, F&& f) {
  switch (width) {
    case 8:
      return f(std::integral_constant<std::int64_t, 8>());
    case 16:
      return f(std::integral_constant<std::int64_t, 16>());
    case 32:
      return f(std::integral_constant<std::int64_t, 32>());
    case 64:
      return f(std::integral_constant<std::int64_t, 64>());
    default:
      return f(width);
  }
}

template <class T, class Width>
void add_row(const T* __restrict row, Width width, T* __restrict out) {
  for (std::int64_t j = 0; j < width; ++j) out[j] += row[j];
}

template <class T, class Width>
void copy_row(const T* __restrict row, Width width, T* __restrict out) {
  for (std::int64_t j = 0; j < width; ++j) out[j] = row[j];
}

}  // namespace

template <class Id>
void gather_rows(const std::byte* table, std::size_t row_bytes, std::span<const Id> ids, std::byte* out) {
  constexpr std::int64_t word = sizeof(float);
  const auto width = static_cast<std::int64_t>(row_bytes);
  with_width(width % word == 0 ? width / word : 0, [&](auto words) {
    const std::size_t bytes = words == 0 ? row_bytes : static_cast<std::size_t>(words) * word;
    for (const Id id : ids) {
      std::memcpy(out, table + static_cast<std::size_t>(id) * bytes, bytes);
      out += bytes;
    }
  });
}

template <class T, class Id>
void add_rows(const T* rows, std::int64_t width, std::span<const Id> ids, T* out) {
  with_width(width, [&](auto w) {
    for (const Id id : ids) {
      add_row(rows, w, out + static_cast<std::int64_t>(id) * w);
      rows += w;
    }
  });
}

std::size_t bucket_count(std::size_t ids) { return std::bit_ceil(2 * std::max<std::size_t>(ids, 1)); }

template <class Id>
std::int64_t group_ids(std::span<const Id> ids, std::span<std::int32_t> buckets, std::int32_t* places,
                       std::int32_t* distinct) {
  // Open addressing; a bucket holds a place in `distinct`. The hash is Knuth's multiplicative one.
  constexpr std::int32_t free = -1;
  std::fill(buckets.begin(), buckets.end(), free);
  const std::size_t mask = buckets.size() - 1;
  const int shift = 32 - std::countr_zero(buckets.size());
  std::int32_t count = 0;
  for (const Id wide_id : ids) {
    const auto id = static_cast<std::int32_t>(wide_id);
    std::size_t bucket = static_cast<std::uint32_t>(id) * std::uint64_t{2654435769U} >> shift & mask;
    while (buckets[bucket] != free && distinct[buckets[bucket]] != id) bucket = (bucket + 1) & mask;
    if (buckets[bucket] == free) {
      buckets[bucket] = count;
      distinct[count++] = id;
    }
    *places++ = buckets[bucket];
  }
  return count;
}

template <class Id>
std::int64_t group_ids_of_few_rows(std::span<const Id> ids, std::span<std::int32_t> place_of_row, std::int32_t* places,
                                   std::int32_t* distinct) {
  constexpr std::int32_t unseen = -1;
  std::fill(place_of_row.begin(), place_of_row.end(), unseen);
  std::int32_t count = 0;
  for (const Id id : ids) {
    std::int32_t& place = place_of_row[static_cast<std::size_t>(id)];
    if (place == unseen) {
      place = count;
      distinct[count++] = static_cast<std::int32_t>(id);
    }
    *places++ = place;
  }
  return count;
}

template <class T>
void sum_groups(const T* rows, std::int64_t width, std::span<const std::int32_t> places, T* out) {
  with_width(width, [&](auto w) {
    std::int32_t seen = 0;
    for (const std::int32_t place : places) {
      T* sum = out + place * w;
      if (place == seen) {  // the first of its group, as groups are numbered in order of appearance
        copy_row(rows, w, sum);
        ++seen;
      } else {
        add_row(rows, w, sum);
      }
      rows += w;
    }
  });
}

#define CORNU_FOR_ID(Id)                                                                                           \
  template void gather_rows<Id>(const std::byte*, std::size_t, std::span<const Id>, std::byte*);                   \
  template void add_rows<float, Id>(const float*, std::int64_t, std::span<const Id>, float*);                      \
  template void add_rows<double, Id>(const double*, std::int64_t, std::span<const Id>, double*);                   \
  template void add_rows<std::int32_t, Id>(const std::int32_t*, std::int64_t, std::span<const Id>, std::int32_t*); \
  template void add_rows<std::int64_t, Id>(const std::int64_t*, std::int64_t, std::span<const Id>, std::int64_t*); \
  template std::int64_t group_ids<Id>(std::span<const Id>, std::span<std::int32_t>, std::int32_t*, std::int32_t*); \
  template std::int64_t group_ids_of_few_rows<Id>(std::span<const Id>, std::span<std::int32_t>, std::int32_t*,     \
                                                  std::int32_t*);
CORNU_FOR_ID(std::int32_t)
CORNU_FOR_ID(std::int64_t)
#undef CORNU_FOR_ID

template void sum_groups<float>(const float*, std::int64_t, std::span<const std::int32_t>, float*);
template void sum_groups<double>(const double*, std::int64_t, std::span<const std::int32_t>, double*);

}  // namespace cornu::kernels
