#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/reshaping/factors.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct UpSampling2DOptions {
  Factors<2> size = 2;                        ///< how often each element stands in a row
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  std::string interpolation = "nearest";      ///< or "bilinear"
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Each of the rows and columns several times: (batch, rows, columns, channels) → (batch, rows · size, columns · size,
/// channels). A mask ends here in Keras, so the layer takes none. "bilinear" takes, between the centres of two
/// elements, their mean weighted by distance, and beyond the outermost centres their elements.
///
///     layers::UpSampling2D()     layers::UpSampling2D({.size = {2, 3}, .interpolation = "bilinear"})
///
/// The constructor throws ValueError for a size below 1, for another data_format and for another interpolation; a call
/// throws ShapeError unless the rank is 4.
class UpSampling2D final : public Layer<UpSampling2D> {
 public:
  explicit UpSampling2D(UpSampling2DOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<UpSampling2D> from_config(const ConfigView& config);

 private:
  UpSampling2DOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
