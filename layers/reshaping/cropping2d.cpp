#include <cornu/layers/reshaping/cropping2d.hpp>

#include <utility>

#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/reshaping/spatial.hpp>

namespace cornu::layers {

Cropping2D::Cropping2D(Cropping2DOptions options) : Layer(layer_options(options)), options_(std::move(options)) {
  is_channels_first("Cropping2D", options_.data_format);
  require_margins("Cropping2D", "cropping", options_.cropping);
}

Tensor Cropping2D::call(const Tensor& input) {
  return cropped("Cropping2D", input, options_.cropping, options_.data_format);
}

namespace {

constexpr auto each_option = [](auto& option, auto& options) {
  option("cropping", options.cropping);
  option("data_format", options.data_format);
};

}  // namespace

Config Cropping2D::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<Cropping2D> Cropping2D::from_config(const ConfigView& config) {
  return from_options<Cropping2D, Cropping2DOptions>(config, each_option);
}

}  // namespace cornu::layers
