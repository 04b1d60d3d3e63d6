#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/reshaping/margins.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct ZeroPadding1DOptions {
  Margins<1> padding = 1;                     ///< how many zeros are added
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// A sequence with zeros around it: (batch, steps, channels) → (batch, more steps, channels). A mask ends here in
/// Keras, so the layer takes none.
///
///     layers::ZeroPadding1D({.padding = {1, 0}})   // one step in front
///
/// The constructor throws ValueError for a number below 0 and for another data_format; a call throws ShapeError unless
/// the rank is 3.
class ZeroPadding1D final : public Layer<ZeroPadding1D> {
 public:
  explicit ZeroPadding1D(ZeroPadding1DOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<ZeroPadding1D> from_config(const ConfigView& config);

 private:
  ZeroPadding1DOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
