#include <cornu/layers/reshaping/zero_padding3d.hpp>

#include <utility>

#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/reshaping/spatial.hpp>

namespace cornu::layers {

ZeroPadding3D::ZeroPadding3D(ZeroPadding3DOptions options)
    : Layer(layer_options(options)), options_(std::move(options)) {
  is_channels_first("ZeroPadding3D", options_.data_format);
  require_margins("ZeroPadding3D", "padding", options_.padding);
}

Tensor ZeroPadding3D::call(const Tensor& input) {
  return zero_padded("ZeroPadding3D", input, options_.padding, options_.data_format);
}

namespace {

constexpr auto each_option = [](auto& option, auto& options) {
  option("padding", options.padding);
  option("data_format", options.data_format);
};

}  // namespace

Config ZeroPadding3D::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<ZeroPadding3D> ZeroPadding3D::from_config(const ConfigView& config) {
  return from_options<ZeroPadding3D, ZeroPadding3DOptions>(config, each_option);
}

}  // namespace cornu::layers
