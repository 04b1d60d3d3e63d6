#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/attention/headed_attention.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct GroupQueryAttentionOptions {
  double dropout = 0;                               ///< of the weights of the values, in training
  bool use_bias = true;                             ///< in the projections
  std::optional<std::int64_t> sliding_window = {};  ///< keys less than this many places away count; all unless given
  Handle<initializers::Initializer> kernel_initializer = "glorot_uniform";
  Handle<initializers::Initializer> bias_initializer = "zeros";
  Handle<regularizers::Regularizer> kernel_regularizer = {};
  Handle<regularizers::Regularizer> bias_regularizer = {};
  Handle<regularizers::Regularizer> activity_regularizer = {};  ///< of each projection, and of the output
  Handle<constraints::Constraint> kernel_constraint = {};
  Handle<constraints::Constraint> bias_constraint = {};
  bool use_gate = false;                   ///< multiply the heads by sigmoid(a projection of the query)
  std::optional<std::uint64_t> seed = {};  ///< of random numbers that only this layer draws
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Attention whose query heads share heads of keys and values, num_query_heads / num_key_value_heads of them each; with
/// one head of keys and values it is multi-query attention. Ainslie and others, "GQA: training generalized multi-query
/// transformer models from multi-head checkpoints", EMNLP 2023. HeadedAttention says the rest.
///
///     layers::GroupQueryAttention(16, 8, 2)({x, x}, {.use_causal_mask = true})
///
/// Keras has two names for it, and so have we: files and users say GroupQueryAttention; a layer without a name, and its
/// group in a file of weights, is "grouped_query_attention".
///
/// The constructor throws ValueError for a head_dim, a number of heads or a sliding_window below 1, for query heads
/// that are no multiple of the others, and unless 0 ≤ dropout ≤ 1; building ShapeError for another rank than 3, and for
/// a value of other features than the query, as Keras has it.
class GroupedQueryAttention final : public Layer<GroupedQueryAttention, HeadedAttention> {
 public:
  GroupedQueryAttention(std::int64_t head_dim, std::int64_t num_query_heads, std::int64_t num_key_value_heads,
                        GroupQueryAttentionOptions options = {});
  void build(const Shapes& input_shapes) override;
  using LayerBase::build;
  Config get_config() const override;
  static std::shared_ptr<GroupedQueryAttention> from_config(const ConfigView& config);

 private:
  std::int64_t head_dim_, num_query_heads_, num_key_value_heads_;
  GroupQueryAttentionOptions options_;
};

using GroupQueryAttention = GroupedQueryAttention;

}  // namespace cornu::layers
CORNU_EXPORT_END
