#include <cornu/layers/regularization/gaussian_dropout.hpp>

#include <cmath>
#include <utility>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

GaussianDropout::GaussianDropout(double rate, GaussianDropoutOptions options)
    : Layer(layer_options(options)), rate_(rate), options_(std::move(options)), noise_(options_.seed) {
  require_rate("GaussianDropout", rate, false);
  supports_masking_ = true;
}

// y = x · n, n normal with mean 1 and variance rate / (1 − rate)
Tensor GaussianDropout::call(const Tensor& input, const CallContext& context) {
  if (!context.training || rate_ == 0 || input.is_symbolic()) return input;
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  return x * noise_.normal(x.shape(), 1, std::sqrt(rate_ / (1 - rate_)), x.dtype());
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& rate, auto& options) {
  option.required("rate", rate);
  option("seed", options.seed);
};

}  // namespace

Config GaussianDropout::get_config() const {
  return write_options(LayerBase::get_config(), each_option, rate_, options_);
}

std::shared_ptr<GaussianDropout> GaussianDropout::from_config(const ConfigView& config) {
  return from_options<GaussianDropout, GaussianDropoutOptions, double>(config, each_option);
}

}  // namespace cornu::layers
