#pragma once
// Internal: how layers of preprocessing give ids.
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::layers {

/// Throws ValueError unless it is one of them.
void require_output_mode(std::string_view layer, const std::string& mode,
                         std::initializer_list<std::string_view> known);

/// Ids as `mode` says, in that dtype. "int": as they are. "one_hot": 1 at each id's place of a new last axis of
/// `depth`, instead of a last axis of 1 that the ids may have. "multi_hot" and "count": which ids a sample has, or how
/// often, the sample along axis 1, or all there is in a vector: (batch, n) → (batch, depth), (n,) → (depth,). An id
/// outside 0 … depth-1 counts nowhere. With weights, of the ids' shape, each id counts its weight.
Tensor encoded(const Tensor& ids, const std::string& mode, std::int64_t depth, DType dtype, const Tensor& weights = {});

}  // namespace cornu::layers
