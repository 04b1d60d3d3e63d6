#pragma once
// Internal: one step of a recurrent layer, forwards and backwards, for what lies between the matrix products.
#include <cstdint>

namespace cornu::kernels {

/// Matrices have a row a sample, in one piece. `projected` is x·W + b of the step and `recurrent` h_before·U (+ b),
/// both (rows, gates · units); states are (rows, units).
template <class T>
struct CellStep {
  std::int64_t rows = 0, units = 0;
  const bool* counts = nullptr;  ///< of each row; null: all count. Where it does not, the states stay as they were.
  const T *projected = nullptr, *recurrent = nullptr;
  const T *h_before = nullptr, *c_before = nullptr;
  T* gates = nullptr;  ///< kept for the gradient: LSTM i, f, g, o; GRU z, r, g and the part of `recurrent` for g
  T *c = nullptr, *h = nullptr;
};

/// Rows that do not count get zeros in d_projected and d_recurrent, and pass d_h and d_c on.
template <class T>
struct CellStepGradient {
  std::int64_t rows = 0, units = 0;
  const bool* counts = nullptr;
  const T *gates = nullptr, *h_before = nullptr, *c_before = nullptr, *c = nullptr, *h = nullptr;
  const T* d_h = nullptr;
  T* d_c = nullptr;                                  ///< of c, and then of c_before
  T *d_projected = nullptr, *d_recurrent = nullptr;  ///< the second for GRU alone: elsewhere they are the same
  T* d_h_before = nullptr;                           ///< but for what goes through `recurrent`
};

/// T is float or double.
template <class T>
struct RecurrentKernels {
  /// h = tanh(projected + recurrent)
  void (*simple_rnn)(const CellStep<T>& step);
  /// i, f, g, o = σ, σ, tanh, σ of projected + recurrent; c = f · c_before + i · g; h = o · tanh(c)
  void (*lstm)(const CellStep<T>& step);
  /// z, r = σ of projected + recurrent; g = tanh(projected + r · recurrent); h = z · h_before + (1 − z) · g
  void (*gru)(const CellStep<T>& step);
  void (*simple_rnn_gradient)(const CellStepGradient<T>& step);
  void (*lstm_gradient)(const CellStepGradient<T>& step);
  void (*gru_gradient)(const CellStepGradient<T>& step);
};

}  // namespace cornu::kernels
