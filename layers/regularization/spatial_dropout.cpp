#include <cornu/layers/regularization/spatial_dropout.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>

namespace cornu::layers {

BaseSpatialDropout::BaseSpatialDropout(std::string_view layer, std::size_t axes, double rate,
                                       SpatialDropoutOptions options)
    : LayerBase(LayerOptions{.dtype = options.dtype, .name = options.name}),
      layer_(layer),
      axes_(axes),
      rate_(rate),
      options_(std::move(options)),
      noise_(options_.seed) {
  require_rate(layer_, rate_);
  is_channels_first(layer_, options_.data_format);
  supports_masking_ = true;
}

std::vector<Tensor> BaseSpatialDropout::state() const { return noise_.state(); }
void BaseSpatialDropout::set_state(const std::vector<Tensor>& state) { noise_.set_state(state, place()); }

// A number for each sample and channel.
Shape BaseSpatialDropout::noise_shape(const Shape& input) const {
  const std::size_t channels = is_channels_first(layer_, options_.data_format) ? 1 : input.rank() - 1;
  Shape shape;
  for (std::size_t axis = 0; axis < input.rank(); ++axis)
    shape.push_back(axis == 0 || axis == channels ? input[axis] : 1);
  return shape;
}

Tensor BaseSpatialDropout::call(const Tensor& x, const CallContext& context) {
  if (x.rank() != axes_ + 2)
    throw ShapeError(layer_, fmt::format("the input has another rank; got shape {}; expected rank {}: batch, channels "
                                         "and {} more",
                                         x.shape(), axes_ + 2, axes_));
  if (!context.training || rate_ == 0 || x.is_symbolic()) return x;
  return dropped(x, rate_, noise_shape(x.shape()), noise_);
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& rate, auto& options) {
  option.required("rate", rate);
  option("seed", options.seed);
};
constexpr auto each_format_option = [](auto& option, auto& options) { option("data_format", options.data_format); };

template <class L>
std::shared_ptr<L> read(const ConfigView& config) {
  auto options = with_layer_options<SpatialDropoutOptions>(config);
  double rate = 0;
  read_options(config, each_option, rate, options);
  read_options(config, each_format_option, options);
  return std::make_shared<L>(rate, std::move(options));
}

}  // namespace

Config BaseSpatialDropout::get_config() const {
  Config config = write_options(Config::object(), each_option, rate_, options_);
  config.set("name", name()).set("dtype", Config(dtype()));
  return axes_ == 1 ? config : write_options(std::move(config), each_format_option, options_);
}

SpatialDropout1D::SpatialDropout1D(double rate, SpatialDropout1DOptions options)
    : Layer("SpatialDropout1D", 1, rate,
            {.seed = options.seed, .name = std::move(options.name), .dtype = options.dtype}) {}
SpatialDropout2D::SpatialDropout2D(double rate, SpatialDropout2DOptions options)
    : Layer("SpatialDropout2D", 2, rate, std::move(options)) {}
SpatialDropout3D::SpatialDropout3D(double rate, SpatialDropout3DOptions options)
    : Layer("SpatialDropout3D", 3, rate, std::move(options)) {}

std::shared_ptr<SpatialDropout1D> SpatialDropout1D::from_config(const ConfigView& config) {
  return from_options<SpatialDropout1D, SpatialDropout1DOptions, double>(config, each_option);
}
std::shared_ptr<SpatialDropout2D> SpatialDropout2D::from_config(const ConfigView& config) {
  return read<SpatialDropout2D>(config);
}
std::shared_ptr<SpatialDropout3D> SpatialDropout3D::from_config(const ConfigView& config) {
  return read<SpatialDropout3D>(config);
}

}  // namespace cornu::layers
