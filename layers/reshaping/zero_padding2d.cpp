#include <cornu/layers/reshaping/zero_padding2d.hpp>

#include <utility>

#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/reshaping/spatial.hpp>

namespace cornu::layers {

ZeroPadding2D::ZeroPadding2D(ZeroPadding2DOptions options)
    : Layer(layer_options(options)), options_(std::move(options)) {
  is_channels_first("ZeroPadding2D", options_.data_format);
  require_margins("ZeroPadding2D", "padding", options_.padding);
}

Tensor ZeroPadding2D::call(const Tensor& input) {
  return zero_padded("ZeroPadding2D", input, options_.padding, options_.data_format);
}

namespace {

constexpr auto each_option = [](auto& option, auto& options) {
  option("padding", options.padding);
  option("data_format", options.data_format);
};

}  // namespace

Config ZeroPadding2D::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<ZeroPadding2D> ZeroPadding2D::from_config(const ConfigView& config) {
  return from_options<ZeroPadding2D, ZeroPadding2DOptions>(config, each_option);
}

}  // namespace cornu::layers
