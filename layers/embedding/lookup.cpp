#include <cornu/layers/embedding/lookup.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/layers/positive.hpp>

namespace cornu::layers {

void require_table(std::string_view layer, std::int64_t input_dim, std::int64_t output_dim,
                   const std::optional<Tensor>& weights) {
  require_positive(layer, "input_dim", input_dim);
  require_positive(layer, "output_dim", output_dim);
  if (weights && weights->shape() != Shape{input_dim, output_dim})
    throw ShapeError(layer, fmt::format("`weights` have another shape; got {}; expected (input_dim, output_dim) = {}",
                                        weights->shape(), Shape{input_dim, output_dim}));
}

Handle<initializers::Initializer> table_initializer(const Handle<initializers::Initializer>& initializer,
                                                    const std::optional<Tensor>& weights) {
  if (!weights) return initializer;
  return [table = *weights](const Shape&, DType dtype) { return table.astype(dtype); };
}

Tensor as_ids(std::string_view layer, const Tensor& input, std::int64_t input_dim) {
  return ops::ids_below(layer, input, input_dim,
                        {.where = "the vocabulary",
                         .advice = "raise input_dim or map unknown words to one id",
                         .advice_for_floats = "give features to a layers::Dense instead"});
}

}  // namespace cornu::layers
