#pragma once
// Internal: what LSTM and the layers ConvLSTM1D, 2D and 3D compute at a step, whatever gave the gates.
#include <array>
#include <cstdint>

#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/recurrent/standard_cell.hpp>

namespace cornu::layers::detail {

/// i, f, o = recurrent_activation of the gates 0, 1, 3; c' = f · c + i · activation(gate 2); h' = o · activation(c').
/// → {h', h', c'}
Tensors lstm_step(const std::array<Tensor, 4>& gates, const Tensor& c, const CellSettings& settings);

/// A bias (4 · units,) whose forget gate begins as ones.
Handle<initializers::Initializer> with_forget_bias(const CellSettings& settings);

}  // namespace cornu::layers::detail
