#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/reshaping/margins.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct ZeroPadding2DOptions {
  Margins<2> padding = {1, 1};                ///< how many zeros are added
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// An image with zeros around it: (batch, rows, columns, channels) → (batch, more rows, more columns, channels). A mask
/// ends here in Keras, so the layer takes none.
///
///     layers::ZeroPadding2D({.padding = {{1, 2}, {0, 3}}})     layers::ZeroPadding2D({.padding = 2})
///
/// The constructor throws ValueError for a number below 0 and for another data_format; a call throws ShapeError unless
/// the rank is 4.
class ZeroPadding2D final : public Layer<ZeroPadding2D> {
 public:
  explicit ZeroPadding2D(ZeroPadding2DOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<ZeroPadding2D> from_config(const ConfigView& config);

 private:
  ZeroPadding2DOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
