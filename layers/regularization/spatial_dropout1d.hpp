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

struct SpatialDropout1DOptions {
  std::optional<std::uint64_t> seed = {};  ///< of random numbers that only this layer draws
  std::string name = {};
  DType dtype = float32;
};

/// Dropout of whole channels: in training, sets a random part `rate` of the channels of a sequence to 0 and divides the
/// others by 1 − rate; otherwise passes its input on. (batch, steps, channels) → the same; a mask passes through.
/// Tompson and others, "Efficient object localization using convolutional networks", CVPR 2015. As in Keras, files do
/// not say whether the layer is frozen.
///
///     layers::SpatialDropout1D(0.2)
///
/// The constructor throws ValueError unless 0 ≤ rate ≤ 1; a call throws ShapeError unless the rank is 3.
class SpatialDropout1D final : public Layer<SpatialDropout1D> {
 public:
  explicit SpatialDropout1D(double rate, SpatialDropout1DOptions options = {});
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::call;
  Config get_config() const override;
  std::vector<Tensor> state() const override { return noise_.state(); }
  void set_state(const std::vector<Tensor>& state) override { noise_.set_state(state, place()); }
  static std::shared_ptr<SpatialDropout1D> from_config(const ConfigView& config);

 private:
  double rate_;
  SpatialDropout1DOptions options_;
  Noise noise_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
