#pragma once
#include <concepts>
#include <memory>
#include <string>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct TimeDistributedOptions {
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  std::string name = {};
};

/// Calls a layer on each step by itself, with the same weights: (batch, steps, …) → (batch, steps, what the layer makes
/// of …). The steps go one after the other, as in Keras: a BatchNormalization in it takes the statistics of each.
///
///     layers::TimeDistributed(layers::LSTM(8))    // words of sentences: (batch, sentences, words, dim) → (…, 8)
///
/// What the layer adds to the loss, such as an activity_regularizer, counts for each step; in Keras it is lost.
///
/// A mask passes through; the layer is given its part, if it supports masking. One that has more axes than batch and
/// steps passes whole if the layer passes its part, and otherwise says which steps have anything; Keras passes it
/// whole. The layer gives its dtype. The constructor throws ValueError for a null pointer, building ShapeError for a
/// rank below 3, a call ShapeError for a mask that does not begin with batch and steps.
class TimeDistributed final : public Layer<TimeDistributed> {
 public:
  template <std::derived_from<LayerBase> L>
  explicit TimeDistributed(L layer, TimeDistributedOptions options = {})
      : TimeDistributed(cornu::detail::share(new L(std::move(layer))), std::move(options)) {}
  explicit TimeDistributed(const std::shared_ptr<LayerBase>& layer, TimeDistributedOptions options = {});

  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::build;
  using LayerBase::call;
  Mask compute_mask(const Tensor& input, const Mask& mask) const override;
  Config get_config() const override;
  static std::shared_ptr<TimeDistributed> from_config(const ConfigView& config);

  LayerBase& layer() const { return *layer_; }

 private:
  std::shared_ptr<LayerBase> layer_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
