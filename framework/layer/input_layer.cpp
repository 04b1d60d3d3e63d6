#include <cornu/framework/layer/input_layer.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <memory>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/layer/layer_call.hpp>
#include <cornu/framework/registry/options.hpp>

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
  return Config::object({{"batch_shape", shape_},
                         {"dtype", input_dtype_},
                         {"sparse", false},
                         {"ragged", false},
                         {"name", name()},
                         {"optional", false}});
}

namespace {

Shape batch_shape_of(const ConfigView& config) {
  Shape shape;
  for (const char* key : {"batch_shape", "batch_input_shape"})  // the second is that of Keras 2
    if (const auto found = config.find(key)) {
      read_value(*found, shape);
      if (shape.empty()) found->refuse("a shape with a batch");
      return shape;
    }
  read_value(config.at("shape"), shape);
  return shape.inserted(0, config.get("batch_size", std::optional<std::int64_t>()).value_or(None));
}

// Data of smaller integers are cast like any others.
DType dtype_of_data(const ConfigView& dtype) {
  constexpr std::array small{"int8", "uint8", "int16", "uint16", "uint32"};
  DType result = float32;
  if (dtype.is_string() && std::find(small.begin(), small.end(), dtype.as_string()) != small.end()) {
    dtype.note(fmt::format("\"{}\" is taken as int32", dtype.as_string()));
    return int32;
  }
  read_value(dtype, result);
  return result;
}

}  // namespace

std::shared_ptr<InputLayer> InputLayer::from_config(const ConfigView& config) {
  const OptionReader read(config);
  const Shape shape = batch_shape_of(config);
  InputOptions options{.shape = shape.removed(0)};
  if (shape[0] != None) options.batch_size = shape[0];
  if (const auto dtype = config.find("dtype")) options.dtype = dtype_of_data(*dtype);
  options.name = config.get("name", std::optional<std::string>()).value_or("");
  for (const char* kind : {"sparse", "ragged", "optional"}) read.only(kind, false);
  return std::make_shared<InputLayer>(std::move(options));
}

}  // namespace detail

SymbolicTensor Input(InputOptions options) {
  const auto layer = std::make_shared<detail::InputLayer>(std::move(options));
  const auto call = std::make_shared<detail::LayerCall>(layer, SymbolicTensors());
  call->outputs.push_back({*layer->expected_input_shape(), layer->expected_input_dtype(), {}, nullptr, call.get(), 0});
  return detail::outputs_of(call).front();
}

}  // namespace cornu
