#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/attention/headed_attention.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct MultiHeadAttentionOptions {
  std::optional<std::int64_t> value_dim = {};       ///< of a head's values; key_dim unless given
  double dropout = 0;                               ///< of the weights of the values, in training
  bool use_bias = true;                             ///< in the projections
  std::optional<Shape> output_shape = {};           ///< behind the steps; the query's last extent unless given
  std::optional<AxisList> attention_axes = {};      ///< along which to attend: all but batch and features unless given
  std::optional<std::int64_t> sliding_window = {};  ///< keys less than this many places away count; all unless given
  Handle<initializers::Initializer> kernel_initializer = "glorot_uniform";
  Handle<initializers::Initializer> bias_initializer = "zeros";
  Handle<regularizers::Regularizer> kernel_regularizer = {};
  Handle<regularizers::Regularizer> bias_regularizer = {};
  Handle<regularizers::Regularizer> activity_regularizer = {};  ///< of what each projection gives
  Handle<constraints::Constraint> kernel_constraint = {};
  Handle<constraints::Constraint> bias_constraint = {};
  bool use_gate = false;                   ///< multiply the heads by sigmoid(a projection of the query)
  std::optional<std::uint64_t> seed = {};  ///< of random numbers that only this layer draws
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Attention with several heads: Vaswani and others, "Attention is all you need", NeurIPS 2017; the gate: Qiu and
/// others, "Gated attention for large language models", 2025. HeadedAttention says the rest.
///
///     layers::MultiHeadAttention(4, 16)({x, x}, {.use_causal_mask = true})
///     const auto [y, weights] = layers::MultiHeadAttention(4, 16, {.dropout = 0.1})
///                                   .all_outputs({query, value}, {.return_attention_scores = true})
///                                   .unpack<2>();
///
/// With several attention_axes, or others than the one between batch and features, inputs have a rank above 3: (batch,
/// rows, columns, dim) and axis 2 attend within each row. Masks are then of the input's leading axes, the
/// attention_mask is (batch, queries…, keys…), and use_causal_mask and sliding_window, which need one axis, are refused
/// for several. For one they go by the places along it; Keras goes by those along axis 1 whichever it is.
///
/// The constructor throws ValueError for a num_heads, key_dim, value_dim or sliding_window below 1, and unless 0 ≤
/// dropout ≤ 1; building for attention_axes that are not between batch and features.
class MultiHeadAttention final : public Layer<MultiHeadAttention, HeadedAttention> {
 public:
  MultiHeadAttention(std::int64_t num_heads, std::int64_t key_dim, MultiHeadAttentionOptions options = {});
  Config get_config() const override;
  static std::shared_ptr<MultiHeadAttention> from_config(const ConfigView& config);

 private:
  std::int64_t num_heads_, key_dim_;
  MultiHeadAttentionOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
