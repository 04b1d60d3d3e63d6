#pragma once
// Internal: what the spatial dropouts share.
#include <cstddef>
#include <string_view>

#include <cornu/framework/tensor/shape.hpp>

namespace cornu::layers {

/// Throws ShapeError unless the input has that many axes besides batch and channels.
void require_spatial(std::string_view layer, const Shape& input, std::size_t axes);

}  // namespace cornu::layers
