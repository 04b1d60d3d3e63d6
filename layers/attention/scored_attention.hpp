#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/list_layer.hpp>
#include <cornu/layers/regularization/noise.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// What Attention and AdditiveAttention share: softmax(scores) · value, of inputs {query, value} or {query, value,
/// key}; the key is the value unless given. Query (batch, queries, dim), value (batch, keys, size), key (batch, keys,
/// dim) → (batch, queries, size), and with return_attention_scores the weights of the values, (batch, queries, keys),
/// as a second output. Axes between the batch and the last two are batches too.
///
/// A call may say use_causal_mask: a query then attends to the keys up to its own place. Keys outside the value's mask
/// get no weight; the mask of the key is not looked at, as in Keras. The output is 0 outside the query's mask, and goes
/// on under that mask. Where a mask leaves a query no key, the output is 0; Keras gives the mean of the values there,
/// padding among them.
///
/// A call throws ValueError for another number of inputs than two or three, ShapeError for a rank below 3, for shapes
/// that do not fit, and for masks that are not of their input's shape without the last axis.
class ScoredAttention : public ListLayer {
 public:
  void build(const Shapes& input_shapes) final;
  using LayerBase::build;
  Tensors call(const Tensors& inputs, const CallContext& context) final;
  std::vector<Tensor> state() const final { return noise_.state(); }
  void set_state(const std::vector<Tensor>& state) final { noise_.set_state(state, place()); }

 protected:
  /// `layer` is what errors call it, a literal. Of the weights, in training, a random part `dropout` is dropped.
  ScoredAttention(std::string_view layer, double dropout, std::optional<std::uint64_t> seed, LayerOptions options);

 private:
  /// Makes the weights, for vectors of that size.
  virtual void build_scores(std::int64_t dim) = 0;
  /// (…, queries, dim), (…, keys, dim) → (…, queries, keys)
  virtual Tensor scores(const Tensor& query, const Tensor& key) const = 0;
  /// The query whose products with keys are the scores; undefined where scores are something else.
  virtual Tensor multiplied_query(const Tensor&) const { return {}; }
  Tensor weighted(const Tensor& query, const Tensor& key, const Tensor& value, const Mask& allowed, bool training);

  std::string_view layer_;
  double dropout_;
  Noise noise_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
