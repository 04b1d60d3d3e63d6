#include <cornu/layers/recurrent/rnn.hpp>

#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

RNN::RNN(std::shared_ptr<RecurrentCell> cell, RNNOptions options)
    : Layer(cell, detail::loop_options(options), layer_options(options, cell ? cell->dtype() : float32)) {}

Config RNN::get_config() const { return RecurrentLayer::get_config().set("cell", detail::layer_object(cell())); }

std::shared_ptr<RecurrentLayer> RNN::clone(RecurrentLayerOptions loop, std::string name) const {
  return std::make_shared<RNN>(cell().clone(), loop, options_named(std::move(name)));
}

}  // namespace cornu::layers
