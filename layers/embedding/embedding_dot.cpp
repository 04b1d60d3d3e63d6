#include <cornu/layers/embedding/embedding_dot.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/layers/embedding/lookup.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

EmbeddingDot::EmbeddingDot(std::int64_t input_dim, std::int64_t output_dim, EmbeddingDotOptions options)
    : Layer(layer_options(options)), input_dim_(input_dim), output_dim_(output_dim), options_(std::move(options)) {
  require_table("EmbeddingDot", input_dim, output_dim, options_.weights);
  supports_masking_ = true;
  if (!options_.weights) return;
  ensure_built(Shapes({}));
  options_.weights.reset();  // the table has them now
}

void EmbeddingDot::build(const Shapes&) {
  embeddings_ = add_weight({.name = "embeddings",
                            .shape = {input_dim_, output_dim_},
                            .initializer = table_initializer(options_.embeddings_initializer, options_.weights),
                            .regularizer = options_.embeddings_regularizer,
                            .constraint = options_.embeddings_constraint});
}

Tensors EmbeddingDot::call(const Tensors& inputs, const CallContext&) {
  if (inputs.size() != 2)
    throw ValueError("EmbeddingDot", fmt::format("the layer takes two inputs, ids and vectors; got {}", inputs.size()));
  return ops::gather_dot(embeddings_, as_ids("EmbeddingDot", inputs[0], input_dim_), inputs[1]);
}

Masks EmbeddingDot::compute_mask(const Tensors&, const Masks&) const { return {}; }

void EmbeddingDot::check_data(const Tensors& inputs) const {
  if (!inputs.empty()) as_ids("EmbeddingDot", inputs[0], input_dim_);
}

namespace {

constexpr auto each_option = [](auto& option, auto& input_dim, auto& output_dim, auto& options) {
  option.required("input_dim", input_dim);
  option.required("output_dim", output_dim);
  option("embeddings_initializer", options.embeddings_initializer);
  option("embeddings_regularizer", options.embeddings_regularizer);
  option("embeddings_constraint", options.embeddings_constraint);
};

}  // namespace

Config EmbeddingDot::get_config() const {
  return write_options(LayerBase::get_config(), each_option, input_dim_, output_dim_, options_);
}

std::shared_ptr<EmbeddingDot> EmbeddingDot::from_config(const ConfigView& config) {
  return from_options<EmbeddingDot, EmbeddingDotOptions, std::int64_t, std::int64_t>(config, each_option);
}

}  // namespace cornu::layers
