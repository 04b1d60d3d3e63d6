#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/list_layer.hpp>
#include <cornu/layers/axis_list.hpp>
#include <cornu/layers/core/einsum_dense.hpp>
#include <cornu/layers/regularization/dropout.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::ops {
struct AttentionEquations;
}

namespace cornu::layers {

/// How many heads HeadedAttention has, and how long their vectors are.
struct AttentionHeads {
  std::int64_t query_heads, key_heads;  ///< the first is a multiple of the second
  std::int64_t key_dim, value_dim;
};

/// What MultiHeadAttention and GroupQueryAttention are told besides.
struct HeadedAttentionOptions {
  double dropout = 0;
  bool use_bias = true;
  std::optional<Shape> output_shape = {};
  std::vector<std::int64_t> attention_axes = {};  // all between batch and features if there are none
  std::optional<std::int64_t> sliding_window = {};
  Handle<initializers::Initializer> kernel_initializer = "glorot_uniform";
  Handle<initializers::Initializer> bias_initializer = "zeros";
  Handle<regularizers::Regularizer> kernel_regularizer = {};
  Handle<regularizers::Regularizer> bias_regularizer = {};
  Handle<regularizers::Regularizer> activity_regularizer = {};
  Handle<constraints::Constraint> kernel_constraint = {};
  Handle<constraints::Constraint> bias_constraint = {};
  bool use_gate = false;
  std::optional<std::uint64_t> seed = {};
};

/// What MultiHeadAttention and GroupQueryAttention share. Inputs {query, value}, {query, value, key} or {query, value,
/// key, attention_mask}; the key is the value unless given. Each is projected to heads, a query and a key are scored by
/// their product / √key_dim, the values are summed with the softmax of the scores as weights, and the heads together
/// projected to the output. Query (batch, queries, dim), value and key (batch, keys, …) → (batch, queries, dim), and
/// with return_attention_scores the weights, (batch, heads, queries, keys), as a second output, before dropout.
///
/// A query attends to the keys that all of these allow: the masks of value and key, the attention_mask (batch, queries,
/// keys), which is bool or not 0, or (queries, keys), or (batch, heads, queries, keys); with use_causal_mask, said by
/// the call, those up to its own place; a sliding window. Outside the query's mask it attends to none. Where no key is
/// left the weights are 0, and so is what is projected to the output; Keras gives that with return_attention_scores or
/// dropout, and the mean of the values otherwise, padding among them. The output is under the query's mask.
///
/// In Keras a call of MultiHeadAttention takes the masks away from its inputs, so that calls of attention behind it on
/// the same tensors see none; here they stay.
///
/// Keras's flash_attention says how attention is computed, not what it is: there is no such option here, and a file
/// that has it is read. The scores are never in memory as a whole, unless they are asked for; masks are, a byte an
/// element: queries × keys of them with use_causal_mask or a sliding window, for each sample and head with dropout.
///
/// Sublayers are those of Keras, EinsumDense for query, key, gate (if asked for), value and attention_output, with the
/// weights in that order.
///
/// A call throws ValueError for another number of inputs, ShapeError for other ranks than the layer was built for, for
/// shapes that do not fit, and for masks that are not of the leading axes of their input.
class HeadedAttention : public ListLayer {
 public:
  void build(const Shapes& input_shapes) override;
  using LayerBase::build;
  Tensors call(const Tensors& inputs, const CallContext& context) final;

 protected:
  /// `layer` is what errors call it, a literal. `prefix` stands in front of the attributes of the sublayers in files.
  HeadedAttention(std::string_view layer, AttentionHeads heads, HeadedAttentionOptions shared, std::string prefix,
                  LayerOptions options);
  /// As given, or found by build().
  const std::vector<std::int64_t>& attention_axes() const { return shared_.attention_axes; }

 private:
  EinsumDenseOptions projection_options(std::string name, std::string bias_axes) const;
  std::shared_ptr<EinsumDense> tracked(const std::string& attribute, EinsumDense layer);
  std::shared_ptr<EinsumDense> projection(const std::string& attribute, const char* name, std::int64_t heads,
                                          std::int64_t dim);
  std::shared_ptr<EinsumDense> output_projection(const Shape& query);
  void set_equations(std::size_t rank);
  void require_inputs(const Tensors& inputs) const;
  Mask allowed(const Tensors& inputs, const CallContext& context) const;
  double scale() const;
  Tensor by_query_heads(const Tensor& x) const;
  Tensor weights(const Tensor& query, const Tensor& key, const Mask& mask) const;
  Tensor attended(const Tensor& query, const Tensor& key, const Tensor& value, const Mask& mask, bool training);
  Tensors symbolic_outputs(const Tensors& inputs, const CallContext& context) const;
  Shape scores_shape(const Shape& query, const Shape& value) const;

  std::string_view layer_;
  AttentionHeads heads_;
  HeadedAttentionOptions shared_;
  std::string prefix_;
  std::shared_ptr<EinsumDense> query_dense_, key_dense_, value_dense_, gate_dense_, output_dense_;
  std::shared_ptr<Dropout> dropout_layer_;
  std::size_t rank_ = 0;  // of the inputs
  std::shared_ptr<const ops::AttentionEquations> equations_;
  AxisList key_axes_ = -1;  // of the scores
};

}  // namespace cornu::layers
CORNU_EXPORT_END
