#include <cornu/layers/recurrent/gru.hpp>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/layer_options.hpp>

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

Config GRUCell::options_config() const { return StandardCell::options_config().set("reset_after", reset_after_); }

GRU::GRU(std::int64_t units, GRUOptions options)
    : Layer(std::make_shared<GRUCell>(detail::cell_settings("GRU", units, options), options.reset_after),
            detail::loop_options(options), layer_options(options)) {}

Config GRU::get_config() const { return RecurrentLayer::get_config().merge(detail::options_of(cell())); }

std::shared_ptr<RecurrentLayer> GRU::clone(RecurrentLayerOptions loop, std::string name) const {
  return std::make_shared<GRU>(cell().clone(), loop, options_named(std::move(name)));
}

}  // namespace cornu::layers
