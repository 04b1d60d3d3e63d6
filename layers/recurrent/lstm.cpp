#include <cornu/layers/recurrent/lstm.hpp>

#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/recurrent/from_config.hpp>
#include <cornu/layers/recurrent/lstm_gates.hpp>

namespace cornu::layers {

LSTMCell::LSTMCell(std::int64_t units, LSTMCellOptions options)
    : LSTMCell(detail::cell_settings("LSTMCell", units, options), options.unit_forget_bias) {}

LSTMCell::LSTMCell(detail::CellSettings settings, bool unit_forget_bias)
    : Layer(std::move(settings), 4), unit_forget_bias_(unit_forget_bias) {}

Handle<initializers::Initializer> LSTMCell::bias_initializer() const {
  return unit_forget_bias_ ? detail::with_forget_bias(settings()) : settings().bias_initializer;
}

Tensors LSTMCell::step(const Tensors& prepared_and_states, const CallContext& context) {
  const Tensor z = prepared_and_states[0] + recurrent_product(prepared_and_states[1], {0, 4}, context);
  return detail::lstm_step({of_gate(z, 0), of_gate(z, 1), of_gate(z, 2), of_gate(z, 3)}, prepared_and_states[2],
                           settings());
}

std::shared_ptr<RecurrentCell> LSTMCell::clone() const {
  return std::make_shared<LSTMCell>(present_settings(), unit_forget_bias_);
}

LSTM::LSTM(std::int64_t units, LSTMOptions options)
    : Layer(std::make_shared<LSTMCell>(detail::cell_settings("LSTM", units, options), options.unit_forget_bias),
            detail::loop_options(options), layer_options(options)) {}

std::shared_ptr<RecurrentLayer> LSTM::clone(RecurrentLayerOptions loop, std::string name) const {
  return std::make_shared<LSTM>(cell().clone(), loop, options_named(std::move(name)));
}

namespace {

// Keras's keys, in its order

constexpr auto each_cell_option = [](auto& option, auto& units, auto& settings, auto& unit_forget_bias) {
  option.required("units", units);
  detail::each_activation(option, settings);
  option("use_bias", settings.use_bias);
  option("unit_forget_bias", unit_forget_bias);
  detail::each_initializer(option, settings);
  detail::each_regularizer(option, settings);
  detail::each_constraint(option, settings);
  detail::each_dropout(option, settings);
  option("seed", settings.seed);
};

constexpr auto each_option = [](auto& option, auto& units, auto& settings, auto& unit_forget_bias,
                                auto& activity_regularizer) {
  option.required("units", units);
  detail::each_activation(option, settings);
  option("use_bias", settings.use_bias);
  detail::each_initializer(option, settings);
  option("unit_forget_bias", unit_forget_bias);
  detail::each_regularizer(option, settings);
  option("activity_regularizer", activity_regularizer);
  detail::each_constraint(option, settings);
  detail::each_dropout(option, settings);
  option("seed", settings.seed);
};

}  // namespace

Config LSTMCell::get_config() const {
  return write_options(LayerBase::get_config(), each_cell_option, settings().units, settings(), unit_forget_bias_);
}

std::shared_ptr<LSTMCell> LSTMCell::from_config(const ConfigView& config) {
  std::int64_t units = 0;
  auto options = with_layer_options<LSTMCellOptions>(config);
  read_options(config, each_cell_option, units, options, options.unit_forget_bias);
  return std::make_shared<LSTMCell>(units, std::move(options));
}

Config LSTM::get_config() const {
  const auto& own = dynamic_cast<const LSTMCell&>(cell());
  return write_options(RecurrentLayer::get_config(), each_option, own.settings().units, own.settings(),
                       own.unit_forget_bias(), options().activity_regularizer);
}

std::shared_ptr<LSTM> LSTM::from_config(const ConfigView& config) {
  std::int64_t units = 0;
  auto options = with_loop_options<LSTMOptions>(config);
  read_options(config, each_option, units, options, options.unit_forget_bias, options.activity_regularizer);
  return std::make_shared<LSTM>(units, std::move(options));
}

}  // namespace cornu::layers
