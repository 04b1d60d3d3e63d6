#pragma once
// Internal: which ids are equal.
#include <cstddef>
#include <cstdint>
#include <span>

namespace cornu::kernels {

/// How many elements of scratch group_ids needs for that many ids below `limit`: at most 8 an id.
std::size_t bucket_count(std::size_t ids, std::int64_t limit);

/// Writes the different ids in order of first appearance to `distinct` and, for each id, its place there to `places`;
/// returns how many there are. Both have room for all ids. Ids are std::int32_t or std::int64_t, in 0 … 2^31 − 1.
template <class Id>
std::int64_t group_ids(std::span<const Id> ids, std::int64_t limit, std::span<std::int32_t> buckets,
                       std::int32_t* places, std::int32_t* distinct);

}  // namespace cornu::kernels
