#pragma once
#include <array>
#include <span>
#include <vector>

#include <cornu/framework/autodiff/gradient.hpp>
#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

struct GradientTapeOptions {
  bool persistent = false;               ///< gradient() may be called more than once
  bool watch_accessed_variables = true;  ///< trainable variables are watched when they are read
  bool higher_order = false;             ///< record the backward pass too (an outer tape always does)
};

/// Records, while it lives, the ops of this thread that depend on trainable variables and watched tensors, and
/// differentiates them in reverse order.
///
///     GradientTape tape;
///     const Tensor loss = ops::mean(ops::square(ops::matmul(x, w) + b - y));
///     const auto [dw, db] = tape.gradient(loss, w, b);
///
/// A target that is not a scalar counts as the sum of its elements. A tape that is not persistent frees its records
/// with the first gradient(). Tapes nest: gradients taken from an inner tape are themselves recorded by the outer one.
/// gradient() throws StateError when the tape has been used up, or when the target was not computed under this tape
/// (because it is older, or its tape is gone). A tape may be destroyed on another thread than its own.
class GradientTape {
 public:
  explicit GradientTape(GradientTapeOptions options = {});
  ~GradientTape();
  GradientTape(const GradientTape&) = delete;
  GradientTape& operator=(const GradientTape&) = delete;

  /// Differentiates with respect to this tensor, or to a variable that is not trainable, from here on.
  void watch(const Tensor& tensor);
  void watch(const Variable& variable);

  /// d target / d source: empty when target does not depend on it.
  Gradient gradient(const Tensor& target, const Variable& source);
  Gradient gradient(const Tensor& target, const Tensor& source);
  std::vector<Gradient> gradient(const Tensor& target, const std::vector<Variable>& sources);
  template <std::same_as<Variable>... V>
  requires(sizeof...(V) > 1) std::array<Gradient, sizeof...(V)> gradient(const Tensor& target, const V&... sources) {
    std::array<Gradient, sizeof...(V)> result;
    const std::array<const Variable*, sizeof...(V)> pointers{&sources...};
    gradients(target, pointers, result);
    return result;
  }

  /// The same without an allocation, for training loops.
  void gradients(const Tensor& target, std::span<const Variable* const> sources, std::span<Gradient> results);

 private:
  struct Source;
  void check_usable(const Tensor& target) const;
  void differentiate(const Tensor& target, std::span<const Source> sources, std::span<Gradient> results);

  GradientTapeOptions options_;
  std::size_t start_ = 0;  // index of the first record that belongs to this tape
  std::uint64_t trace_ = 0, number_ = 0;
  bool used_ = false;
};

/// The same elements, constant to every tape.
[[nodiscard]] Tensor stop_gradient(const Tensor& tensor);

/// `output`, computed from `inputs` in whatever way, with a gradient of the caller's: `backward(d_output)` returns one
/// tensor an input, of that input's shape. Throws ShapeError when it returns another number or other shapes.
///
///     return custom_gradient({x}, ops::log(1.f + ops::exp(x)),
///                            [x](const Tensor& dy) { return std::vector<Tensor>{dy * ops::sigmoid(x)}; });
[[nodiscard]] Tensor custom_gradient(const std::vector<Tensor>& inputs, const Tensor& output,
                                     Callable<std::vector<Tensor>(const Tensor&)> backward);

}  // namespace cornu
CORNU_EXPORT_END
