#include <cornu/layers/merging/merge.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

Merge::Merge(LayerOptions options) : ListLayer(std::move(options)) { supports_masking_ = true; }

namespace {

void require_one_batch(const Tensors& inputs) {
  for (const Tensor& input : inputs) {
    if (input.rank() == 0) throw ShapeError("Merge", "an input has no batch; got shape (); expected (batch, …)");
    const std::int64_t first = inputs.front().dim(0), batch = input.dim(0);
    if (batch != first && batch != None && first != None)
      throw ShapeError("Merge", fmt::format("the inputs have different batch sizes; got {} and {}; expected one",
                                            inputs.front().shape(), input.shape()));
  }
}

// Axes of 1 behind the batch, up to the largest rank.
Tensors of_equal_rank(const Tensors& inputs) {
  std::size_t rank = 0;
  for (const Tensor& input : inputs) rank = std::max(rank, input.rank());
  Tensors aligned = inputs;
  for (Tensor& input : aligned)
    while (input.rank() < rank) input = ops::expand_dims(input, 1);
  return aligned;
}

bool equal_ranks(const Tensors& inputs) {
  return std::all_of(inputs.begin(), inputs.end(), [&](const Tensor& x) { return x.rank() == inputs[0].rank(); });
}

}  // namespace

Tensors Merge::call(const Tensors& inputs, const CallContext& context) {
  require_one_batch(inputs);
  if (equal_ranks(inputs)) return merge(inputs, context);
  return merge(of_equal_rank(inputs), {.training = context.training});
}

Masks Merge::compute_mask(const Tensors&, const Masks& masks) const {
  Mask joined = masks[0];
  for (const Mask& mask : masks) {
    if (!mask) return {};
    joined = ops::logical_or(*joined, *mask);
  }
  return joined;
}

Tensor as_large_as(const Tensor& input, const Tensor& mask) {
  if (input.is_symbolic()) return Tensor::symbolic(input.shape(), boolean);
  Tensor wide = mask;
  while (wide.rank() < input.rank()) wide = ops::expand_dims(wide, -1);
  return ops::broadcast_to(wide, input.shape());
}

Tensor merge_where_valid(const Tensors& inputs, const CallContext& context,
                         Tensor (*merge)(const Tensor&, const Tensor&)) {
  Tensor merged, valid;  // so far; no mask once an input has none
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Mask& mask = context.mask_of(i);
    const Tensor valid_here = mask ? as_large_as(inputs[i], *mask) : Tensor();
    const Tensor x = mask && i > 0 ? ops::where(valid_here, inputs[i], merged) : inputs[i];
    if (i > 0 && valid.defined()) merged = ops::where(valid, merged, x);
    merged = i == 0 ? x : merge(merged, x);
    valid = i == 0 ? valid_here : (valid.defined() && mask ? ops::logical_or(valid, valid_here) : Tensor());
  }
  return merged;
}

}  // namespace cornu::layers
