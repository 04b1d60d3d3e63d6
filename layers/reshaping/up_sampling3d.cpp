#include <cornu/layers/reshaping/up_sampling3d.hpp>

#include <utility>

#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/reshaping/spatial.hpp>

namespace cornu::layers {

UpSampling3D::UpSampling3D(UpSampling3DOptions options) : Layer(layer_options(options)), options_(std::move(options)) {
  is_channels_first("UpSampling3D", options_.data_format);
  require_factors("UpSampling3D", options_.size);
}

Tensor UpSampling3D::call(const Tensor& input) {
  return repeated("UpSampling3D", input, options_.size, options_.data_format);
}

namespace {

constexpr auto each_option = [](auto& option, auto& options) {
  option("size", options.size);
  option("data_format", options.data_format);
};

}  // namespace

Config UpSampling3D::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<UpSampling3D> UpSampling3D::from_config(const ConfigView& config) {
  return from_options<UpSampling3D, UpSampling3DOptions>(config, each_option);
}

}  // namespace cornu::layers
