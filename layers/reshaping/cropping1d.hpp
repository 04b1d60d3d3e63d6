#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/reshaping/margins.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct Cropping1DOptions {
  Margins<1> cropping = {1, 1};  ///< how much is cut off
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// A sequence without its margins: (batch, steps, channels) → (batch, fewer steps, channels). A mask ends here in
/// Keras, so the layer takes none.
///
///     layers::Cropping1D({.cropping = {1, 2}})   // the first step, and the last two
///
/// The constructor throws ValueError for a number below 0; a call throws ShapeError unless the rank is 3 and something
/// is left.
class Cropping1D final : public Layer<Cropping1D> {
 public:
  explicit Cropping1D(Cropping1DOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<Cropping1D> from_config(const ConfigView& config);

 private:
  Cropping1DOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
