#include <cornu/layers/activations/activation.hpp>

#include <utility>

#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Activation::Activation(cornu::Activation activation, ActivationOptions options)
    : Layer(layer_options(options)), activation_(std::move(activation)) {
  supports_masking_ = true;
}

Tensor Activation::call(const Tensor& input) { return activation_ ? activation_(input) : input; }

Config Activation::get_config() const {
  return LayerBase::get_config().merge(Config::object({{"activation", activation_.name()}}));
}

}  // namespace cornu::layers
