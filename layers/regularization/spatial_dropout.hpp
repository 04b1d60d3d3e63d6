#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

/// What SpatialDropout2D and SpatialDropout3D are told.
struct SpatialDropoutOptions {
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  std::optional<std::uint64_t> seed = {};     ///< of random numbers that only this layer draws
  std::string name = {};
  DType dtype = float32;
};
using SpatialDropout2DOptions = SpatialDropoutOptions;
using SpatialDropout3DOptions = SpatialDropoutOptions;

/// What the three share. Dropout of whole channels: in training, sets a random part `rate` of a sample's channels to 0
/// and divides the others by 1 − rate; otherwise passes its input on. (batch, axes, channels) → the same; a mask passes
/// through. Tompson and others, "Efficient object localization using convolutional networks", CVPR 2015. As in Keras,
/// files do not say whether the layer is frozen.
///
/// The constructor throws ValueError unless 0 ≤ rate ≤ 1 and for another data_format; a call throws ShapeError for
/// another rank.
class BaseSpatialDropout : public LayerBase {
 public:
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::call;
  Config get_config() const override;
  std::vector<Tensor> state() const override;
  void set_state(const std::vector<Tensor>& state) override;

 protected:
  BaseSpatialDropout(std::string_view layer, std::size_t axes, double rate, SpatialDropoutOptions options);

 private:
  Shape noise_shape(const Shape& input) const;

  std::string_view layer_;
  std::size_t axes_;  // besides batch and channels
  double rate_;
  SpatialDropoutOptions options_;
  Noise noise_;
};

/// Channels of sequences: (batch, steps, channels).
///
///     layers::SpatialDropout1D(0.2)
class SpatialDropout1D final : public Layer<SpatialDropout1D, BaseSpatialDropout> {
 public:
  explicit SpatialDropout1D(double rate, SpatialDropout1DOptions options = {});
  static std::shared_ptr<SpatialDropout1D> from_config(const ConfigView& config);
};

/// Channels of images: (batch, rows, columns, channels).
///
///     layers::SpatialDropout2D(0.2, {.data_format = "channels_first"})
class SpatialDropout2D final : public Layer<SpatialDropout2D, BaseSpatialDropout> {
 public:
  explicit SpatialDropout2D(double rate, SpatialDropout2DOptions options = {});
  static std::shared_ptr<SpatialDropout2D> from_config(const ConfigView& config);
};

/// Channels of volumes: (batch, depth, rows, columns, channels).
class SpatialDropout3D final : public Layer<SpatialDropout3D, BaseSpatialDropout> {
 public:
  explicit SpatialDropout3D(double rate, SpatialDropout3DOptions options = {});
  static std::shared_ptr<SpatialDropout3D> from_config(const ConfigView& config);
};

}  // namespace cornu::layers
CORNU_EXPORT_END
