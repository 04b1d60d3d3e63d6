#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/preprocessing/numbers.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct RescalingOptions {
  Numbers offset = 0.0;
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// x · scale + offset: any shape → the same, in the layer's dtype; integers are cast. Scale and offset are numbers, or
/// broadcast to the input. A mask passes through.
///
///     layers::Rescaling(1.0 / 255)     layers::Rescaling(1 / 127.5, {.offset = -1})
///
/// A call throws ShapeError for a scale or offset that does not broadcast.
class Rescaling final : public Layer<Rescaling> {
 public:
  explicit Rescaling(Numbers scale, RescalingOptions options = {});
  Tensor call(const Tensor& input) override;
  using LayerBase::call;
  Config get_config() const override;
  static std::shared_ptr<Rescaling> from_config(const ConfigView& config);

 private:
  Numbers scale_, offset_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
