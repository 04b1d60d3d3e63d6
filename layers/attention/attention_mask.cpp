#include <cornu/layers/attention/attention_mask.hpp>

#include <fmt/core.h>

#include <array>
#include <cstdlib>
#include <span>

#include <cornu/framework/ops/arrange.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

Tensor places_mask(std::int64_t queries, std::int64_t keys, bool is_causal, std::optional<std::int64_t> window) {
  Tensor mask = Tensor::uninitialized({queries, keys}, boolean);
  bool* allowed = mask.mutable_data<bool>();
  for (std::int64_t query = 0; query < queries; ++query)
    for (std::int64_t key = 0; key < keys; ++key)
      *allowed++ = (!is_causal || key <= query) && (!window || std::abs(query - key) < *window);
  return mask;
}

Mask both(const Mask& a, const Mask& b) {
  if (!a || !b) return a ? a : b;
  return ops::logical_and(*a, *b);
}

Tensor mask_along(std::string_view layer, const Tensor& mask, const Shape& input_shape, std::string_view input,
                  std::string_view scores) {
  if (mask.rank() + 1 > input_shape.rank() || !mask.shape().fits(input_shape.slice(0, mask.rank())))
    throw ShapeError(layer, fmt::format("the mask does not fit; got {} for an input {}; expected its leading axes",
                                        mask.shape(), input_shape));
  std::array<std::int64_t, Shape::max_rank> order{};
  std::size_t axes = 0;
  Shape shape;
  for (const char axis : scores) {
    const std::size_t place = input.substr(0, mask.rank()).find(axis);
    const bool is_masked = place != std::string_view::npos;
    shape.push_back(is_masked ? mask.shape()[place] : 1);
    if (is_masked) order[axes++] = static_cast<std::int64_t>(place);
  }
  return ops::reshape(ops::permuted(mask, std::span(order).first(axes)), shape);
}

}  // namespace cornu::layers
