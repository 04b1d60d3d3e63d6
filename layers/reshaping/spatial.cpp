#include <cornu/layers/reshaping/spatial.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/arrange.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/tensor/for_type.hpp>
#include <cornu/layers/data_format.hpp>

namespace cornu::layers {

void require_margins(std::string_view layer, std::string_view option, std::span<const Margin> margins) {
  for (const auto& [before, after] : margins)
    if (before < 0 || after < 0)
      throw ValueError(
          layer, fmt::format("`{}` must not be negative; got ({}, {}); expected 0 or more", option, before, after));
}

void require_factors(std::string_view layer, std::span<const std::int64_t> size) {
  for (const std::int64_t factor : size)
    if (factor < 1) throw ValueError(layer, fmt::format("`size` must be positive; got {}; expected 1 or more", factor));
}

std::size_t first_spatial_axis(std::string_view layer, const Tensor& x, std::size_t axes,
                               const std::string& data_format) {
  const bool channels_first = is_channels_first(layer, data_format);
  if (x.rank() != axes + 2)
    throw ShapeError(
        layer, fmt::format("the input has another rank; got shape {}; expected rank {}: batch, {}", x.shape(), axes + 2,
                           channels_first ? "channels and the axes behind them" : "axes, and channels"));
  return channels_first ? 2 : 1;
}

Tensor cropped(std::string_view layer, const Tensor& x, std::span<const Margin> margins,
               const std::string& data_format) {
  const std::size_t first = first_spatial_axis(layer, x, margins.size(), data_format);
  Tensor y = x;
  for (std::size_t i = 0; i < margins.size(); ++i) {
    const auto [before, after] = margins[i];
    const std::int64_t extent = x.shape()[first + i];
    if (extent == None) {
      y = Tensor::symbolic(y.shape(), y.dtype());
      continue;
    }
    if (before >= extent || after >= extent - before)
      throw ShapeError(layer,
                       fmt::format("`cropping` leaves nothing of axis {}; got ({}, {}) for an input {}; expected "
                                   "less than {} together",
                                   first + i, before, after, x.shape(), extent));
    y = ops::slice(y, static_cast<std::int64_t>(first + i), {.start = before, .stop = extent - after});
  }
  return y;
}

Tensor zero_padded(std::string_view layer, const Tensor& x, std::span<const Margin> margins,
                   const std::string& data_format) {
  const std::size_t first = first_spatial_axis(layer, x, margins.size(), data_format);
  std::array<Margin, Shape::max_rank> all{};
  std::copy(margins.begin(), margins.end(), all.begin() + first);
  return ops::padded(x, {all.data(), x.rank()});
}

Tensor repeated(std::string_view layer, const Tensor& x, std::span<const std::int64_t> size,
                const std::string& data_format) {
  const std::size_t first = first_spatial_axis(layer, x, size.size(), data_format);
  Tensor y = x;
  for (std::size_t i = 0; i < size.size(); ++i) y = ops::repeat(y, size[i], static_cast<std::int64_t>(first + i));
  return y;
}

namespace {

// Where each new element lies between two old ones.
struct Between {
  Tensor left, right, weight;  // weight of the right one
};

Between places(std::int64_t extent, std::int64_t factor, DType dtype) {
  const std::int64_t count = ops::extents_product("UpSampling2D", extent, factor);
  Between places{Tensor::uninitialized({count}, int64), Tensor::uninitialized({count}, int64),
                 Tensor::uninitialized({count}, dtype)};
  auto *left = places.left.mutable_data<std::int64_t>(), *right = places.right.mutable_data<std::int64_t>();
  detail::for_floating_type(dtype, [&]<class T>(T) {
    T* const weight = places.weight.mutable_data<T>();
    for (std::int64_t i = 0; i < count; ++i) {
      const double at = (static_cast<double>(i) + 0.5) / static_cast<double>(factor) - 0.5, low = std::floor(at);
      left[i] = std::clamp<std::int64_t>(static_cast<std::int64_t>(low), 0, extent - 1);
      right[i] = std::clamp<std::int64_t>(static_cast<std::int64_t>(low) + 1, 0, extent - 1);
      weight[i] = static_cast<T>(at - low);
    }
  });
  return places;
}

Tensor interpolated_along(const Tensor& x, std::size_t axis, std::int64_t factor) {
  const std::int64_t extent = x.shape()[axis];
  if (factor == 1 || extent == 0) return x;
  const Between at = places(extent, factor, x.dtype());
  Shape along;
  for (std::size_t i = 0; i < x.rank(); ++i) along.push_back(i == axis ? at.weight.size() : 1);
  const Tensor weight = ops::reshape(at.weight, along);
  const auto n = static_cast<std::int64_t>(axis);
  return ops::take(x, at.left, n) * (1 - weight) + ops::take(x, at.right, n) * weight;
}

}  // namespace

Tensor interpolated(std::string_view layer, const Tensor& x, std::span<const std::int64_t> size,
                    const std::string& data_format) {
  const std::size_t first = first_spatial_axis(layer, x, size.size(), data_format);
  if (x.is_symbolic()) return repeated(layer, x, size, data_format);
  Tensor y = x;
  for (std::size_t i = 0; i < size.size(); ++i) y = interpolated_along(y, first + i, size[i]);
  return y;
}

}  // namespace cornu::layers
