#pragma once
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct LambdaOptions {
  /// Of a sample, without the batch: for a function that cannot tell on a tensor without elements.
  std::optional<Shape> output_shape = {};
  /// The mask of the output; without it the layer takes none, as in Keras.
  Callable<Mask(const Tensor& input, const Mask& mask)> mask = {};
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// A function of a tensor, made of ops, as a layer.
///
///     layers::Lambda([](const Tensor& x) { return ops::square(x); })
///
/// Files hold the name of a function and not its code, so that what can be saved and read is a function of
/// register_activation("my_package>twice", twice), or an activation of Keras. A model with another one is saved, but
/// cannot be read; one of Python's lambdas, or with a function as `mask`, `output_shape` or with `arguments`, is
/// refused. The constructor throws ValueError for no function.
class Lambda final : public Layer<Lambda> {
 public:
  explicit Lambda(cornu::Activation function, LambdaOptions options = {});
  Tensor call(const Tensor& input) override;
  using LayerBase::call;
  Mask compute_mask(const Tensor& input, const Mask& mask) const override;
  Config get_config() const override;
  static std::shared_ptr<Lambda> from_config(const ConfigView& config);

 private:
  cornu::Activation function_;
  LambdaOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
