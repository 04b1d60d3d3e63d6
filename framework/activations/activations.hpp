#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/shared.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Keras's activation functions: floating tensors of any shape in, the same shape out (glu: half of it along an axis).
/// All are made of ops, and differentiable as often as one likes. Other dtypes throw ValueError, axes out of range
/// IndexError.
namespace cornu::activations {

/// x above 0, α(e^(x/α) − 1) below.
[[nodiscard]] Tensor celu(const Tensor& x, double alpha);
[[nodiscard]] Tensor celu(const Tensor& x);  ///< α = 1
/// x above 0, α(e^x − 1) below.
[[nodiscard]] Tensor elu(const Tensor& x, double alpha);
[[nodiscard]] Tensor elu(const Tensor& x);  ///< α = 1
/// e^x
[[nodiscard]] Tensor exponential(const Tensor& x);
/// x · Φ(x), where Φ is the normal distribution's; or with 1/2 + tanh(√(2/π)(x + 0.044715 x³))/2 for Φ.
[[nodiscard]] Tensor gelu(const Tensor& x, bool approximate);
[[nodiscard]] Tensor gelu(const Tensor& x);  ///< not approximate
/// a · sigmoid(b), where a and b are the halves of x along an axis. Throws ShapeError for an odd extent.
[[nodiscard]] Tensor glu(const Tensor& x, std::int64_t axis);
[[nodiscard]] Tensor glu(const Tensor& x);  ///< along the last axis
/// x where |x| > threshold, 0 elsewhere.
[[nodiscard]] Tensor hard_shrink(const Tensor& x, double threshold);
[[nodiscard]] Tensor hard_shrink(const Tensor& x);  ///< threshold 0.5
/// relu6(x + 3) / 6
[[nodiscard]] Tensor hard_sigmoid(const Tensor& x);
/// x · hard_sigmoid(x)
[[nodiscard]] Tensor hard_silu(const Tensor& x);
[[nodiscard]] Tensor hard_swish(const Tensor& x);  ///< hard_silu
/// x held within [−1, 1].
[[nodiscard]] Tensor hard_tanh(const Tensor& x);
/// x from 0 on, negative_slope · x below.
[[nodiscard]] Tensor leaky_relu(const Tensor& x, double negative_slope);
[[nodiscard]] Tensor leaky_relu(const Tensor& x);  ///< slope 0.2
/// x
[[nodiscard]] Tensor linear(const Tensor& x);
/// ln sigmoid(x)
[[nodiscard]] Tensor log_sigmoid(const Tensor& x);
/// x − ln Σ e^x along an axis.
[[nodiscard]] Tensor log_softmax(const Tensor& x, std::int64_t axis);
[[nodiscard]] Tensor log_softmax(const Tensor& x);  ///< along the last axis
/// x · tanh(softplus(x))
[[nodiscard]] Tensor mish(const Tensor& x);

struct ReluOptions {
  double negative_slope = 0;
  std::optional<double> max_value = {};
  double threshold = 0;
};
/// x above the threshold, and no more than max_value; negative_slope · (x − threshold) below.
[[nodiscard]] Tensor relu(const Tensor& x, ReluOptions options);
using ops::relu;
/// relu, but at most 6.
[[nodiscard]] Tensor relu6(const Tensor& x);
/// 1.0507 · elu(x, 1.6733), with Keras's digits.
[[nodiscard]] Tensor selu(const Tensor& x);
using ops::sigmoid;
/// x · sigmoid(x)
[[nodiscard]] Tensor silu(const Tensor& x);
[[nodiscard]] Tensor swish(const Tensor& x);  ///< silu
/// x brought nearer to 0 by the threshold, and no further than 0.
[[nodiscard]] Tensor soft_shrink(const Tensor& x, double threshold);
[[nodiscard]] Tensor soft_shrink(const Tensor& x);  ///< threshold 0.5
/// e^x / Σ e^x along an axis.
[[nodiscard]] Tensor softmax(const Tensor& x, std::int64_t axis);
[[nodiscard]] Tensor softmax(const Tensor& x);  ///< along the last axis
using ops::softplus;
/// x / (1 + |x|)
[[nodiscard]] Tensor softsign(const Tensor& x);
/// 0 up to −1, (x + 1)² / 4 up to 1, x from there on.
[[nodiscard]] Tensor sparse_plus(const Tensor& x);
/// 0 up to −1, (x + 1) / 2 up to 1, 1 from there on.
[[nodiscard]] Tensor sparse_sigmoid(const Tensor& x);
/// The nearest point of the probability simplex: max(x − τ, 0) with τ such that the sum along the axis is 1 (Martins,
/// Astudillo 2016). Keras 3.15 gives something else, which does not sum to 1, where more than one element stays.
[[nodiscard]] Tensor sparsemax(const Tensor& x, std::int64_t axis);
[[nodiscard]] Tensor sparsemax(const Tensor& x);  ///< along the last axis
/// (x + √(x² + b)) / 2
[[nodiscard]] Tensor squareplus(const Tensor& x, double b);
[[nodiscard]] Tensor squareplus(const Tensor& x);  ///< b = 4
using ops::tanh;
/// x − tanh(x)
[[nodiscard]] Tensor tanh_shrink(const Tensor& x);
/// x above `threshold`, default_value elsewhere.
[[nodiscard]] Tensor threshold(const Tensor& x, double threshold, double default_value);

}  // namespace cornu::activations

namespace cornu {

class ConfigView;

/// How a layer is told its activation: Keras's name for it, or any function of a Tensor. Empty means linear.
///
///     layers::Dense(16, "relu")
///     layers::Dense(16, cornu::activations::gelu)
///     layers::Dense(16, [](const Tensor& x) { return activations::leaky_relu(x, 0.1); })
///
/// Throws ValueError for a name that does not exist, listing those that do.
class Activation {
 public:
  Activation() = default;
  Activation(std::nullptr_t) {}
  Activation(const char* name);
  Activation(const std::string& name);
  Activation(Tensor (*function)(const Tensor&));
  template <std::invocable<const Tensor&> F>
  requires(!std::same_as<std::remove_cvref_t<F>, Activation>) Activation(F function)
      : Activation(Any(), std::move(function)) {}
  Activation(const Activation& other);
  Activation(Activation&& other) noexcept = default;
  Activation& operator=(const Activation& other);
  Activation& operator=(Activation&& other) noexcept;
  ~Activation();

  /// False for linear.
  explicit operator bool() const { return static_cast<bool>(body_); }
  Tensor operator()(const Tensor& x) const;
  /// Keras's name; "linear" when empty, "function" for a function that has none.
  const std::string& name() const;
  /// As Keras's files write it: the name of a function of Keras; {"class_name": "function", "config": name, …} of any
  /// other; the layer that it was read from ("LeakyReLU" with its options).
  Config to_config() const;

 private:
  struct Any {};
  Activation(Any, Callable<Tensor(const Tensor&)> function);

  friend void read_value(const ConfigView& view, Activation& value);

  struct Body;
  detail::Shared<const Body> body_;
};

/// A name, null for none, a function of Keras's files by its name, or one of the layers ReLU, LeakyReLU, ELU, Softmax
/// and Activation, which Keras takes for activations too. Throws FileError for anything else.
void read_value(const ConfigView& view, Activation& value);
inline Config value_of(const Activation& value) { return value.to_config(); }

/// Lets names and files mean a function of yours: "my_package>swoosh". Safe from several threads. Throws ValueError for
/// a name that another function has.
void register_activation(std::string name, Tensor (*function)(const Tensor&));

}  // namespace cornu
CORNU_EXPORT_END
