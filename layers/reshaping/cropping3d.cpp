#include <cornu/layers/reshaping/cropping3d.hpp>

#include <utility>

#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/reshaping/spatial.hpp>

namespace cornu::layers {

Cropping3D::Cropping3D(Cropping3DOptions options) : Layer(layer_options(options)), options_(std::move(options)) {
  is_channels_first("Cropping3D", options_.data_format);
  require_margins("Cropping3D", "cropping", options_.cropping);
}

Tensor Cropping3D::call(const Tensor& input) {
  return cropped("Cropping3D", input, options_.cropping, options_.data_format);
}

namespace {

constexpr auto each_option = [](auto& option, auto& options) {
  option("cropping", options.cropping);
  option("data_format", options.data_format);
};

}  // namespace

Config Cropping3D::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<Cropping3D> Cropping3D::from_config(const ConfigView& config) {
  return from_options<Cropping3D, Cropping3DOptions>(config, each_option);
}

}  // namespace cornu::layers
