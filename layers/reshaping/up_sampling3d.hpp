#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/reshaping/factors.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct UpSampling3DOptions {
  Factors<3> size = 2;                        ///< how often each element stands in a row
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Each of the depth, rows and columns several times: (batch, depth, rows, columns, channels) → (batch, depth · size,
/// rows · size, columns · size, channels). A mask ends here in Keras, so the layer takes none.
///
///     layers::UpSampling3D({.size = {1, 2, 2}})
///
/// The constructor throws ValueError for a size below 1, for another data_format; a call throws ShapeError unless the
/// rank is 5.
class UpSampling3D final : public Layer<UpSampling3D> {
 public:
  explicit UpSampling3D(UpSampling3DOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<UpSampling3D> from_config(const ConfigView& config);

 private:
  UpSampling3DOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
