#pragma once
#include <cstddef>

#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/recurrent/gru.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/recurrent/simple_rnn.hpp>

namespace cornu::testing {

/// For tests of what SimpleRNN, LSTM and GRU have in common: TEST_CASE_TEMPLATE("…", L, CORNU_RECURRENT_KINDS).
#define CORNU_RECURRENT_KINDS layers::SimpleRNN, layers::LSTM, layers::GRU

template <class L>
struct Kind;
template <>
struct Kind<layers::SimpleRNN> {
  using Options = layers::SimpleRNNOptions;
  using Cell = layers::SimpleRNNCell;
  static constexpr std::size_t states = 1;
};
template <>
struct Kind<layers::LSTM> {
  using Options = layers::LSTMOptions;
  using Cell = layers::LSTMCell;
  static constexpr std::size_t states = 2;
};
template <>
struct Kind<layers::GRU> {
  using Options = layers::GRUOptions;
  using Cell = layers::GRUCell;
  static constexpr std::size_t states = 1;
};

/// tanh under another name, so that the steps are taken one by one
inline Tensor plain_tanh(const Tensor& x) { return ops::tanh(x); }

template <class Options>
Options step_by_step(Options options) {
  options.activation = plain_tanh;
  return options;
}

/// Padding nowhere, before, after, in the middle and the whole row.
inline Tensor padding() {
  return Tensor({{true, true, true, true},
                 {false, false, true, true},
                 {true, true, false, false},
                 {true, false, false, true},
                 {false, false, false, false}});
}

}  // namespace cornu::testing
