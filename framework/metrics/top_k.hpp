#pragma once
// Internal: whether a class is among the k likeliest.
#include <cstdint>
#include <string_view>

#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::metrics {

/// float32 of the ids' shape: 1 where fewer than k of a row of p, (…, classes), are larger than the one at its id, 0
/// elsewhere and in rows with NaN. Throws ShapeError unless there is one id for each row, IndexError for an id that is
/// not whole, or outside 0 … classes-1.
Tensor in_top_k(std::string_view where, const Tensor& ids, const Tensor& p, std::int64_t k);

/// The same for ids that are sorted, the likeliest first.
Tensor in_first_k(std::string_view where, const Tensor& ids, const Tensor& sorted_ids, std::int64_t k);

}  // namespace cornu::metrics
