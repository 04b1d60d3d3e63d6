#include <cornu/framework/layer/input_layer.hpp>

#include <fmt/core.h>

#include <memory>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/layer/layer_call.hpp>

namespace cornu {

namespace detail {

InputLayer::InputLayer(InputOptions options)
    : Layer({.name = std::move(options.name)}),
      shape_(options.shape.inserted(0, options.batch_size.value_or(None))),
      input_dtype_(options.dtype) {
  if (options.batch_size && *options.batch_size < 1)
    throw ValueError("Input", fmt::format("no batch; got batch_size {}; expected 1 or more", *options.batch_size));
  supports_masking_ = true;
  autocast_ = false;
  ensure_built(shape_);
}

Config InputLayer::get_config() const {
  return Config::object({{"name", name()}, {"batch_shape", shape_}, {"dtype", input_dtype_}});
}

}  // namespace detail

SymbolicTensor Input(InputOptions options) {
  const auto layer = std::make_shared<detail::InputLayer>(std::move(options));
  const auto call = std::make_shared<detail::LayerCall>(layer, SymbolicTensors());
  call->outputs.push_back({*layer->expected_input_shape(), layer->expected_input_dtype(), {}, nullptr, call.get(), 0});
  return detail::outputs_of(call).front();
}

}  // namespace cornu
