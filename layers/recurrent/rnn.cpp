#include <cornu/layers/recurrent/rnn.hpp>

#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/recurrent/from_config.hpp>
#include <cornu/layers/recurrent/stacked_rnn_cells.hpp>

namespace cornu::layers {

RNN::RNN(std::shared_ptr<RecurrentCell> cell, RNNOptions options)
    : Layer(cell, detail::loop_options(options), layer_options(options, cell ? cell->dtype() : float32)) {}

Config RNN::get_config() const { return RecurrentLayer::get_config().set("cell", layer_to_config(cell())); }

namespace {

// One cell, or a list of them that are stacked.
std::shared_ptr<RecurrentCell> read_cell(const ConfigView& cell) {
  if (!cell.is_list()) return inner_layer<RecurrentCell>(cell, "a recurrent cell");
  std::vector<std::shared_ptr<RecurrentCell>> cells;
  for (const ConfigView& item : cell.items()) cells.push_back(inner_layer<RecurrentCell>(item, "a recurrent cell"));
  return std::make_shared<StackedRNNCells>(std::move(cells));
}

}  // namespace

std::shared_ptr<RNN> RNN::from_config(const ConfigView& config) {
  auto options = with_loop_options<RNNOptions>(config);
  return std::make_shared<RNN>(read_cell(config.at("cell")), std::move(options));
}

std::shared_ptr<RecurrentLayer> RNN::clone(RecurrentLayerOptions loop, std::string name) const {
  return std::make_shared<RNN>(cell().clone(), loop, options_named(std::move(name)));
}

}  // namespace cornu::layers
