#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/list_layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct EmbeddingDotOptions {
  Handle<initializers::Initializer> embeddings_initializer = "uniform";
  Handle<regularizers::Regularizer> embeddings_regularizer = {};
  Handle<constraints::Constraint> embeddings_constraint = {};
  std::optional<Tensor> weights = {};  ///< (input_dim, output_dim): the table to begin with
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// The product of a vector with the vector of each of its ids: ids (batch, n) and vectors (batch, output_dim) →
/// (batch, n), what Embedding and Dot give together without the vectors of the ids ever being written out. Scores of
/// some classes, items or words out of many, as they are drawn for each sample. The table is `embeddings` (input_dim,
/// output_dim), and its gradient rows.
///
///     layers::EmbeddingDot(10000, 100)({candidates, vector})     // (32, 6) and (32, 100) → (32, 6)
///
/// Bool ids are 0 and 1, floating ones are truncated. Masks end here. The constructor throws ValueError unless
/// input_dim and output_dim are positive, ShapeError for `weights` of another shape. A call throws ValueError unless it
/// has two inputs, IndexError for an id outside 0 … input_dim-1; see ops::gather_dot for the rest.
class EmbeddingDot final : public Layer<EmbeddingDot, ListLayer> {
 public:
  EmbeddingDot(std::int64_t input_dim, std::int64_t output_dim, EmbeddingDotOptions options = {});

  void build(const Shapes& input_shapes) override;
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  Masks compute_mask(const Tensors& inputs, const Masks& masks) const override;
  void check_data(const Tensors& inputs) const override;
  Config get_config() const override;
  static std::shared_ptr<EmbeddingDot> from_config(const ConfigView& config);

  /// The table. Throws StateError, when it is used, before the layer is built.
  const Variable& embeddings() const { return embeddings_; }

 private:
  std::int64_t input_dim_, output_dim_;
  EmbeddingDotOptions options_;
  Variable embeddings_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
