#include <cornu/layers/activations/elu.hpp>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

ELU::ELU(ELUOptions options) : Layer(layer_options(options)), alpha_(options.alpha) { supports_masking_ = true; }

Tensor ELU::call(const Tensor& input) {
  return activations::elu(is_floating(input.dtype()) ? input : ops::cast(input, dtype()), alpha_);
}

// Keras writes this layer's options in the order of the constructor's arguments: the name first.
Config ELU::get_config() const {
  const Config base = LayerBase::get_config();
  return Config::object({{"name", base["name"]}, {"alpha", alpha_}}).merge(base);
}

std::shared_ptr<ELU> ELU::from_config(const ConfigView& config) {
  return from_options<ELU, ELUOptions>(config, [](auto& option, auto& options) { option("alpha", options.alpha); });
}

}  // namespace cornu::layers
