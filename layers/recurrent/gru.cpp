#include <cornu/layers/recurrent/gru.hpp>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/recurrent/from_config.hpp>

namespace cornu::layers {

GRUCell::GRUCell(std::int64_t units, GRUCellOptions options)
    : GRUCell(detail::cell_settings("GRUCell", units, options), options.reset_after) {}

GRUCell::GRUCell(detail::CellSettings settings, bool reset_after)
    : Layer(std::move(settings), 3), reset_after_(reset_after) {}

Shape GRUCell::bias_shape() const { return reset_after_ ? Shape{2, 3 * units()} : Shape{3 * units()}; }

Tensor GRUCell::input_bias() const { return reset_after_ ? ops::select(bias(), 0, 0) : bias().value(); }

Tensor GRUCell::recurrent_bias() const {
  return reset_after_ && settings().use_bias ? ops::select(bias(), 0, 1) : Tensor();
}

bool GRUCell::is_fusible(const CallContext& context) const { return reset_after_ && StandardCell::is_fusible(context); }

Tensors GRUCell::step(const Tensors& prepared_and_states, const CallContext& context) {
  const Tensor &a = prepared_and_states[0], &h_before = prepared_and_states[1], bias = recurrent_bias();
  const Tensor product = recurrent_product(h_before, {0, reset_after_ ? 3 : 2}, context);
  const Tensor q = bias.defined() ? product + bias : product;
  const Tensor z = settings().recurrent_activation(of_gate(a, 0) + of_gate(q, 0));
  const Tensor r = settings().recurrent_activation(of_gate(a, 1) + of_gate(q, 1));
  const Tensor inner = reset_after_ ? r * of_gate(q, 2) : recurrent_product(r * h_before, {2, 3}, context);
  const Tensor g = settings().activation(of_gate(a, 2) + inner), h = z * h_before + (1 - z) * g;
  return {h, h};
}

std::shared_ptr<RecurrentCell> GRUCell::clone() const {
  return std::make_shared<GRUCell>(present_settings(), reset_after_);
}

GRU::GRU(std::int64_t units, GRUOptions options)
    : Layer(std::make_shared<GRUCell>(detail::cell_settings("GRU", units, options), options.reset_after),
            detail::loop_options(options), layer_options(options)) {}

std::shared_ptr<RecurrentLayer> GRU::clone(RecurrentLayerOptions loop, std::string name) const {
  return std::make_shared<GRU>(cell().clone(), loop, options_named(std::move(name)));
}

namespace {

// Keras's keys, in its order

constexpr auto each_cell_option = [](auto& option, auto& units, auto& settings, auto& reset_after) {
  option.required("units", units);
  detail::each_activation(option, settings);
  option("use_bias", settings.use_bias);
  detail::each_initializer(option, settings);
  detail::each_regularizer(option, settings);
  detail::each_constraint(option, settings);
  detail::each_dropout(option, settings);
  option("reset_after", reset_after);
  option("seed", settings.seed);
};

constexpr auto each_option = [](auto& option, auto& units, auto& settings, auto& reset_after,
                                auto& activity_regularizer) {
  option.required("units", units);
  detail::each_activation(option, settings);
  option("use_bias", settings.use_bias);
  detail::each_initializer(option, settings);
  detail::each_regularizer(option, settings);
  option("activity_regularizer", activity_regularizer);
  detail::each_constraint(option, settings);
  detail::each_dropout(option, settings);
  option("reset_after", reset_after);
  option("seed", settings.seed);
};

}  // namespace

Config GRUCell::get_config() const {
  return write_options(LayerBase::get_config(), each_cell_option, settings().units, settings(), reset_after_);
}

std::shared_ptr<GRUCell> GRUCell::from_config(const ConfigView& config) {
  std::int64_t units = 0;
  auto options = with_layer_options<GRUCellOptions>(config);
  read_options(config, each_cell_option, units, options, options.reset_after);
  return std::make_shared<GRUCell>(units, std::move(options));
}

Config GRU::get_config() const {
  const auto& own = dynamic_cast<const GRUCell&>(cell());
  return write_options(RecurrentLayer::get_config(), each_option, own.settings().units, own.settings(),
                       own.reset_after(), options().activity_regularizer);
}

std::shared_ptr<GRU> GRU::from_config(const ConfigView& config) {
  std::int64_t units = 0;
  auto options = with_loop_options<GRUOptions>(config);
  read_options(config, each_option, units, options, options.reset_after, options.activity_regularizer);
  return std::make_shared<GRU>(units, std::move(options));
}

}  // namespace cornu::layers
