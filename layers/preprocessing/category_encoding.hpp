#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/list_layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct CategoryEncodingOptions {
  std::string output_mode = "multi_hot";  ///< "multi_hot", "one_hot", "count"
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;  ///< of the output
  std::string name = {};
};

/// Ids 0 … num_tokens-1 as vectors of num_tokens: "one_hot" has a 1 at the id of each, on a new last axis, instead of a
/// last axis of 1 that there may be; "multi_hot" says which ids a sample has, "count" how often: (batch, n) → (batch,
/// num_tokens). A vector (n,) is one sample for those two: → (num_tokens,).
///
///     layers::CategoryEncoding(4)(Tensor({{0, 2, 2}}))                                  // {{1, 0, 1, 0}}
///     layers::CategoryEncoding(4, {.output_mode = "count"})({ids, weights})             // Σ of the weights
///
/// With "count" a second input, of the ids' shape, weighs each id; it has a gradient. Floating ids are rounded towards
/// 0. The constructor throws ValueError for a num_tokens below 1 and another output_mode; a call IndexError for an id
/// outside 0 … num_tokens-1, which Keras leaves out on JAX, ValueError for weights in another mode, ShapeError for
/// weights of another shape.
class CategoryEncoding final : public Layer<CategoryEncoding, ListLayer> {
 public:
  explicit CategoryEncoding(std::int64_t num_tokens, CategoryEncodingOptions options = {});
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  std::string_view keyword_of_further_inputs() const override { return "count_weights"; }
  Config get_config() const override;
  static std::shared_ptr<CategoryEncoding> from_config(const ConfigView& config);
  DType expected_input_dtype() const override { return int64; }

 private:
  std::int64_t num_tokens_;
  CategoryEncodingOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
