#pragma once
// Internal: a cell run over a sequence, step by step.
#include <functional>
#include <optional>

#include <cornu/framework/tensor/list.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::ops {

/// Axes 0 and 1 exchanged, without an allocation: (batch, steps, …) → (steps, batch, …) and back. `reversed`: that axis
/// of x is read from its end. d_x likewise.
enum class Reversed { none, first, second };
Tensor exchange_leading(const Tensor& x, Reversed reversed = Reversed::none);

/// x[0], x[1], … along the first axis. Cut in halves again and again, so that the gradients cost steps · log(steps).
Tensors unstack(const Tensor& x);

/// One step: {input, states…} → {output, states…}.
using CellFunction = std::function<List<Tensor>(const List<Tensor>& inputs)>;

/// A sequence and what was there before it.
struct Sequence {
  Tensor inputs;               ///< (steps, batch, …)
  std::optional<Tensor> mask;  ///< (steps, batch)
  List<Tensor> before;         ///< output and states
};

struct SequenceOptions {
  bool return_sequences = false;
  bool zero_output_for_mask = false;
};

/// Runs the cell over all steps. At those outside the mask states and output stay as they were, or the output is 0 with
/// zero_output_for_mask. → the outputs (steps, batch, …), or the last one, and the last states. Recorded op by op.
List<Tensor> run_cell(const CellFunction& cell, const Sequence& sequence, SequenceOptions options);

}  // namespace cornu::ops
