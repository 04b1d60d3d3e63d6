#include <cornu/layers/regularization/gaussian_noise.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

GaussianNoise::GaussianNoise(double stddev, GaussianNoiseOptions options)
    : Layer(layer_options(options)), stddev_(stddev), options_(std::move(options)), noise_(options_.seed) {
  if (!(0 <= stddev && stddev <= 1))
    throw ValueError("GaussianNoise", fmt::format("stddev must lie in 0 … 1; got {}", stddev));
  supports_masking_ = true;
}

// y = x + n, n normal with mean 0
Tensor GaussianNoise::call(const Tensor& input, const CallContext& context) {
  if (!context.training || stddev_ == 0 || input.is_symbolic()) return input;
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  return x + noise_.normal(x.shape(), 0, stddev_, x.dtype());
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& stddev, auto& options) {
  option.required("stddev", stddev);
  option("seed", options.seed);
};

}  // namespace

Config GaussianNoise::get_config() const {
  return write_options(LayerBase::get_config(), each_option, stddev_, options_);
}

std::shared_ptr<GaussianNoise> GaussianNoise::from_config(const ConfigView& config) {
  return from_options<GaussianNoise, GaussianNoiseOptions, double>(config, each_option);
}

}  // namespace cornu::layers
