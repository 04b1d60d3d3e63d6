#include <cornu/layers/recurrent/stacked_rnn_cells.hpp>

#include <fmt/core.h>

#include <cornu/layers/recurrent/from_config.hpp>

namespace cornu::layers {

namespace {

DType dtype_of(const std::vector<std::shared_ptr<RecurrentCell>>& cells) {
  if (cells.empty()) throw ValueError("StackedRNNCells", "the list of cells is empty; expected one or more");
  for (const auto& cell : cells) {
    if (!cell) throw ValueError("StackedRNNCells", "a cell is missing; got a null pointer; expected a RecurrentCell");
    if (cell->dtype() != cells[0]->dtype())
      throw ValueError("StackedRNNCells", fmt::format("the cells have several dtypes; got {} beside {}; expected one",
                                                      name_of(cell->dtype()), name_of(cells[0]->dtype())));
  }
  return cells[0]->dtype();
}

}  // namespace

StackedRNNCells::StackedRNNCells(std::vector<std::shared_ptr<RecurrentCell>> cells, StackedRNNCellsOptions options)
    : Layer({.trainable = options.trainable, .dtype = dtype_of(cells), .name = options.name}) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i]->name().empty()) cells[i]->set_name(to_snake_case(cells[i]->class_name()));
    cells_.push_back(track(fmt::format("cells/{}", i), std::move(cells[i])));
  }
}

List<std::int64_t> StackedRNNCells::state_size() const {
  List<std::int64_t> sizes;
  for (const auto& cell : cells_)
    for (const std::int64_t size : cell->state_size()) sizes.push_back(size);
  return sizes;
}

std::size_t StackedRNNCells::output_state() const {
  return state_size().size() - cells_.back()->state_size().size() + cells_.back()->output_state();
}

void StackedRNNCells::build(const Shapes& input_shapes) {
  Shape input = input_shapes[0];
  for (const auto& cell : cells_) {
    std::vector<Shape> shapes{input};
    for (const std::int64_t size : cell->state_size()) shapes.push_back({input[0], size});
    cell->ensure_built(Shapes(std::move(shapes)));
    input = {input[0], cell->output_size()};
  }
}

Tensors StackedRNNCells::call(const Tensors& inputs, const CallContext& context) {
  begin_sequence(inputs[0].shape(), context);
  Tensors prepared = inputs;
  prepared[0] = prepare(inputs[0], context);
  return step(prepared, context);
}

void StackedRNNCells::begin_sequence(const Shape& step_shape, const CallContext& context) {
  Shape input = step_shape;
  for (const auto& cell : cells_) {
    cell->begin_sequence(input, context);
    input = {input[0], cell->output_size()};
  }
}

Tensor StackedRNNCells::prepare(const Tensor& inputs, const CallContext& context) {
  return cells_[0]->prepare(inputs, context);
}

Tensors StackedRNNCells::step(const Tensors& prepared_and_states, const CallContext& context) {
  Tensors outputs = prepared_and_states;  // each cell puts its states in place
  std::size_t first = 1;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    RecurrentCell& cell = *cells_[i];
    Tensors inputs = i == 0 ? outputs[0] : cell.prepare(outputs[0], context);
    const std::size_t states = cell.state_size().size();
    for (std::size_t s = 0; s < states; ++s) inputs.push_back(outputs[first + s]);
    const Tensors after = cell.step(inputs, context);
    outputs[0] = after[0];
    for (std::size_t s = 0; s < states; ++s) outputs[first + s] = after[1 + s];
    first += states;
  }
  return outputs;
}

std::shared_ptr<RecurrentCell> StackedRNNCells::clone() const {
  std::vector<std::shared_ptr<RecurrentCell>> copies;
  for (const auto& cell : cells_) copies.push_back(cell->clone());
  return std::make_shared<StackedRNNCells>(std::move(copies), StackedRNNCellsOptions{trainable(), name()});
}

Config StackedRNNCells::get_config() const {
  std::vector<Config> configs;
  for (const auto& cell : cells_) configs.push_back(layer_to_config(*cell));
  return LayerBase::get_config().set("cells", Config::list(std::move(configs)));
}

std::shared_ptr<StackedRNNCells> StackedRNNCells::from_config(const ConfigView& config) {
  auto options = with_layer_options<StackedRNNCellsOptions>(config);
  std::vector<std::shared_ptr<RecurrentCell>> cells;
  for (const ConfigView& cell : config.at("cells").items())
    cells.push_back(inner_layer<RecurrentCell>(cell, "a recurrent cell"));
  return std::make_shared<StackedRNNCells>(std::move(cells), std::move(options));
}

}  // namespace cornu::layers
