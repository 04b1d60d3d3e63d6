#include <cornu/layers/regularization/spatial_dropout1d.hpp>

#include <utility>

#include <cornu/layers/from_options.hpp>
#include <cornu/layers/regularization/spatial_noise.hpp>

namespace cornu::layers {

SpatialDropout1D::SpatialDropout1D(double rate, SpatialDropout1DOptions options)
    : Layer(LayerOptions{.dtype = options.dtype, .name = options.name}),
      rate_(rate),
      options_(std::move(options)),
      noise_(options_.seed) {
  require_rate("SpatialDropout1D", rate);
  supports_masking_ = true;
}

Tensor SpatialDropout1D::call(const Tensor& x, const CallContext& context) {
  require_spatial("SpatialDropout1D", x.shape(), 1);
  if (!context.training || rate_ == 0 || x.is_symbolic()) return x;
  return dropped(x, rate_, Shape{x.dim(0), 1, x.dim(-1)}, noise_);
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& rate, auto& options) {
  option.required("rate", rate);
  option("seed", options.seed);
};

}  // namespace

Config SpatialDropout1D::get_config() const {
  Config config = write_options(Config::object(), each_option, rate_, options_);
  return config.set("name", name()).set("dtype", Config(dtype()));
}

std::shared_ptr<SpatialDropout1D> SpatialDropout1D::from_config(const ConfigView& config) {
  return from_options<SpatialDropout1D, SpatialDropout1DOptions, double>(config, each_option);
}

}  // namespace cornu::layers
