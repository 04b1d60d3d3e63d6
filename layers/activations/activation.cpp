#include <cornu/layers/activations/activation.hpp>

#include <utility>

#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Activation::Activation(cornu::Activation activation, ActivationOptions options)
    : Layer(layer_options(options)), activation_(std::move(activation)) {
  supports_masking_ = true;
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
