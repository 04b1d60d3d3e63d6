#pragma once
#include <utility>
#include <vector>

#include <cornu/framework/autodiff/gradient.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim {

/// √(Σ g²) over all elements of all gradients, a scalar; 0 for none. Empty gradients count as zeros, rows as the table
/// that they stand for: equal ids are summed first. Summed in double; the result is float64 if a gradient is, float32
/// otherwise. A constant to every tape. Throws ValueError for a gradient that is not floating.
Tensor global_norm(const std::vector<Gradient>& gradients);

/// The gradients times clip_norm / max(global_norm, clip_norm), and the global norm, as tf.clip_by_global_norm: what
/// training loops of one's own do where fit has an optimizer's global_clipnorm, with the same result.
///
///     const std::vector<Variable> weights = model.trainable_weights();
///     const auto [clipped, norm] = optim::clip_by_global_norm(tape.gradient(loss, weights), 1.0);
///     optimizer.apply(clipped, weights);
///
/// Empty gradients stay empty, and rows stay rows, at the cost of the rows. If the norm is not finite, all become NaN.
/// Throws ValueError unless clip_norm is positive and finite, and as global_norm does.
std::pair<std::vector<Gradient>, Tensor> clip_by_global_norm(const std::vector<Gradient>& gradients, double clip_norm);

}  // namespace cornu::optim
CORNU_EXPORT_END
