#include <cornu/layers/regularization/spatial_dropout2d.hpp>

#include <utility>

#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/regularization/spatial_noise.hpp>

namespace cornu::layers {

SpatialDropout2D::SpatialDropout2D(double rate, SpatialDropout2DOptions options)
    : Layer(LayerOptions{.dtype = options.dtype, .name = options.name}),
      rate_(rate),
      options_(std::move(options)),
      noise_(options_.seed) {
  require_rate("SpatialDropout2D", rate);
  is_channels_first("SpatialDropout2D", options_.data_format);
  supports_masking_ = true;
}

Tensor SpatialDropout2D::call(const Tensor& x, const CallContext& context) {
  require_spatial("SpatialDropout2D", x.shape(), 2);
  if (!context.training || rate_ == 0 || x.is_symbolic()) return x;
  return dropped(x, rate_,
                 is_channels_first("SpatialDropout2D", options_.data_format) ? Shape{x.dim(0), x.dim(1), 1, 1}
                                                                             : Shape{x.dim(0), 1, 1, x.dim(-1)},
                 noise_);
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& rate, auto& options) {
  option.required("rate", rate);
  option("seed", options.seed);
};
constexpr auto each_format_option = [](auto& option, auto& options) { option("data_format", options.data_format); };

}  // namespace

Config SpatialDropout2D::get_config() const {
  Config config = write_options(Config::object(), each_option, rate_, options_);
  config.set("name", name()).set("dtype", Config(dtype()));
  return write_options(std::move(config), each_format_option, options_);
}

std::shared_ptr<SpatialDropout2D> SpatialDropout2D::from_config(const ConfigView& config) {
  auto options = with_layer_options<SpatialDropout2DOptions>(config);
  double rate = 0;
  read_options(config, each_option, rate, options);
  read_options(config, each_format_option, options);
  return std::make_shared<SpatialDropout2D>(rate, std::move(options));
}

}  // namespace cornu::layers
