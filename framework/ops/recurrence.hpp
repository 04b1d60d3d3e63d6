#pragma once
// Internal: what recurrent layers do with a sequence, in one op.
#include <optional>

#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::ops {

enum class CellKind { simple_rnn, lstm, gru };

/// What goes in; gates are 1, 4 and 3 times the units.
struct Recurrence {
  Tensor inputs;                    ///< x (steps, batch, features)
  Tensor kernel;                    ///< W (features, gates)
  Tensor bias = {};                 ///< b (gates,); none: no bias
  Tensor recurrent_kernel;          ///< U (units, gates)
  Tensor recurrent_bias = {};       ///< (gates,) of a GRU; none: no bias
  Tensor h = {}, c = {};            ///< the states before, (batch, units); c for LSTM alone. None: zeros.
  std::optional<Tensor> mask = {};  ///< (steps, batch); where it does not hold the states stay as they were
};

struct RecurrenceOptions {
  bool return_sequences = false;
  bool return_state = false;
  bool zero_output_for_mask = false;  ///< outputs of steps outside the mask; otherwise h as it was
};

/// With a = x·W + b of the step,
/// SimpleRNN: h' = tanh(a + h·U).
/// LSTM: i, f, g, o = σ, σ, tanh, σ of a + h·U;  c' = f · c + i · g;  h' = o · tanh(c').
/// GRU: with q = h·U + the recurrent bias, z, r = σ(a + q);  g = tanh(a + r · q);  h' = z · h + (1 − z) · g.
///
/// → (n, batch, units): h' of all steps, or of the last one; with return_state the last h behind it, and the last c.
/// The gradient walks back through the steps in a loop; those of W, U and the biases are taken over the whole sequence.
/// Steps outside the mask cost next to nothing: samples are run with those of more steps first, only what lies from the
/// first to the last that counts at a step is multiplied, and the sums of the gradients leave the others out.
Tensor recurrence(CellKind kind, const Recurrence& inputs, RecurrenceOptions options = {});

/// The same made of ops.
Tensor recurrence_of_ops(CellKind kind, const Recurrence& inputs, RecurrenceOptions options = {});

}  // namespace cornu::ops
