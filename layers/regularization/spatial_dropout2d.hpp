#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/regularization/noise.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct SpatialDropout2DOptions {
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  std::optional<std::uint64_t> seed = {};     ///< of random numbers that only this layer draws
  std::string name = {};
  DType dtype = float32;
};

/// Dropout of whole channels: in training, sets a random part `rate` of the channels of an image to 0 and divides the
/// others by 1 − rate; otherwise passes its input on. (batch, rows, columns, channels) → the same; a mask passes
/// through. Tompson and others, "Efficient object localization using convolutional networks", CVPR 2015. As in Keras,
/// files do not say whether the layer is frozen.
///
///     layers::SpatialDropout2D(0.2)
///
/// The constructor throws ValueError unless 0 ≤ rate ≤ 1 and for another data_format; a call throws ShapeError unless
/// the rank is 4.
class SpatialDropout2D final : public Layer<SpatialDropout2D> {
 public:
  explicit SpatialDropout2D(double rate, SpatialDropout2DOptions options = {});
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::call;
  Config get_config() const override;
  std::vector<Tensor> state() const override { return noise_.state(); }
  void set_state(const std::vector<Tensor>& state) override { noise_.set_state(state, place()); }
  static std::shared_ptr<SpatialDropout2D> from_config(const ConfigView& config);

 private:
  double rate_;
  SpatialDropout2DOptions options_;
  Noise noise_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
