#include <cornu/layers/attention/scored_attention.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/ops/attention.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/activations/masked_softmax.hpp>
#include <cornu/layers/attention/attention_mask.hpp>

namespace cornu::layers {

ScoredAttention::ScoredAttention(std::string_view layer, double dropout, std::optional<std::uint64_t> seed,
                                 LayerOptions options)
    : ListLayer(std::move(options)), layer_(layer), dropout_(dropout), noise_(seed) {
  require_rate(layer_, dropout, true, "`dropout`");
  supports_masking_ = is_attention_ = true;
}

namespace {

template <class List>
const auto& key_of(const List& inputs) {
  return inputs[inputs.size() == 3 ? 2 : 1];
}

template <class List>
void require_two_or_three(std::string_view layer, const List& inputs) {
  if (inputs.size() != 2 && inputs.size() != 3)
    throw ValueError(layer, fmt::format("the layer takes two or three inputs; got {}; expected {{query, value}} or "
                                        "{{query, value, key}}",
                                        inputs.size()));
}

// The shape without its last axis.
Shape steps_of(const Shape& shape) { return shape.slice(0, shape.rank() - 1); }

bool fit(const Shape& query, const Shape& value, const Shape& key) {
  if (query.rank() < 3 || value.rank() != query.rank() || key.rank() != query.rank()) return false;
  const std::size_t batches = query.rank() - 2;
  return query.slice(0, batches).fits(value.slice(0, batches)) && steps_of(value).fits(steps_of(key)) &&
         Shape(query.back()).fits(key.back());
}

void require_fit(std::string_view layer, const Shape& query, const Shape& value, const Shape& key) {
  if (!fit(query, value, key))
    throw ShapeError(layer, fmt::format("the inputs do not fit; got query {}, value {} and key {}; expected "
                                        "(batch, queries, dim), (batch, keys, size) and (batch, keys, dim)",
                                        query, value, key));
}

void require_mask(std::string_view layer, const Mask& mask, const Shape& input) {
  if (mask && !mask->shape().fits(steps_of(input)))
    throw ShapeError(layer, fmt::format("the mask does not fit; got {} for an input {}; expected {}", mask->shape(),
                                        input, steps_of(input)));
}

Tensor floating(const Tensor& x, DType dtype) { return is_floating(x.dtype()) ? x : ops::cast(x, dtype); }

// (…, queries, keys) and (…, queries, size)
Tensors symbolic_outputs(const Shape& query, const Shape& value, const CallContext& context, DType dtype) {
  Tensors outputs = Tensor::symbolic(query.with(query.rank() - 1, value.back()), dtype);
  if (context.return_attention_scores)
    outputs.push_back(Tensor::symbolic(query.with(query.rank() - 1, value.dim(-2)), dtype));
  return outputs;
}

}  // namespace

void ScoredAttention::build(const Shapes& input_shapes) {
  require_two_or_three(layer_, input_shapes);
  require_fit(layer_, input_shapes[0], input_shapes[1], key_of(input_shapes));
  build_scores(input_shapes[0].back());
}

// softmax(query · key) · value, where the weights need not be there
Tensor ScoredAttention::weighted(const Tensor& query, const Tensor& key, const Tensor& value, const Mask& allowed,
                                 bool training) {
  ops::AttentionOptions options;
  if (allowed) options.allowed = ops::expand_dims(*allowed, -3);
  if (training && dropout_ > 0) {
    options.kept = ops::expand_dims(noise_.kept({query.dim(0), query.dim(1), key.dim(1)}, dropout_), 1);
    options.rate = dropout_;
  }
  const auto as_one_head = [](const Tensor& x) { return ops::expand_dims(x, 2); };
  return ops::squeeze(ops::attention(as_one_head(query), as_one_head(key), as_one_head(value), options), 2);
}

// y = softmax(scores(query, key)) · value
Tensors ScoredAttention::call(const Tensors& inputs, const CallContext& context) {
  require_two_or_three(layer_, inputs);
  const Tensor query = floating(inputs[0], dtype()), value = floating(inputs[1], dtype()),
               key = floating(key_of(inputs), dtype());
  require_fit(layer_, query.shape(), value.shape(), key.shape());
  const Mask &query_mask = context.mask_of(0), &value_mask = context.mask_of(1);
  require_mask(layer_, query_mask, query.shape());
  require_mask(layer_, value_mask, value.shape());
  if (query.is_symbolic()) return symbolic_outputs(query.shape(), value.shape(), context, query.dtype());
  Mask allowed = value_mask ? Mask(ops::expand_dims(*value_mask, -2)) : std::nullopt;
  if (context.use_causal_mask) allowed = both(allowed, places_mask(query.dim(-2), value.dim(-2), true));
  const bool may_be_fused = query.rank() == 3 && !context.return_attention_scores && dropout_ < 1;
  const Tensor multiplied = may_be_fused ? multiplied_query(query) : Tensor();
  Tensor weights, y;
  if (multiplied.defined()) {
    y = weighted(multiplied, key, value, allowed, context.training);
  } else {
    static const AxisList of_keys = -1;
    weights = masked_softmax(scores(query, key), allowed, of_keys);
    if (context.training && dropout_ > 0) weights = dropped(weights, dropout_, weights.shape(), noise_);
    y = ops::matmul(weights, value);
  }
  if (query_mask) y = ops::where(ops::expand_dims(*query_mask, -1), y, Tensor::zeros({}, y.dtype()));
  return context.return_attention_scores ? Tensors{y, weights} : Tensors(y);
}

}  // namespace cornu::layers
