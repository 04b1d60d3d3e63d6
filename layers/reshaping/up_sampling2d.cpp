#include <cornu/layers/reshaping/up_sampling2d.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/reshaping/spatial.hpp>

namespace cornu::layers {

UpSampling2D::UpSampling2D(UpSampling2DOptions options) : Layer(layer_options(options)), options_(std::move(options)) {
  is_channels_first("UpSampling2D", options_.data_format);
  require_factors("UpSampling2D", options_.size);
  if (options_.interpolation != "nearest" && options_.interpolation != "bilinear")
    throw ValueError("UpSampling2D", fmt::format("`interpolation` is not one that cornu has; got \"{}\"; expected "
                                                 "\"nearest\" or \"bilinear\" (Keras's \"bicubic\", \"lanczos3\" and "
                                                 "\"lanczos5\" are not here)",
                                                 options_.interpolation));
}

Tensor UpSampling2D::call(const Tensor& input) {
  if (options_.interpolation == "nearest") return repeated("UpSampling2D", input, options_.size, options_.data_format);
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  return interpolated("UpSampling2D", x, options_.size, options_.data_format);
}

namespace {

constexpr auto each_option = [](auto& option, auto& options) {
  option("size", options.size);
  option("data_format", options.data_format);
  option("interpolation", options.interpolation);
};

}  // namespace

Config UpSampling2D::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<UpSampling2D> UpSampling2D::from_config(const ConfigView& config) {
  return from_options<UpSampling2D, UpSampling2DOptions>(config, each_option);
}

}  // namespace cornu::layers
