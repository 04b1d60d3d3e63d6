#pragma once
#include <memory>
#include <string>
#include <string_view>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/ops/ops.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct GlobalPoolingOptions {
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  bool keepdims = false;                      ///< keep the axes, with extents of 1
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// What the layers below share: (batch, axes, channels) → (batch, channels). A mask ends here in Keras, so the layer
/// takes none; GlobalAveragePooling1D, which does, stands by itself.
///
/// The constructor throws ValueError for another data_format; a call throws ShapeError for another rank.
class BaseGlobalPooling : public LayerBase {
 public:
  Tensor call(const Tensor& input) override;
  Config get_config() const override;

 protected:
  using Reduce = Tensor (*)(const Tensor&, ops::ReduceOptions);
  BaseGlobalPooling(std::string_view layer, Reduce reduce, std::size_t axes, GlobalPoolingOptions options);

 private:
  std::string_view layer_;
  Reduce reduce_;
  std::size_t axes_;
  GlobalPoolingOptions options_;
};

/// The largest element of each channel; equal ones share the gradient, as in Keras. Integers stay integers. An input
/// without elements along its axes is a ShapeError.
///
///     layers::GlobalMaxPooling2D()
class GlobalMaxPooling1D final : public Layer<GlobalMaxPooling1D, BaseGlobalPooling> {
 public:
  explicit GlobalMaxPooling1D(GlobalPoolingOptions options = {});
  static std::shared_ptr<GlobalMaxPooling1D> from_config(const ConfigView& config);
};
class GlobalMaxPooling2D final : public Layer<GlobalMaxPooling2D, BaseGlobalPooling> {
 public:
  explicit GlobalMaxPooling2D(GlobalPoolingOptions options = {});
  static std::shared_ptr<GlobalMaxPooling2D> from_config(const ConfigView& config);
};
class GlobalMaxPooling3D final : public Layer<GlobalMaxPooling3D, BaseGlobalPooling> {
 public:
  explicit GlobalMaxPooling3D(GlobalPoolingOptions options = {});
  static std::shared_ptr<GlobalMaxPooling3D> from_config(const ConfigView& config);
};

/// The mean of each channel. Integers become the layer's dtype.
///
///     layers::GlobalAveragePooling2D({.keepdims = true})
class GlobalAveragePooling2D final : public Layer<GlobalAveragePooling2D, BaseGlobalPooling> {
 public:
  explicit GlobalAveragePooling2D(GlobalPoolingOptions options = {});
  static std::shared_ptr<GlobalAveragePooling2D> from_config(const ConfigView& config);
};
class GlobalAveragePooling3D final : public Layer<GlobalAveragePooling3D, BaseGlobalPooling> {
 public:
  explicit GlobalAveragePooling3D(GlobalPoolingOptions options = {});
  static std::shared_ptr<GlobalAveragePooling3D> from_config(const ConfigView& config);
};

/// Keras's other names for them.
using GlobalMaxPool1D = GlobalMaxPooling1D;
using GlobalMaxPool2D = GlobalMaxPooling2D;
using GlobalMaxPool3D = GlobalMaxPooling3D;
using GlobalAvgPool2D = GlobalAveragePooling2D;
using GlobalAvgPool3D = GlobalAveragePooling3D;

}  // namespace cornu::layers
CORNU_EXPORT_END
