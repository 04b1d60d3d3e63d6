#include <cornu/layers/regularization/spatial_noise.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>

namespace cornu::layers {

void require_spatial(std::string_view layer, const Shape& input, std::size_t axes) {
  if (input.rank() != axes + 2)
    throw ShapeError(layer, fmt::format("the input has another rank; got shape {}; expected rank {}: batch, channels "
                                        "and {} more",
                                        input, axes + 2, axes));
}

}  // namespace cornu::layers
