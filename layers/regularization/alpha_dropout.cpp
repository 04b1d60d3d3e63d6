#include <cornu/layers/regularization/alpha_dropout.hpp>

#include <cmath>
#include <utility>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

AlphaDropout::AlphaDropout(double rate, AlphaDropoutOptions options)
    : Layer(layer_options(options)), rate_(rate), options_(std::move(options)), noise_(options_.seed) {
  require_rate("AlphaDropout", rate, false);
  require_noise_shape("AlphaDropout", options_.noise_shape);
  supports_masking_ = true;
}

// y = a · (x where an element is kept, α elsewhere) + b, with a = ((1 − rate)(1 + rate · α²))^−½ and b = −a · α · rate
Tensor AlphaDropout::call(const Tensor& input, const CallContext& context) {
  constexpr double alpha = -1.6732632423543772848170429916717 * 1.0507009873554804934193349852946;
  const Shape noise_shape = noise_shape_for("AlphaDropout", options_.noise_shape, input.shape());
  if (!context.training || rate_ == 0 || input.is_symbolic()) return input;
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  const double a = 1 / std::sqrt((1 - rate_) * (1 + rate_ * alpha * alpha)), b = -a * alpha * rate_;
  return ops::where(noise_.kept(noise_shape, rate_), x, Tensor::full({}, alpha, x.dtype())) * a + b;
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& rate, auto& options) {
  option.required("rate", rate);
  option("seed", options.seed);
  option("noise_shape", options.noise_shape);
};

}  // namespace

Config AlphaDropout::get_config() const { return write_options(LayerBase::get_config(), each_option, rate_, options_); }

std::shared_ptr<AlphaDropout> AlphaDropout::from_config(const ConfigView& config) {
  return from_options<AlphaDropout, AlphaDropoutOptions, double>(config, each_option);
}

}  // namespace cornu::layers
