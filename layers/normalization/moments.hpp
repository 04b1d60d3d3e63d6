#pragma once
// Internal: what the normalisations share: means, variances, gains and shifts.
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

/// The mean and variance of x along some axes, which keep extent 1, and x less its mean.
struct Moments {
  Tensor mean, variance, centred;
};
Moments moments(const Tensor& x, const ops::Axes& axes);
/// The same over the elements for which `mask` holds, as Keras counts: sums are divided by their number + 1e-7, so that
/// no element at all gives 0. `mask` broadcasts to x; `centred` is of every element.
Moments masked_moments(const Tensor& x, const Tensor& mask, const ops::Axes& axes);

/// centred / √(variance + epsilon) · gamma + beta. gamma and beta broadcast; those that are not defined are left out.
Tensor normalized(const Tensor& centred, const Tensor& variance, double epsilon, const Tensor& gamma,
                  const Tensor& beta);

/// A weight as that shape; what is not defined stays so.
Tensor as_shape(const Variable& weight, const Shape& shape);

/// Throws ValueError unless epsilon is a number from 0 on.
void require_epsilon(std::string_view layer, double epsilon);

/// The weights `gamma` and `beta` of options that are called as Keras calls them.
template <class Options>
WeightSpec gamma_spec(const Options& options, const Shape& shape) {
  return {.name = "gamma",
          .shape = shape,
          .initializer = options.gamma_initializer,
          .regularizer = options.gamma_regularizer,
          .constraint = options.gamma_constraint};
}
template <class Options>
WeightSpec beta_spec(const Options& options, const Shape& shape) {
  return {.name = "beta",
          .shape = shape,
          .initializer = options.beta_initializer,
          .regularizer = options.beta_regularizer,
          .constraint = options.beta_constraint};
}

/// Keras's keys of what trains them, in its order.
constexpr auto each_gamma_and_beta_rule = [](auto& option, auto& options) {
  option("beta_regularizer", options.beta_regularizer);
  option("gamma_regularizer", options.gamma_regularizer);
  option("beta_constraint", options.beta_constraint);
  option("gamma_constraint", options.gamma_constraint);
};

}  // namespace cornu::layers
