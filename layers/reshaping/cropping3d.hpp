#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/reshaping/margins.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct Cropping3DOptions {
  Margins<3> cropping = 1;                    ///< how much is cut off
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// A volume without its margins: (batch, depth, rows, columns, channels) → (batch, fewer depth, fewer rows, fewer
/// columns, channels). A mask ends here in Keras, so the layer takes none.
///
///     layers::Cropping3D({.cropping = {{1, 2}, {0, 3}, {1, 1}}})     layers::Cropping3D({.cropping = 1})
///
/// The constructor throws ValueError for a number below 0 and for another data_format; a call throws ShapeError unless
/// the rank is 5 and something is left.
class Cropping3D final : public Layer<Cropping3D> {
 public:
  explicit Cropping3D(Cropping3DOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<Cropping3D> from_config(const ConfigView& config);

 private:
  Cropping3DOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
