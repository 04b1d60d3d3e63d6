#pragma once
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::activations {

/// What "hard_sigmoid" was until Keras 2: 0.2·x + 0.5 held within [0, 1], for floating tensors of any shape. `.h5`
/// files of Keras 2 are read with it. Keras 3 has no name for it: a `.keras` file holds a Pipeline of Rescaling and
/// ReLU.
///
///     layers::LSTM(50, {.recurrent_activation = activations::keras2_hard_sigmoid})
Tensor keras2_hard_sigmoid(const Tensor& x);

}  // namespace cornu::activations
CORNU_EXPORT_END
