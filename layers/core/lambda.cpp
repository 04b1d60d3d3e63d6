#include <cornu/layers/core/lambda.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Lambda::Lambda(cornu::Activation function, LambdaOptions options)
    : Layer(layer_options(options)), function_(std::move(function)), options_(std::move(options)) {
  if (!function_) throw ValueError("Lambda", "the function is missing; got none; expected a function of a Tensor");
  supports_masking_ = static_cast<bool>(options_.mask);
}

Tensor Lambda::call(const Tensor& input) {
  if (!input.is_symbolic() || !options_.output_shape) return function_(input);
  return Tensor::symbolic(options_.output_shape->inserted(0, input.dim(0)), input.dtype());
}

Mask Lambda::compute_mask(const Tensor& input, const Mask& mask) const {
  return options_.mask ? options_.mask(input, mask) : std::nullopt;
}

namespace {

// Files have a function as an object, also where an activation would be a plain name.
Config function_config(const cornu::Activation& function) {
  Config config = function.to_config();
  return config.is_string() ? function_object(config.as_string()) : config;
}

cornu::Activation function_from(const ConfigView& config) {
  if (config.is_list() || (config.is_object() && config.get("class_name", "") == "__lambda__"))
    config.refuse(
        "the name of a function that was registered (cornu::register_activation); the Python code of a Lambda is not "
        "run");
  cornu::Activation function;
  read_value(config, function);
  return function;
}

}  // namespace

Config Lambda::get_config() const {
  Config config = LayerBase::get_config().set("function", function_config(function_));
  if (options_.output_shape) config.set("output_shape", *options_.output_shape);
  if (options_.mask) config.set("mask", unnamed_function());
  return config.set("arguments", Config::object());
}

std::shared_ptr<Lambda> Lambda::from_config(const ConfigView& config) {
  auto options = with_layer_options<LambdaOptions>(config);
  read_options(config, [&](auto& option) {
    option("output_shape", options.output_shape);
    option.only("mask", nullptr);
    option.only("arguments", Config::object());
  });
  return std::make_shared<Lambda>(function_from(config.at("function")), std::move(options));
}

}  // namespace cornu::layers
