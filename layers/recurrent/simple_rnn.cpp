#include <cornu/layers/recurrent/simple_rnn.hpp>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

SimpleRNNCell::SimpleRNNCell(std::int64_t units, SimpleRNNCellOptions options)
    : SimpleRNNCell(detail::cell_settings("SimpleRNNCell", units, options)) {}

SimpleRNNCell::SimpleRNNCell(detail::CellSettings settings) : Layer(std::move(settings), 1) {}

Tensors SimpleRNNCell::step(const Tensors& prepared_and_states, const CallContext& context) {
  const Tensor a = prepared_and_states[0] + recurrent_product(prepared_and_states[1], {0, 1}, context);
  const Tensor h = settings().activation(a);
  return {h, h};
}

std::shared_ptr<RecurrentCell> SimpleRNNCell::clone() const {
  return std::make_shared<SimpleRNNCell>(present_settings());
}

SimpleRNN::SimpleRNN(std::int64_t units, SimpleRNNOptions options)
    : Layer(std::make_shared<SimpleRNNCell>(detail::cell_settings("SimpleRNN", units, options)),
            detail::loop_options(options), layer_options(options)) {}

Config SimpleRNN::get_config() const { return RecurrentLayer::get_config().merge(detail::options_of(cell())); }

std::shared_ptr<RecurrentLayer> SimpleRNN::clone(RecurrentLayerOptions loop, std::string name) const {
  return std::make_shared<SimpleRNN>(cell().clone(), loop, options_named(std::move(name)));
}

}  // namespace cornu::layers
