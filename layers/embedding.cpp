#include <cornu/layers/embedding.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/ops.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/remap_rows.hpp>

namespace cornu::layers {

namespace {

void require_positive(const char* argument, std::int64_t value) {
  if (value <= 0)
    throw ValueError("Embedding",
                     fmt::format("`{}` must be a positive integer; got {}; expected 1 or more", argument, value));
}

Tensor as_ids(const Tensor& input) { return is_integer(input.dtype()) ? input : ops::cast(input, int32); }

}  // namespace

Embedding::Embedding(std::int64_t input_dim, std::int64_t output_dim, EmbeddingOptions options)
    : Layer({options.activity_regularizer, options.trainable, options.dtype, options.name}),
      input_dim_(input_dim),
      output_dim_(output_dim),
      options_(std::move(options)) {
  require_positive("input_dim", input_dim);
  require_positive("output_dim", output_dim);
  supports_masking_ = options_.mask_zero;
  autocast_ = false;
  if (!options_.weights) return;
  if (options_.weights->shape() != Shape{input_dim, output_dim})
    throw ShapeError("Embedding",
                     fmt::format("`weights` of another shape; got {}; expected (input_dim, output_dim) = {}",
                                 options_.weights->shape(), Shape{input_dim, output_dim}));
  ensure_built({});
  options_.weights.reset();  // the table has them now
}

void Embedding::build(const Shape&) {
  auto initializer = options_.embeddings_initializer;
  if (options_.weights)
    initializer = [weights = *options_.weights](const Shape&, DType dtype) { return weights.astype(dtype); };
  embeddings_ = add_weight({.name = "embeddings",
                            .shape = {input_dim_, output_dim_},
                            .initializer = initializer,
                            .regularizer = options_.embeddings_regularizer,
                            .constraint = options_.embeddings_constraint});
}

Tensor Embedding::call(const Tensor& input) {
  const Shape shape = with_input_length(input.shape());
  return ops::gather(embeddings_, input.is_symbolic() ? Tensor::symbolic(shape, int32) : as_ids(input));
}

Mask Embedding::compute_mask(const Tensor& input, const Mask&) const {
  if (!options_.mask_zero) return std::nullopt;
  return ops::cast(input, boolean);
}

void Embedding::check_data(const Tensor& input) const {
  with_input_length(input.shape());
  ops::require_ids("Embedding", as_ids(input), input_dim_);
}

void Embedding::resize_vocabulary(std::int64_t input_dim) {
  require_positive("input_dim", input_dim);
  std::vector<std::int64_t> rows(static_cast<std::size_t>(input_dim), -1);
  for (std::size_t i = 0; i < rows.size() && static_cast<std::int64_t>(i) < input_dim_; ++i)
    rows[i] = static_cast<std::int64_t>(i);
  remap_vocabulary(rows);
}

void Embedding::remap_vocabulary(const std::vector<std::int64_t>& rows) {
  require_positive("input_dim", static_cast<std::int64_t>(rows.size()));
  if (built()) remap_rows(embeddings_, rows, options_.embeddings_initializer);
  input_dim_ = static_cast<std::int64_t>(rows.size());
}

std::optional<Shape> Embedding::expected_input_shape() const {
  return options_.input_length.value_or(Shape{None}).inserted(0, None);
}

// The input's shape, its extents put in where they are not known.
Shape Embedding::with_input_length(const Shape& input) const {
  if (!options_.input_length) return input;
  Shape known = input;
  const Shape& length = *options_.input_length;
  bool fits = input.rank() == length.rank() + 1;
  for (std::size_t axis = 1; fits && axis < input.rank(); ++axis) {
    if (input[axis] == None) known = known.with(axis, length[axis - 1]);
    fits = length[axis - 1] == None || known[axis] == length[axis - 1];
  }
  if (!fits)
    throw ShapeError("Embedding",
                     fmt::format("ids do not have `input_length`; got {}; expected {}; pad or cut them to that "
                                 "length, or leave input_length out",
                                 input, length.inserted(0, None)));
  return known;
}

Config Embedding::get_config() const {
  Config config = LayerBase::get_config();
  config.merge(Config::object({{"input_dim", input_dim_},
                               {"output_dim", output_dim_},
                               {"embeddings_initializer", options_.embeddings_initializer.to_config()},
                               {"embeddings_regularizer", options_.embeddings_regularizer.to_config()},
                               {"activity_regularizer", options_.activity_regularizer.to_config()},
                               {"embeddings_constraint", options_.embeddings_constraint.to_config()},
                               {"mask_zero", options_.mask_zero}}));
  if (options_.input_length) config.set("input_length", *options_.input_length);
  return config;
}

}  // namespace cornu::layers
