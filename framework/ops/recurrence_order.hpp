#pragma once
// Internal: sequences of several lengths in one batch.
#include <cstdint>
#include <optional>

#include <cornu/framework/ops/recurrence_run.hpp>

namespace cornu::ops::recurrent {

/// Which samples of a batch are run one beside the other, so that those that count at a step lie together: the longest
/// first in each piece (see piece_rows), and each piece as long as the others. None where the samples stay as they are:
/// without a mask, or where the lengths are about the same. An order is int64 (batch,): a tensor, since the memory of
/// tensors is used again from step to step.
Tensor order_by_length(const Run& run);

/// Where each sample is in the order. Without an order there is none.
Tensor inverse(const Tensor& order);

/// Samples order[0], order[1], … along axis 0 or 1; x itself without an order.
Tensor in_order(const Tensor& x, std::size_t axis, const Tensor& order);

/// What the gradients of W, U and the biases are made of, with a row for each step and sample that counts.
struct CountedRows {
  Tensor x, h_before;               ///< (rows, features), (rows, units)
  Tensor d_projected, d_recurrent;  ///< (rows, gates); the same tensor unless it is a GRU
};

/// Nothing where all rows count and lie in the order in which the samples came: they can be used as they lie.
std::optional<CountedRows> counted_rows(const Run& run, const RunGradients& d);

}  // namespace cornu::ops::recurrent
