#pragma once
// Internal: cross-entropies whose gradient is one pass over the predictions instead of one an op.
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::losses {

/// What keeps probabilities away from 0 and 1.
inline constexpr double epsilon = 1e-7;

/// Stands for ln 0. Its exponential is 0, also in sums of such, and its gradient is a number.
inline constexpr double log_of_zero = -1e30;

/// −t·ln p − (1 − t)·ln(1 − p), element by element, p clipped to ε … 1 − ε; for logits −t·ln σ(p) − (1 − t)·ln σ(−p).
/// t and p have the same shape and dtype. Gradients of both.
Tensor binary_crossentropies(const Tensor& t, const Tensor& p, bool from_logits);

/// −ln p[i…, ids[i…]] for p (i…, classes), each row divided by its sum and clipped to ε … 1 − ε; for logits
/// −log_softmax(p)[i…, ids[i…]]. ids: int32 in 0 … classes-1.
Tensor sparse_crossentropies(const Tensor& ids, const Tensor& p, bool from_logits);

/// ln of the probabilities along an axis, as sparse_crossentropies takes them.
Tensor log_probabilities(const Tensor& p, bool from_logits, std::int64_t axis);

/// The same made of ops alone: what the others are tested against, and what they are where labels have a gradient too.
Tensor plain_binary_crossentropies(const Tensor& t, const Tensor& p, bool from_logits);
Tensor plain_sparse_crossentropies(const Tensor& ids, const Tensor& p, bool from_logits);

}  // namespace cornu::losses
