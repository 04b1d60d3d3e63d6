#pragma once
#include <memory>
#include <string>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct ActivationOptions {
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// An activation as a layer of its own: any shape → the same. A mask passes through.
///
///     layers::Activation("softmax")
class Activation final : public Layer<Activation> {
 public:
  explicit Activation(cornu::Activation activation, ActivationOptions options = {});
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<Activation> from_config(const ConfigView& config);

 private:
  cornu::Activation activation_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
