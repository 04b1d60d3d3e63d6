#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/reshaping/margins.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct ZeroPadding3DOptions {
  Margins<3> padding = {1, 1, 1};             ///< how many zeros are added
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// A volume with zeros around it: (batch, depth, rows, columns, channels) → (batch, more depth, more rows, more
/// columns, channels). A mask ends here in Keras, so the layer takes none.
///
///     layers::ZeroPadding3D({.padding = {{1, 2}, {0, 3}, {1, 1}}})     layers::ZeroPadding3D({.padding = 2})
///
/// The constructor throws ValueError for a number below 0 and for another data_format; a call throws ShapeError unless
/// the rank is 5.
class ZeroPadding3D final : public Layer<ZeroPadding3D> {
 public:
  explicit ZeroPadding3D(ZeroPadding3DOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<ZeroPadding3D> from_config(const ConfigView& config);

 private:
  ZeroPadding3DOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
