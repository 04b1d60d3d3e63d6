#include <cornu/layers/reshaping/cropping1d.hpp>

#include <utility>

#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/reshaping/spatial.hpp>

namespace cornu::layers {

Cropping1D::Cropping1D(Cropping1DOptions options) : Layer(layer_options(options)), options_(std::move(options)) {
  require_margins("Cropping1D", "cropping", options_.cropping);
}

Tensor Cropping1D::call(const Tensor& input) {
  return cropped("Cropping1D", input, options_.cropping, "channels_last");
}

namespace {

constexpr auto each_option = [](auto& option, auto& options) { option("cropping", options.cropping); };

}  // namespace

Config Cropping1D::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<Cropping1D> Cropping1D::from_config(const ConfigView& config) {
  return from_options<Cropping1D, Cropping1DOptions>(config, each_option);
}

}  // namespace cornu::layers
