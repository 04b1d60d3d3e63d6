#include <cornu/layers/activations/leaky_relu.hpp>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/activations/require_from_zero.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

LeakyReLU::LeakyReLU(LeakyReLUOptions options)
    : Layer(layer_options(options)), negative_slope_(options.negative_slope) {
  require_from_zero("LeakyReLU", "negative_slope", negative_slope_);
  supports_masking_ = true;
}

Tensor LeakyReLU::call(const Tensor& input) {
  return activations::leaky_relu(is_floating(input.dtype()) ? input : ops::cast(input, dtype()), negative_slope_);
}

Config LeakyReLU::get_config() const { return LayerBase::get_config().set("negative_slope", negative_slope_); }

std::shared_ptr<LeakyReLU> LeakyReLU::from_config(const ConfigView& config) {
  return from_options<LeakyReLU, LeakyReLUOptions>(config, [](auto& option, auto& options) {
    option("alpha", options.negative_slope);
    option("negative_slope", options.negative_slope);
  });
}

}  // namespace cornu::layers
