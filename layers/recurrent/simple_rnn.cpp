#include <cornu/layers/recurrent/simple_rnn.hpp>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/recurrent/from_config.hpp>

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

std::shared_ptr<RecurrentLayer> SimpleRNN::clone(RecurrentLayerOptions loop, std::string name) const {
  return std::make_shared<SimpleRNN>(cell().clone(), loop, options_named(std::move(name)));
}

namespace {

// Keras's keys, in its order

constexpr auto each_cell_option = [](auto& option, auto& units, auto& settings) {
  option.required("units", units);
  option("activation", settings.activation);
  option("use_bias", settings.use_bias);
  detail::each_initializer(option, settings);
  detail::each_regularizer(option, settings);
  detail::each_constraint(option, settings);
  detail::each_dropout(option, settings);
  option("seed", settings.seed);
};

constexpr auto each_option = [](auto& option, auto& units, auto& settings, auto& activity_regularizer) {
  option.required("units", units);
  option("activation", settings.activation);
  option("use_bias", settings.use_bias);
  detail::each_initializer(option, settings);
  detail::each_regularizer(option, settings);
  option("activity_regularizer", activity_regularizer);
  detail::each_constraint(option, settings);
  detail::each_dropout(option, settings);
  option.own("seed", settings.seed);  // Keras forgets it when it writes, and takes one when it reads
};

}  // namespace

Config SimpleRNNCell::get_config() const {
  return write_options(LayerBase::get_config(), each_cell_option, settings().units, settings());
}

std::shared_ptr<SimpleRNNCell> SimpleRNNCell::from_config(const ConfigView& config) {
  std::int64_t units = 0;
  auto options = with_layer_options<SimpleRNNCellOptions>(config);
  read_options(config, each_cell_option, units, options);
  return std::make_shared<SimpleRNNCell>(units, std::move(options));
}

Config SimpleRNN::get_config() const {
  const auto& own = dynamic_cast<const SimpleRNNCell&>(cell());
  return write_options(RecurrentLayer::get_config(), each_option, own.settings().units, own.settings(),
                       options().activity_regularizer);
}

std::shared_ptr<SimpleRNN> SimpleRNN::from_config(const ConfigView& config) {
  std::int64_t units = 0;
  auto options = with_loop_options<SimpleRNNOptions>(config);
  read_options(config, each_option, units, options, options.activity_regularizer);
  return std::make_shared<SimpleRNN>(units, std::move(options));
}

}  // namespace cornu::layers
