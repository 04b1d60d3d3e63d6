#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct GlobalAveragePooling1DOptions {
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, features, steps)
  bool keepdims = false;                      ///< keep the steps' axis, with extent 1
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// The mean over the steps: (batch, steps, features) → (batch, features). With a mask (batch, steps), the mean over the
/// steps it has; a sample that is masked whole gives 0. The mask ends here.
///
/// The constructor throws ValueError for another data_format; a call throws ShapeError unless the rank is 3 and the
/// mask's shape (batch, steps).
class GlobalAveragePooling1D final : public Layer<GlobalAveragePooling1D> {
 public:
  explicit GlobalAveragePooling1D(GlobalAveragePooling1DOptions options = {});
  /// `GlobalAveragePooling1D({})`: the defaults.
  explicit GlobalAveragePooling1D(cornu::detail::NoOptions);
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::call;
  Mask compute_mask(const Tensor& input, const Mask& mask) const override;
  Config get_config() const override;
  static std::shared_ptr<GlobalAveragePooling1D> from_config(const ConfigView& config);

 private:
  GlobalAveragePooling1DOptions options_;
};

/// Keras's other name for it.
using GlobalAvgPool1D = GlobalAveragePooling1D;

}  // namespace cornu::layers
CORNU_EXPORT_END
