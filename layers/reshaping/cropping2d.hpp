#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/reshaping/margins.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct Cropping2DOptions {
  Margins<2> cropping = 0;                    ///< how much is cut off
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// An image without its margins: (batch, rows, columns, channels) → (batch, fewer rows, fewer columns, channels). A
/// mask ends here in Keras, so the layer takes none.
///
///     layers::Cropping2D({.cropping = {{1, 2}, {0, 3}}})     layers::Cropping2D({.cropping = 1})
///
/// The constructor throws ValueError for a number below 0 and for another data_format; a call throws ShapeError unless
/// the rank is 4 and something is left.
class Cropping2D final : public Layer<Cropping2D> {
 public:
  explicit Cropping2D(Cropping2DOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<Cropping2D> from_config(const ConfigView& config);

 private:
  Cropping2DOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
