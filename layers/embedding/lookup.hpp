#pragma once
// Internal: what the layers that look up rows of a table have in common.
#include <cstdint>
#include <optional>
#include <string_view>

#include <cornu/framework/tensor/tensor.hpp>
#include <cornu/framework/weights/initializers.hpp>

namespace cornu::layers {

/// Throws ValueError unless both are positive, ShapeError for `weights` of another shape.
void require_table(std::string_view layer, std::int64_t input_dim, std::int64_t output_dim,
                   const std::optional<Tensor>& weights);

/// What makes the table: `weights` where they are given.
Handle<initializers::Initializer> table_initializer(const Handle<initializers::Initializer>& initializer,
                                                    const std::optional<Tensor>& weights);

/// Ids of any dtype as integers, floats truncated. Throws IndexError for one outside 0 … input_dim-1.
Tensor as_ids(std::string_view layer, const Tensor& input, std::int64_t input_dim);

}  // namespace cornu::layers
