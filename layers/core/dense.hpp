#pragma once
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct DenseOptions {
  cornu::Activation activation = {};  ///< a name, an object or a function; none: the product as it is
  bool use_bias = true;
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

/// activation(x · kernel + bias): (batch, …, inputs) → (batch, …, units), with a kernel (inputs, units) and a bias
/// (units,). A mask passes through.
///
///     layers::Dense(16, "relu")     layers::Dense(8, {.activation = my_function, .use_bias = false})
///
/// Integer inputs are cast to the layer's dtype. The constructor throws ValueError unless units is positive; a call
/// throws ShapeError for rank 0 and 1, for a last axis that is not known when the layer is built, and for one that is
/// not what it was then.
class Dense final : public Layer<Dense> {
 public:
  explicit Dense(std::int64_t units, DenseOptions options = {});
  /// `Dense(1, {})`: the defaults.
  Dense(std::int64_t units, cornu::detail::NoOptions);
  /// The activation counts, whatever stands in the options.
  Dense(std::int64_t units, cornu::Activation activation, DenseOptions options = {});
  /// Only says how to write it.
  template <std::integral I>
  Dense(std::int64_t, I units) : Dense(units) {
    static_assert(!std::integral<I>,
                  "a Dense is told its units alone, layers::Dense(8): how many inputs there are it sees by the data");
  }

  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<Dense> from_config(const ConfigView& config);

  std::int64_t units() const { return units_; }

 private:
  std::int64_t units_;
  DenseOptions options_;
  Variable kernel_, bias_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
