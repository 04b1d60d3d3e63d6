#include <cornu/layers/recurrent/lstm.hpp>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

LSTMCell::LSTMCell(std::int64_t units, LSTMCellOptions options)
    : LSTMCell(detail::cell_settings("LSTMCell", units, options), options.unit_forget_bias) {}

LSTMCell::LSTMCell(detail::CellSettings settings, bool unit_forget_bias)
    : Layer(std::move(settings), 4), unit_forget_bias_(unit_forget_bias) {}

Handle<initializers::Initializer> LSTMCell::bias_initializer() const {
  if (!unit_forget_bias_) return settings().bias_initializer;
  return [initializer = settings().bias_initializer, units = units()](const Shape&, DType dtype) {
    return ops::concatenate(
        {(*initializer)({units}, dtype), Tensor::ones({units}, dtype), (*initializer)({2 * units}, dtype)});
  };
}

Tensors LSTMCell::step(const Tensors& prepared_and_states, const CallContext& context) {
  const Tensor z = prepared_and_states[0] + recurrent_product(prepared_and_states[1], {0, 4}, context);
  const cornu::Activation &activation = settings().activation, &recurrent_activation = settings().recurrent_activation;
  const Tensor i = recurrent_activation(of_gate(z, 0)), f = recurrent_activation(of_gate(z, 1));
  const Tensor c = f * prepared_and_states[2] + i * activation(of_gate(z, 2));
  const Tensor h = recurrent_activation(of_gate(z, 3)) * activation(c);
  return {h, h, c};
}

std::shared_ptr<RecurrentCell> LSTMCell::clone() const {
  return std::make_shared<LSTMCell>(present_settings(), unit_forget_bias_);
}

Config LSTMCell::options_config() const {
  return StandardCell::options_config().set("unit_forget_bias", unit_forget_bias_);
}

LSTM::LSTM(std::int64_t units, LSTMOptions options)
    : Layer(std::make_shared<LSTMCell>(detail::cell_settings("LSTM", units, options), options.unit_forget_bias),
            detail::loop_options(options), layer_options(options)) {}

Config LSTM::get_config() const { return RecurrentLayer::get_config().merge(detail::options_of(cell())); }

std::shared_ptr<RecurrentLayer> LSTM::clone(RecurrentLayerOptions loop, std::string name) const {
  return std::make_shared<LSTM>(cell().clone(), loop, options_named(std::move(name)));
}

}  // namespace cornu::layers
