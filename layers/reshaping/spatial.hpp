#pragma once
// Internal: what the layers share that change the extents of images, a number of axes between batch and channels.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <cornu/framework/tensor/tensor.hpp>
#include <cornu/layers/reshaping/margins.hpp>

namespace cornu::layers {

/// Throws ValueError for a margin below 0.
void require_margins(std::string_view layer, std::string_view option, std::span<const Margin> margins);
/// Throws ValueError for a factor below 1.
void require_factors(std::string_view layer, std::span<const std::int64_t> size);
/// The first of these axes: behind the batch, and the channels if they come first. Throws ShapeError unless x has that
/// many axes besides batch and channels.
std::size_t first_spatial_axis(std::string_view layer, const Tensor& x, std::size_t axes,
                               const std::string& data_format);

/// x without the margins. Throws ShapeError where nothing is left.
Tensor cropped(std::string_view layer, const Tensor& x, std::span<const Margin> margins,
               const std::string& data_format);
/// x with zeros around it.
Tensor zero_padded(std::string_view layer, const Tensor& x, std::span<const Margin> margins,
                   const std::string& data_format);
/// Each element as often in a row as the axis's factor says.
Tensor repeated(std::string_view layer, const Tensor& x, std::span<const std::int64_t> size,
                const std::string& data_format);
/// Between the centres of elements, the mean weighted by distance; beyond the outermost centres, their elements.
Tensor interpolated(std::string_view layer, const Tensor& x, std::span<const std::int64_t> size,
                    const std::string& data_format);

}  // namespace cornu::layers
