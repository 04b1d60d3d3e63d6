#include <cornu/layers/activations/relu.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/activations/require_from_zero.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

ReLU::ReLU(ReLUOptions options) : Layer(layer_options(options)), options_(std::move(options)) {
  require_from_zero("ReLU", "max_value", options_.max_value.value_or(0));
  require_from_zero("ReLU", "negative_slope", options_.negative_slope);
  require_from_zero("ReLU", "threshold", options_.threshold);
  supports_masking_ = true;
}

Tensor ReLU::call(const Tensor& input) {
  const bool is_plain = !options_.max_value && options_.negative_slope == 0 && options_.threshold == 0;
  if (is_plain && !is_floating(input.dtype())) return ops::maximum(input, Tensor::zeros({}, input.dtype()));
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  return activations::relu(
      x, {.negative_slope = options_.negative_slope, .max_value = options_.max_value, .threshold = options_.threshold});
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("max_value", options.max_value);
  option("negative_slope", options.negative_slope);
  option("threshold", options.threshold);
};

}  // namespace

Config ReLU::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<ReLU> ReLU::from_config(const ConfigView& config) {
  return from_options<ReLU, ReLUOptions>(config, each_option);
}

}  // namespace cornu::layers
