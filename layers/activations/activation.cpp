#include <cornu/layers/activations/activation.hpp>

#include <utility>

namespace cornu::layers {

Activation::Activation(cornu::Activation activation, ActivationOptions options)
    : Layer({options.activity_regularizer, options.trainable, options.dtype, options.name}),
      activation_(std::move(activation)) {
  supports_masking_ = true;
}

Tensor Activation::call(const Tensor& input) { return activation_ ? activation_(input) : input; }

Config Activation::get_config() const {
  return LayerBase::get_config().merge(Config::object({{"activation", activation_.name()}}));
}

}  // namespace cornu::layers
