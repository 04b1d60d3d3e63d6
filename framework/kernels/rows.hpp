#pragma once
// Internal: rows of a table picked, added and grouped by their ids. Ids are std::int32_t or std::int64_t and in range.
#include <cstddef>
#include <cstdint>
#include <span>

namespace cornu::kernels {

/// out[i] = table[ids[i]], rows of `row_bytes` bytes.
template <class Id>
void gather_rows(const std::byte* table, std::size_t row_bytes, std::span<const Id> ids, std::byte* out);

/// out[ids[i]] += rows[i], rows of `width` elements, in the order of i.
template <class T, class Id>
void add_rows(const T* rows, std::int64_t width, std::span<const Id> ids, T* out);

/// Writes the different ids in order of first appearance to `distinct` and, for each id, its place there to `places`;
/// returns how many there are. `buckets`: scratch of bucket_count(ids.size()) elements.
std::size_t bucket_count(std::size_t ids);
template <class Id>
std::int64_t group_ids(std::span<const Id> ids, std::span<std::int32_t> buckets, std::int32_t* places,
                       std::int32_t* distinct);
/// The same by a place for each row of the table, for tables that have few rows.
template <class Id>
std::int64_t group_ids_of_few_rows(std::span<const Id> ids, std::span<std::int32_t> place_of_row, std::int32_t* places,
                                   std::int32_t* distinct);

/// out[place] = the sum of the rows[i] with places[i] == place, in the order of i; `places` as group_ids gives them.
template <class T>
void sum_groups(const T* rows, std::int64_t width, std::span<const std::int32_t> places, T* out);

}  // namespace cornu::kernels
