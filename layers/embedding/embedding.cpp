#include <cornu/layers/embedding/embedding.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/layer/remap_rows.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/rows.hpp>
#include <cornu/layers/embedding/lookup.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Embedding::Embedding(std::int64_t input_dim, std::int64_t output_dim, EmbeddingOptions options)
    : Layer(layer_options(options)), input_dim_(input_dim), output_dim_(output_dim), options_(std::move(options)) {
  require_table("Embedding", input_dim, output_dim, options_.weights);
  norms().check("Embedding");
  supports_masking_ = options_.mask_zero;
  autocast_ = false;
  if (!options_.weights) return;
  ensure_built({});
  options_.weights.reset();  // the table has them now
}

void Embedding::build(const Shape&) {
  embeddings_ = add_weight({.name = "embeddings",
                            .shape = {input_dim_, output_dim_},
                            .initializer = table_initializer(options_.embeddings_initializer, options_.weights),
                            .regularizer = options_.embeddings_regularizer,
                            .constraint = options_.embeddings_constraint});
}

Tensor Embedding::call(const Tensor& input, const CallContext& context) {
  const Shape shape = with_input_length(input.shape());
  if (input.is_symbolic()) return ops::gather(embeddings_, Tensor::symbolic(shape, int32));
  const Tensor ids = as_ids("Embedding", input, input_dim_);
  if (!options_.max_norm) return ops::gather_known(embeddings_, ids);
  if (!context.training || !embeddings_.trainable()) return norms().renormalized(ops::gather_known(embeddings_, ids));
  norms().renormalize(embeddings_, ids);
  return ops::gather_known(embeddings_, ids);
}

Mask Embedding::compute_mask(const Tensor& input, const Mask&) const {
  if (!options_.mask_zero) return std::nullopt;
  return ops::cast(input, boolean);
}

void Embedding::check_data(const Tensor& input) const {
  with_input_length(input.shape());
  as_ids("Embedding", input, input_dim_);
}

void Embedding::resize_vocabulary(std::int64_t input_dim) {
  require_table("Embedding", input_dim, output_dim_, {});
  std::vector<std::int64_t> rows(static_cast<std::size_t>(input_dim), -1);
  for (std::size_t i = 0; i < rows.size() && static_cast<std::int64_t>(i) < input_dim_; ++i)
    rows[i] = static_cast<std::int64_t>(i);
  remap_vocabulary(rows);
}

void Embedding::remap_vocabulary(const std::vector<std::int64_t>& rows) {
  require_table("Embedding", std::ssize(rows), output_dim_, {});
  require_rows("Embedding", rows, input_dim_);
  if (built()) remap_rows(embeddings_, rows, options_.embeddings_initializer);
  input_dim_ = static_cast<std::int64_t>(rows.size());
}

std::optional<Shape> Embedding::expected_input_shape() const {
  return options_.input_length.value_or(Shape{None}).inserted(0, None);
}

// The input's shape, its extents put in where they are not known.
Shape Embedding::with_input_length(const Shape& input) const {
  if (!options_.input_length) return input;
  const Shape expected = options_.input_length->inserted(0, None);
  if (!input.fits(expected))
    throw ShapeError("Embedding",
                     fmt::format("ids do not have `input_length`; got {}; expected {}; pad or cut them to that "
                                 "length, or leave input_length out",
                                 input, expected));
  Shape known = input;
  for (std::size_t axis = 1; axis < input.rank(); ++axis)
    if (input[axis] == None) known = known.with(axis, expected[axis]);
  return known;
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& input_dim, auto& output_dim, auto& options) {
  option.required("input_dim", input_dim);
  option.required("output_dim", output_dim);
  option("embeddings_initializer", options.embeddings_initializer);
  option("embeddings_regularizer", options.embeddings_regularizer);
  option("activity_regularizer", options.activity_regularizer);
  option("embeddings_constraint", options.embeddings_constraint);
  option("mask_zero", options.mask_zero);
  option.ignored("quantization_config", nullptr);
  option.own("input_length", options.input_length);
  option.beside("max_norm", options.max_norm);
  if (options.max_norm) option.beside("norm_type", options.norm_type);
};

}  // namespace

Config Embedding::get_config() const {
  return write_options(LayerBase::get_config(), each_option, input_dim_, output_dim_, options_);
}

std::shared_ptr<Embedding> Embedding::from_config(const ConfigView& config) {
  return from_options<Embedding, EmbeddingOptions, std::int64_t, std::int64_t>(config, each_option);
}

}  // namespace cornu::layers
