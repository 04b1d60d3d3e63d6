#include <cornu/layers/recurrent/lstm_gates.hpp>

#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers::detail {

Tensors lstm_step(const std::array<Tensor, 4>& gates, const Tensor& c, const CellSettings& settings) {
  const cornu::Activation &activation = settings.activation, &recurrent_activation = settings.recurrent_activation;
  const Tensor i = recurrent_activation(gates[0]), f = recurrent_activation(gates[1]);
  const Tensor after = f * c + i * activation(gates[2]);
  const Tensor h = recurrent_activation(gates[3]) * activation(after);
  return {h, h, after};
}

Handle<initializers::Initializer> with_forget_bias(const CellSettings& settings) {
  return [initializer = settings.bias_initializer, units = settings.units](const Shape&, DType dtype) {
    return ops::concatenate(
        {(*initializer)({units}, dtype), Tensor::ones({units}, dtype), (*initializer)({2 * units}, dtype)});
  };
}

}  // namespace cornu::layers::detail
