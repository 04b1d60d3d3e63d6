#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct ReversibleEmbeddingOptions {
  bool tie_weights = true;  ///< the way back takes the table too; otherwise a weight of its own
  Handle<initializers::Initializer> embeddings_initializer = "uniform";
  Handle<regularizers::Regularizer> embeddings_regularizer = {};
  Handle<constraints::Constraint> embeddings_constraint = {};
  bool mask_zero = false;                     ///< id 0 is padding: make a mask of the ids that are not 0
  std::optional<DType> reverse_dtype = {};    ///< what the way back computes in; the layer's unless given
  std::optional<double> logit_soft_cap = {};  ///< the most that the way back gives
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// An Embedding that also goes back: ids of any shape → that shape + (output_dim,), rows of the table `embeddings`
/// (input_dim, output_dim); and reverse() takes vectors (…, output_dim) → scores of all ids (…, input_dim), x · Wᵀ.
///
///     const auto words = layers::shared(layers::ReversibleEmbedding(1000, 16));
///     const auto hidden = layers::LSTM(16, {.return_sequences = true})((*words)(ids));
///     const auto logits = words->reverse(hidden);          // (batch, steps, 16) → (batch, steps, 1000)
///
/// W is the table, so that both ways train it; with tie_weights = false Wᵀ is `reverse_embeddings` (output_dim,
/// input_dim), made by the same initializer, without the table's regularizer and constraint. With logit_soft_cap = c
/// the scores y become c · tanh(y / c). Masks end on the way back. A cornu file of a graph names the mask of mask_zero
/// nowhere, as Keras's do: the layer makes it in each call.
///
/// The constructor throws ValueError unless input_dim, output_dim and logit_soft_cap are positive and reverse_dtype is
/// floating. A call throws IndexError for an id outside 0 … input_dim-1, reverse() ShapeError unless the last axis is
/// output_dim. Source: Press and Wolf, "Using the Output Embedding to Improve Language Models", 2017.
class ReversibleEmbedding final : public Layer<ReversibleEmbedding> {
 public:
  ReversibleEmbedding(std::int64_t input_dim, std::int64_t output_dim, ReversibleEmbeddingOptions options = {});

  void build(const Shape& input_shape) override;
  /// The way back if context.reverse says so.
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::call;
  Mask compute_mask(const Tensor& input, const Mask& mask) const override;
  std::pair<Tensor, Mask> call_with_mask(const Tensor& input, const CallContext& context) override;
  void check_data(const Tensor& input) const override;
  Config get_config() const override;
  static std::shared_ptr<ReversibleEmbedding> from_config(const ConfigView& config);
  std::optional<Shape> expected_input_shape() const override { return Shape{None, None}; }
  DType expected_input_dtype() const override { return int32; }
  bool takes_reverse() const override { return true; }

  /// Scores of all ids; builds the layer if need be.
  Tensor reverse(const Tensor& hidden, CallContext context = {});
  /// In a graph: the layer's second call. Throws StateError for a layer that is no shared one.
  SymbolicTensor reverse(const SymbolicTensor& hidden);

  /// The table. Throws StateError, when it is used, before the layer is built.
  const Variable& embeddings() const { return embeddings_; }

 private:
  Tensor looked_up(const Tensor& input) const;
  Tensor scores(const Tensor& hidden) const;

  std::int64_t input_dim_, output_dim_;
  ReversibleEmbeddingOptions options_;
  Variable embeddings_, reverse_embeddings_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
