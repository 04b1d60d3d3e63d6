#include <cornu/layers/activations/activation.hpp>

#include <utility>

#include <cornu/framework/activations/softmax_of_one.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Activation::Activation(cornu::Activation activation, ActivationOptions options)
    : Layer(layer_options(options)), activation_(std::move(activation)) {
  supports_masking_ = true;
}

void Activation::build(const Shape& input_shape) {
  if (!input_shape.empty()) cornu::detail::warn_of_softmax_of_one(place(), activation_, input_shape.back());
}

Tensor Activation::call(const Tensor& input) { return activation_ ? activation_(input) : input; }

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& activation, auto&...) {
  option.required("activation", activation);
};

}  // namespace

Config Activation::get_config() const { return write_options(LayerBase::get_config(), each_option, activation_); }

std::shared_ptr<Activation> Activation::from_config(const ConfigView& config) {
  return from_options<Activation, ActivationOptions, cornu::Activation>(config, each_option);
}

}  // namespace cornu::layers
