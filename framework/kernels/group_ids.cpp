#include <cornu/framework/kernels/group_ids.hpp>

#include <algorithm>
#include <bit>

namespace cornu::kernels {

namespace {

constexpr std::int32_t free_bucket = -1;

// A bucket an id. Whether an id is new is not predictable, so it is no branch but a mask, which compilers leave alone.
template <class Id>
std::int64_t group_by_index(std::span<const Id> ids, std::int32_t* buckets, std::int32_t* places,
                            std::int32_t* distinct) {
  std::int32_t count = 0;
  for (const Id id : ids) {
    const std::int32_t known = buckets[id], is_new = known >> 31;  // all ones for a free bucket
    const std::int32_t place = (known & ~is_new) | (count & is_new);
    buckets[id] = *places++ = place;
    distinct[place] = static_cast<std::int32_t>(id);
    count -= is_new;
  }
  return count;
}

// Open addressing; a bucket holds a place in `distinct`. The hash is Knuth's multiplicative one.
template <class Id>
std::int64_t group_by_hash(std::span<const Id> ids, std::span<std::int32_t> buckets, std::int32_t* places,
                           std::int32_t* distinct) {
  const std::size_t mask = buckets.size() - 1;
  const int shift = 32 - std::countr_zero(buckets.size());
  std::int32_t count = 0;
  for (const Id wide_id : ids) {
    const auto id = static_cast<std::int32_t>(wide_id);
    std::size_t bucket = (std::uint64_t{2654435769U} * static_cast<std::uint32_t>(id) >> shift) & mask;
    while (buckets[bucket] != free_bucket && distinct[buckets[bucket]] != id) bucket = (bucket + 1) & mask;
    if (buckets[bucket] == free_bucket) {
      buckets[bucket] = count;
      distinct[count++] = id;
    }
    *places++ = buckets[bucket];
  }
  return count;
}

bool fits(std::size_t ids, std::int64_t limit) { return static_cast<std::size_t>(limit) <= 8 * ids; }

}  // namespace

std::size_t bucket_count(std::size_t ids, std::int64_t limit) {
  return fits(ids, limit) ? static_cast<std::size_t>(limit) : std::bit_ceil(4 * std::max<std::size_t>(ids, 1));
}

template <class Id>
std::int64_t group_ids(std::span<const Id> ids, std::int64_t limit, std::span<std::int32_t> buckets,
                       std::int32_t* places, std::int32_t* distinct) {
  std::fill(buckets.begin(), buckets.end(), free_bucket);
  return fits(ids.size(), limit) ? group_by_index(ids, buckets.data(), places, distinct)
                                 : group_by_hash(ids, buckets, places, distinct);
}

template std::int64_t group_ids<std::int32_t>(std::span<const std::int32_t>, std::int64_t, std::span<std::int32_t>,
                                              std::int32_t*, std::int32_t*);
template std::int64_t group_ids<std::int64_t>(std::span<const std::int64_t>, std::int64_t, std::span<std::int32_t>,
                                              std::int32_t*, std::int32_t*);

}  // namespace cornu::kernels
