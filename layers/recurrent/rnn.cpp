#include <cornu/layers/recurrent/rnn.hpp>

namespace cornu::layers {

namespace {

LayerOptions layer_options(const RNNOptions& options, const std::shared_ptr<RecurrentCell>& cell) {
  return {options.activity_regularizer, options.trainable, cell ? cell->dtype() : float32, options.name};
}

}  // namespace

RNN::RNN(std::shared_ptr<RecurrentCell> cell, RNNOptions options)
    : Layer(cell, detail::loop_options(options), layer_options(options, cell)) {}

Config RNN::get_config() const { return RecurrentLayer::get_config().set("cell", detail::layer_object(cell())); }

std::shared_ptr<RecurrentLayer> RNN::clone(RecurrentLayerOptions loop, std::string name) const {
  return std::make_shared<RNN>(cell().clone(), loop, options_named(std::move(name)));
}

}  // namespace cornu::layers
