#include <cornu/layers/embedding/embedding_bag.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/ops/support.hpp>
#include <cornu/layers/embedding/lookup.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

namespace {

ops::BagMode mode_from_name(const std::string& name) {
  if (name == "sum") return ops::BagMode::sum;
  if (name == "mean") return ops::BagMode::mean;
  if (name == "max") return ops::BagMode::max;
  throw ValueError("EmbeddingBag",
                   fmt::format("unknown `mode`; got \"{}\"; expected \"sum\", \"mean\" or \"max\"", name));
}

}  // namespace

EmbeddingBag::EmbeddingBag(std::int64_t input_dim, std::int64_t output_dim, EmbeddingBagOptions options)
    : Layer(layer_options(options)),
      input_dim_(input_dim),
      output_dim_(output_dim),
      options_(std::move(options)),
      mode_(mode_from_name(options_.mode)) {
  require_table("EmbeddingBag", input_dim, output_dim, options_.weights);
  norms().check("EmbeddingBag");
  if (const auto padding = options_.padding_idx.value_or(0); padding < 0 || padding >= input_dim)
    throw ValueError("EmbeddingBag", fmt::format("`padding_idx` must lie in 0 … {}; got {}", input_dim - 1, padding));
  autocast_ = false;
  if (!options_.weights) return;
  ensure_built(Shape{});
  options_.weights.reset();  // the table has them now
}

void EmbeddingBag::build(const Shape&) {
  embeddings_ = add_weight({.name = "embeddings",
                            .shape = {input_dim_, output_dim_},
                            .initializer = table_initializer(options_.embeddings_initializer, options_.weights),
                            .regularizer = options_.embeddings_regularizer,
                            .constraint = options_.embeddings_constraint});
}

Tensor EmbeddingBag::call(const Tensor& input, const CallContext& context) {
  const ops::BagOptions options{.mode = mode_, .padding_idx = options_.padding_idx};
  const Tensor ids = as_ids("EmbeddingBag", input, input_dim_);
  if (!options_.max_norm || ids.is_symbolic() || ids.rank() != 2) return ops::embedding_bag(embeddings_, ids, options);
  const Tensor starts = Tensor::arange(ids.dim(0)) * static_cast<double>(ids.dim(1));
  return bags(ids.with_shape({ids.size()}), starts, {}, context);
}

Tensor EmbeddingBag::bags(const Tensor& ids, const Tensor& offsets, const std::optional<Tensor>& per_sample_weights,
                          const CallContext& context) {
  const std::string name = place();
  const ErrorScope scope(name);
  ensure_built(ids.shape());
  const ops::BagOptions options{mode_, per_sample_weights, options_.padding_idx};
  const Tensor known = as_ids("EmbeddingBag", ids, input_dim_);
  if (!options_.max_norm) return ops::embedding_bag(embeddings_, known, offsets, options);
  if (!context.training || !embeddings_.trainable()) return of_renormalized(known, offsets, options);
  norms().renormalize(embeddings_, known);
  return ops::embedding_bag(embeddings_, known, offsets, options);
}

// Copies of the rows looked up make a table of their own, with one more row for the padding.
Tensor EmbeddingBag::of_renormalized(const Tensor& ids, const Tensor& offsets, ops::BagOptions options) const {
  const std::int64_t n = ids.size();
  const Tensor rows = norms().renormalized(ops::gather(embeddings_, ids)),
               padding = Tensor::zeros({1, output_dim_}, dtype());
  Tensor places = Tensor::arange(n);
  if (options.padding_idx)
    places = ops::where(ops::equal(ids, static_cast<double>(*options.padding_idx)),
                        ops::scalar(static_cast<double>(n), int32), places);
  if (options.padding_idx) options.padding_idx = n;
  return ops::embedding_bag(ops::concatenate({rows, padding}, 0), places, offsets, options);
}

void EmbeddingBag::check_data(const Tensor& input) const { as_ids("EmbeddingBag", input, input_dim_); }

namespace {

constexpr auto each_option = [](auto& option, auto& input_dim, auto& output_dim, auto& options) {
  option.required("input_dim", input_dim);
  option.required("output_dim", output_dim);
  option("embeddings_initializer", options.embeddings_initializer);
  option("embeddings_regularizer", options.embeddings_regularizer);
  option("embeddings_constraint", options.embeddings_constraint);
  option("mode", options.mode);
  option("padding_idx", options.padding_idx);
  norm_options(option, options);
};

}  // namespace

Config EmbeddingBag::get_config() const {
  return write_options(LayerBase::get_config(), each_option, input_dim_, output_dim_, options_);
}

std::shared_ptr<EmbeddingBag> EmbeddingBag::from_config(const ConfigView& config) {
  return from_options<EmbeddingBag, EmbeddingBagOptions, std::int64_t, std::int64_t>(config, each_option);
}

}  // namespace cornu::layers
