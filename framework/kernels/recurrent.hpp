#pragma once
// Internal: one step of a recurrent layer, forwards and backwards, for what lies between the matrix products.
#include <cstdint>

namespace cornu::kernels {

/// Matrices have a row a sample; all are in one piece. States are (rows, units).
template <class T>
struct CellStep {
  std::int64_t rows = 0, units = 0;
  const bool* counts = nullptr;  ///< of each row; null: all count. Where it does not, the states stay as they were.
  /// Sums, and then what the gradient wants: LSTM (rows, 4 · units), x·W + h_before·U + b, then i, f, g, o. GRU
  /// (rows, 4 · units), x·W + b in the first three, then z, r, g and the part of `recurrent` for g. SimpleRNN: none.
  T* gates = nullptr;
  const T* recurrent = nullptr;  ///< of GRU alone: h_before·U + b (rows, 3 · units)
  const T *h_before = nullptr, *c_before = nullptr;
  T *c = nullptr, *h = nullptr;  ///< h of SimpleRNN holds x·W + h_before·U + b before
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
  T* d_h_before = nullptr;                           ///< but for what goes through h_before·U
};

/// T is float or double.
template <class T>
struct RecurrentKernels {
  /// h = tanh(h)
  void (*simple_rnn)(const CellStep<T>& step);
  /// i, f, g, o = σ, σ, tanh, σ of the sums; c = f · c_before + i · g; h = o · tanh(c)
  void (*lstm)(const CellStep<T>& step);
  /// z, r = σ of sums + recurrent; g = tanh(sums + r · recurrent); h = z · h_before + (1 − z) · g
  void (*gru)(const CellStep<T>& step);
  void (*simple_rnn_gradient)(const CellStepGradient<T>& step);
  void (*lstm_gradient)(const CellStepGradient<T>& step);
  void (*gru_gradient)(const CellStepGradient<T>& step);
};

}  // namespace cornu::kernels
