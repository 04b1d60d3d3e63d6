#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct EinsumDenseOptions {
  cornu::Activation activation = {};  ///< a name, an object or a function; none: the product as it is
  std::string bias_axes = {};         ///< letters of the result along which the bias differs; none: no bias
  Handle<initializers::Initializer> kernel_initializer = "glorot_uniform";
  Handle<initializers::Initializer> bias_initializer = "zeros";
  Handle<regularizers::Regularizer> kernel_regularizer = {};
  Handle<regularizers::Regularizer> bias_regularizer = {};
  Handle<regularizers::Regularizer> activity_regularizer = {};
  Handle<constraints::Constraint> kernel_constraint = {};
  Handle<constraints::Constraint> bias_constraint = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// activation(einsum(equation, x, kernel) + bias): a Dense along any axes.
///
///     layers::EinsumDense("abc,cd->abd", {None, 64}, {.activation = "relu", .bias_axes = "d"})   // (b, 32, 8) → (b,
///     32, 64) layers::EinsumDense("...x,xy->...y", {64}, {.bias_axes = "y"})                             // of any
///     rank
///
/// The equation names each axis of the input, of the kernel and of the result by a letter, the batch first; "..." in
/// front of both input and result, or behind both, stands for axes that stay. `output_shape` is the result's without
/// the batch and without what "..." stands for; an extent that is the input's may be None. The bias has an extent for
/// each letter of bias_axes, and 1 along the axes of the result between and behind them. Initializers that count inputs
/// and outputs count those of the equation.
///
/// The constructor throws ValueError for an equation of another form; building throws ValueError for a letter of the
/// kernel, the result or bias_axes that stands nowhere else, ShapeError for an input that does not fit. A mask is not
/// taken, as Keras passes none on.
class EinsumDense final : public Layer<EinsumDense> {
 public:
  EinsumDense(std::string equation, Shape output_shape, EinsumDenseOptions options = {});
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override;
  using LayerBase::build;
  using LayerBase::call;
  Config get_config() const override;
  static std::shared_ptr<EinsumDense> from_config(const ConfigView& config);

 private:
  Tensor product(const Tensor& x) const;

  std::string equation_;
  Shape output_shape_;
  EinsumDenseOptions options_;
  std::string whole_equation_;  // with a digit for each axis that "..." stands for
  std::size_t rank_ = 0;
  std::size_t summed_ = 0;  // axes of a product of matrices with a bias for each column; 0 where it is another
  Variable kernel_, bias_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
