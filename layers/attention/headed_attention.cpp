#include <cornu/layers/attention/headed_attention.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <cornu/framework/ops/attention.hpp>
#include <cornu/framework/ops/attention_equations.hpp>
#include <cornu/framework/ops/einsum.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/activations/masked_softmax.hpp>
#include <cornu/layers/attention/attention_mask.hpp>

namespace cornu::layers {

HeadedAttention::HeadedAttention(std::string_view layer, AttentionHeads heads, HeadedAttentionOptions shared,
                                 std::string prefix, LayerOptions options)
    : ListLayer(std::move(options)),
      layer_(layer),
      heads_(heads),
      shared_(std::move(shared)),
      prefix_(std::move(prefix)) {
  require_rate(layer_, shared_.dropout, true, "`dropout`");
  if (shared_.sliding_window && *shared_.sliding_window < 1)
    throw ValueError(layer_, fmt::format("`sliding_window` must be 1 or more; got {}", *shared_.sliding_window));
  supports_masking_ = is_attention_ = true;
  query_dense_ = projection("query_dense", "query", heads_.query_heads, heads_.key_dim);
  key_dense_ = projection("key_dense", "key", heads_.key_heads, heads_.key_dim);
  if (shared_.use_gate) gate_dense_ = projection("_gate_dense", "gate", heads_.query_heads, heads_.value_dim);
  value_dense_ = projection("value_dense", "value", heads_.key_heads, heads_.value_dim);
  dropout_layer_ = track("_dropout_layer", Dropout(shared_.dropout, {.seed = shared_.seed, .dtype = dtype()}));
}

EinsumDenseOptions HeadedAttention::projection_options(std::string name, std::string bias_axes) const {
  return {.bias_axes = shared_.use_bias ? std::move(bias_axes) : "",
          .kernel_initializer = shared_.kernel_initializer,
          .bias_initializer = shared_.bias_initializer,
          .kernel_regularizer = shared_.kernel_regularizer,
          .bias_regularizer = shared_.bias_regularizer,
          .activity_regularizer = shared_.activity_regularizer,
          .kernel_constraint = shared_.kernel_constraint,
          .bias_constraint = shared_.bias_constraint,
          .dtype = dtype(),
          .name = std::move(name)};
}

// The one that an earlier build() made, or this one.
std::shared_ptr<EinsumDense> HeadedAttention::tracked(const std::string& attribute, EinsumDense layer) {
  for (const auto& [known, sublayer] : sublayers())
    if (known == attribute) return std::static_pointer_cast<EinsumDense>(sublayer);
  return track(attribute, std::move(layer));
}

// (…, dim of the input) → (…, heads, dim)
std::shared_ptr<EinsumDense> HeadedAttention::projection(const std::string& attribute, const char* name,
                                                         std::int64_t heads, std::int64_t dim) {
  EinsumDenseOptions options = projection_options(name, "hd");
  if (attribute == "_gate_dense") options.activation = "sigmoid";
  return tracked(attribute.front() == '_' ? attribute : prefix_ + attribute,
                 EinsumDense("...x,xhd->...hd", {heads, dim}, std::move(options)));
}

// (…, heads, value_dim) → (…, output_shape)
std::shared_ptr<EinsumDense> HeadedAttention::output_projection(const Shape& query) {
  const Shape shape = shared_.output_shape.value_or(Shape(query.back()));
  const std::string letters = std::string("abcdef").substr(0, shape.rank());
  const std::string equation = fmt::format("...xy,xy{0}->...{0}", letters);
  return tracked(prefix_ + "output_dense",
                 EinsumDense(equation, shape, projection_options("attention_output", letters)));
}

namespace {

// Axes 0 … rank-1 of a projected tensor, of which the last two are heads and their vectors, from the front.
std::vector<std::int64_t> axes_from_front(std::string_view layer, std::vector<std::int64_t> axes,
                                          std::size_t input_rank) {
  const auto rank = static_cast<std::int64_t>(input_rank);
  for (std::int64_t& axis : axes) {
    const std::int64_t given = axis;
    if (axis < 0) axis += rank;
    if (axis < 1 || axis > rank - 2 || std::count(axes.begin(), axes.end(), axis) > 1)
      throw ValueError(layer, fmt::format("`attention_axes` must name axes between the batch and the "
                                          "features, each once; got {} for inputs of rank {}",
                                          given, rank));
  }
  return axes;
}

void require_shapes(std::string_view layer, const Shape& query, const Shape& value, const Shape& key) {
  const auto steps = [](const Shape& shape) { return shape.slice(0, shape.rank() - 1); };
  if (query.rank() < 3 || query.rank() != value.rank() || query.rank() != key.rank() || !steps(value).fits(steps(key)))
    throw ShapeError(layer,
                     fmt::format("the inputs do not fit; got query {}, value {} and key {}; expected one rank of 3 or "
                                 "more, and value and key of as many steps",
                                 query, value, key));
}

template <class List>
const auto& key_of(const List& inputs) {
  return inputs[inputs.size() > 2 ? 2 : 1];
}

void require_number(std::string_view layer, std::size_t inputs) {
  if (inputs < 2 || inputs > 4)
    throw ValueError(layer, fmt::format("the layer takes two to four inputs; got {}; expected {{query, "
                                        "value}}, {{query, value, key}} or {{query, value, key, "
                                        "attention_mask}}",
                                        inputs));
}

}  // namespace

void HeadedAttention::set_equations(std::size_t rank) {
  std::vector<std::int64_t> axes(rank - 2);
  std::iota(axes.begin(), axes.end(), 1);
  axes = axes_from_front(layer_, shared_.attention_axes.empty() ? axes : shared_.attention_axes, rank);
  ops::AttentionEquations equations = ops::attention_equations(rank, axes);
  if (equations.scores.size() > Shape::max_rank)
    throw ShapeError(layer_, fmt::format("attention along {} axes of inputs of rank {} needs scores of rank {}; "
                                         "expected {} or less; name fewer `attention_axes`",
                                         axes.size(), rank, equations.scores.size(), Shape::max_rank));
  rank_ = rank;
  equations_ = std::make_shared<const ops::AttentionEquations>(std::move(equations));
  shared_.attention_axes = axes;
  std::iota(axes.begin(), axes.end(), -static_cast<std::int64_t>(axes.size()));
  key_axes_ = AxisList(std::move(axes));
}

void HeadedAttention::build(const Shapes& input_shapes) {
  require_number(layer_, input_shapes.size());
  const Shape &query = input_shapes[0], &value = input_shapes[1], &key = key_of(input_shapes);
  require_shapes(layer_, query, value, key);
  set_equations(query.rank());
  query_dense_->ensure_built(query);
  key_dense_->ensure_built(key);
  if (gate_dense_) gate_dense_->ensure_built(query);
  value_dense_->ensure_built(value);
  output_dense_ = output_projection(query);
  output_dense_->ensure_built(
      query.with(query.rank() - 1, heads_.query_heads).inserted(query.rank(), heads_.value_dim));
}

void HeadedAttention::require_inputs(const Tensors& inputs) const {
  require_number(layer_, inputs.size());
  require_shapes(layer_, inputs[0].shape(), inputs[1].shape(), key_of(inputs).shape());
  const Shape &query = inputs[0].shape(), &value = inputs[1].shape();
  if (query.rank() != rank_)
    throw ShapeError(layer_, fmt::format("the layer was built for another input; got shape {}; expected "
                                         "rank {}",
                                         query, rank_));
  for (std::size_t axis = 0; axis + 1 < rank_; ++axis)
    if (equations_->queries[axis] == equations_->keys[axis] && !Shape(query[axis]).fits(value[axis]))
      throw ShapeError(layer_, fmt::format("the inputs differ along axis {}; got query {} and value {}; "
                                           "expected equal extents where there is no attention",
                                           axis, query, value));
}

Shape HeadedAttention::scores_shape(const Shape& query, const Shape& value) const {
  Shape shape;
  for (const char letter : equations_->scores) {
    const std::size_t place = equations_->queries.find(letter);
    const bool is_key = place == std::string::npos;
    const std::size_t axis = is_key ? equations_->keys.find(letter) : place;
    shape.push_back(axis + 1 == rank_ ? heads_.query_heads : (is_key ? value : query)[axis]);
  }
  return shape;
}

Tensors HeadedAttention::symbolic_outputs(const Tensors& inputs, const CallContext& context) const {
  const Shape &query = inputs[0].shape(), &value = inputs[1].shape();
  Shape output = query;
  if (shared_.output_shape) {
    output = query.slice(0, query.rank() - 1);
    for (const std::int64_t extent : *shared_.output_shape) output.push_back(extent);
  }
  Tensors outputs = Tensor::symbolic(output, dtype());
  if (context.return_attention_scores) outputs.push_back(Tensor::symbolic(scores_shape(query, value), dtype()));
  return outputs;
}

namespace {

// The mask of attention as it broadcasts to the scores: heads, and other axes that it has not, are 1.
Tensor with_rank_of(std::string_view layer, const Shape& scores, const Tensor& given, std::size_t axes) {
  Tensor mask = ops::cast(given, boolean);
  const std::size_t pairs = std::min(2 * axes, mask.rank());
  while (mask.rank() < scores.rank()) mask = ops::expand_dims(mask, static_cast<std::int64_t>(mask.rank() - pairs));
  for (std::size_t axis = 0; axis < scores.rank(); ++axis)
    if (mask.rank() != scores.rank() || (mask.shape()[axis] != 1 && mask.shape()[axis] != scores[axis]))
      throw ShapeError(layer, fmt::format("the attention_mask does not fit; got {} for scores {}; "
                                          "expected (batch, queries, keys)",
                                          given.shape(), scores));
  return mask;
}

}  // namespace

// Which keys each query attends to; all of them if it is none.
Mask HeadedAttention::allowed(const Tensors& inputs, const CallContext& context) const {
  const Shape scores = scores_shape(inputs[0].shape(), inputs[1].shape());
  Mask mask;
  for (std::size_t i = 0; i < std::min<std::size_t>(inputs.size(), 3); ++i)
    if (const Mask& own = context.mask_of(i))
      mask = both(mask, mask_along(layer_, *own, inputs[i].shape(), i == 0 ? equations_->queries : equations_->keys,
                                   equations_->scores));
  if (context.use_causal_mask || shared_.sliding_window) {
    if (key_axes_.given().size() != 1)
      throw ValueError(layer_, "use_causal_mask and sliding_window need one axis of attention");
    mask = both(mask, places_mask(scores.dim(-2), scores.dim(-1), context.use_causal_mask, shared_.sliding_window));
  }
  if (inputs.size() == 4) mask = both(mask, with_rank_of(layer_, scores, inputs[3], key_axes_.given().size()));
  return mask;
}

double HeadedAttention::scale() const { return 1 / std::sqrt(static_cast<double>(heads_.key_dim)); }

// The scores need not be there.
Tensor HeadedAttention::attended(const Tensor& query, const Tensor& key, const Tensor& value, const Mask& mask,
                                 bool training) {
  ops::AttentionOptions options{.scale = scale(), .allowed = mask};
  if (training && shared_.dropout > 0) {
    options.kept = dropout_layer_->kept({query.dim(0), heads_.query_heads, query.dim(1), key.dim(1)});
    options.rate = shared_.dropout;
  }
  return ops::attention(query, key, value, options);
}

// softmax(q · k / √key_dim), by heads
Tensor HeadedAttention::weights(const Tensor& query, const Tensor& key, const Mask& mask) const {
  return masked_softmax(ops::einsum(equations_->to_scores, query * scale(), by_query_heads(key)), mask, key_axes_);
}

// Each head of keys or values as often as heads of queries share it.
Tensor HeadedAttention::by_query_heads(const Tensor& x) const {
  const std::int64_t group = heads_.query_heads / heads_.key_heads;
  return group > 1 ? ops::repeat(x, group, -2) : x;
}

// y = softmax(q · k / √key_dim) · v, by heads
Tensors HeadedAttention::call(const Tensors& inputs, const CallContext& context) {
  require_inputs(inputs);
  if (inputs[0].is_symbolic()) return symbolic_outputs(inputs, context);
  const Tensor query = (*query_dense_)(inputs[0]), key = (*key_dense_)(key_of(inputs)),
               value = (*value_dense_)(inputs[1]);
  const Mask mask = allowed(inputs, context);
  const bool is_fused = rank_ == 3 && !context.return_attention_scores && shared_.dropout < 1;
  Tensor scores, y;
  if (is_fused) {
    y = attended(query, key, value, mask, context.training);
  } else {
    scores = weights(query, key, mask);
    y = ops::einsum(equations_->to_output, (*dropout_layer_)(scores, {.training = context.training}),
                    by_query_heads(value));
  }
  if (gate_dense_) y = y * (*gate_dense_)(inputs[0]);
  y = (*output_dense_)(y);
  return context.return_attention_scores ? Tensors{y, scores} : Tensors(y);
}

}  // namespace cornu::layers
