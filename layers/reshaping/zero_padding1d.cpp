#include <cornu/layers/reshaping/zero_padding1d.hpp>

#include <utility>

#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/reshaping/spatial.hpp>

namespace cornu::layers {

ZeroPadding1D::ZeroPadding1D(ZeroPadding1DOptions options)
    : Layer(layer_options(options)), options_(std::move(options)) {
  is_channels_first("ZeroPadding1D", options_.data_format);
  require_margins("ZeroPadding1D", "padding", options_.padding);
}

Tensor ZeroPadding1D::call(const Tensor& input) {
  return zero_padded("ZeroPadding1D", input, options_.padding, options_.data_format);
}

namespace {

constexpr auto each_option = [](auto& option, auto& options) {
  option("padding", options.padding);
  option("data_format", options.data_format);
};

}  // namespace

Config ZeroPadding1D::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<ZeroPadding1D> ZeroPadding1D::from_config(const ConfigView& config) {
  return from_options<ZeroPadding1D, ZeroPadding1DOptions>(config, each_option);
}

}  // namespace cornu::layers
