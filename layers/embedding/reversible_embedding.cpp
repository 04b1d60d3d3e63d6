#include <cornu/layers/embedding/reversible_embedding.hpp>

#include <fmt/core.h>

#include <cmath>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/rows.hpp>
#include <cornu/layers/embedding/lookup.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

namespace {

void require_way_back(const ReversibleEmbeddingOptions& options) {
  if (options.reverse_dtype && !is_floating(*options.reverse_dtype))
    throw ValueError(
        "ReversibleEmbedding",
        fmt::format("`reverse_dtype` is what products are computed in; got {}; expected float32 or float64",
                    name_of(*options.reverse_dtype)));
  if (options.logit_soft_cap && !(*options.logit_soft_cap > 0 && std::isfinite(*options.logit_soft_cap)))
    throw ValueError("ReversibleEmbedding",
                     fmt::format("`logit_soft_cap` must be a positive number; got {}; leave it out for scores without "
                                 "a limit",
                                 *options.logit_soft_cap));
}

}  // namespace

ReversibleEmbedding::ReversibleEmbedding(std::int64_t input_dim, std::int64_t output_dim,
                                         ReversibleEmbeddingOptions options)
    : Layer(layer_options(options)), input_dim_(input_dim), output_dim_(output_dim), options_(std::move(options)) {
  require_table("ReversibleEmbedding", input_dim, output_dim, {});
  require_way_back(options_);
  supports_masking_ = options_.mask_zero;
  autocast_ = false;
}

void ReversibleEmbedding::build(const Shape&) {
  embeddings_ = add_weight({.name = "embeddings",
                            .shape = {input_dim_, output_dim_},
                            .initializer = options_.embeddings_initializer,
                            .regularizer = options_.embeddings_regularizer,
                            .constraint = options_.embeddings_constraint});
  if (!options_.tie_weights)
    reverse_embeddings_ = add_weight({.name = "reverse_embeddings",
                                      .shape = {output_dim_, input_dim_},
                                      .initializer = options_.embeddings_initializer});
}

Tensor ReversibleEmbedding::call(const Tensor& input, const CallContext& context) {
  return context.reverse ? scores(input) : looked_up(input);
}

Tensor ReversibleEmbedding::looked_up(const Tensor& input) const {
  if (input.is_symbolic()) return ops::gather(embeddings_, Tensor::symbolic(input.shape(), int32));
  return ops::gather_known(embeddings_, as_ids("ReversibleEmbedding", input, input_dim_));
}

// y = x · Wᵀ; with a soft cap c, c · tanh(y / c)
Tensor ReversibleEmbedding::scores(const Tensor& hidden) const {
  if (hidden.rank() < 2 || (hidden.dim(-1) != output_dim_ && hidden.dim(-1) != None))
    throw ShapeError("ReversibleEmbedding",
                     fmt::format("reverse() takes vectors like those that the layer gives; got shape {}; expected "
                                 "(batch, …, {})",
                                 hidden.shape(), output_dim_));
  const DType dtype = options_.reverse_dtype.value_or(this->dtype());
  const Tensor x = ops::cast(hidden, dtype);
  const Tensor kernel = ops::cast(options_.tie_weights ? embeddings_ : reverse_embeddings_, dtype);
  const Tensor y = ops::matmul(x, kernel, false, options_.tie_weights);
  if (!options_.logit_soft_cap) return y;
  return ops::tanh(y / *options_.logit_soft_cap) * *options_.logit_soft_cap;
}

Mask ReversibleEmbedding::compute_mask(const Tensor& input, const Mask&) const {
  if (!options_.mask_zero) return std::nullopt;
  return ops::cast(input, boolean);
}

std::pair<Tensor, Mask> ReversibleEmbedding::call_with_mask(const Tensor& input, const CallContext& context) {
  Tensor output = call(input, context);
  return {std::move(output), context.reverse ? Mask() : compute_mask(input, context.mask)};
}

void ReversibleEmbedding::check_data(const Tensor& input) const { as_ids("ReversibleEmbedding", input, input_dim_); }

Tensor ReversibleEmbedding::reverse(const Tensor& hidden, CallContext context) {
  context.reverse = true;
  return (*this)(hidden, context);
}

SymbolicTensor ReversibleEmbedding::reverse(const SymbolicTensor& hidden) {
  return all_outputs(hidden, {.reverse = true}).front();
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& input_dim, auto& output_dim, auto& reverse_dtype, auto& options) {
  option.required("input_dim", input_dim);
  option.required("output_dim", output_dim);
  option("embeddings_initializer", options.embeddings_initializer);
  option("embeddings_regularizer", options.embeddings_regularizer);
  option("activity_regularizer", options.activity_regularizer);
  option("embeddings_constraint", options.embeddings_constraint);
  option("mask_zero", options.mask_zero);
  option.ignored("quantization_config", nullptr);
  option("tie_weights", options.tie_weights);
  option("reverse_dtype", reverse_dtype);
  option("logit_soft_cap", options.logit_soft_cap);
};

}  // namespace

// Keras has this dtype by its name, and not as an object like a layer's own.
Config ReversibleEmbedding::get_config() const {
  std::optional<std::string> reverse_dtype;
  if (options_.reverse_dtype) reverse_dtype = std::string(name_of(*options_.reverse_dtype));
  return write_options(LayerBase::get_config(), each_option, input_dim_, output_dim_, reverse_dtype, options_);
}

std::shared_ptr<ReversibleEmbedding> ReversibleEmbedding::from_config(const ConfigView& config) {
  auto options = with_layer_options<ReversibleEmbeddingOptions>(config);
  std::int64_t input_dim = 0, output_dim = 0;
  read_options(config, each_option, input_dim, output_dim, options.reverse_dtype, options);
  return std::make_shared<ReversibleEmbedding>(input_dim, output_dim, std::move(options));
}

}  // namespace cornu::layers
