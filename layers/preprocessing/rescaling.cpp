#include <cornu/layers/preprocessing/rescaling.hpp>

#include <utility>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Rescaling::Rescaling(Told told)
    : Layer(layer_options(told.others)), scale_(std::move(told.numbers)), offset_(std::move(told.others.offset)) {
  supports_masking_ = true;
}

// y = x · scale + offset
Tensor Rescaling::call(const Tensor& input) {
  return ops::cast(input, dtype()) * scale_.tensor().astype(dtype()) + offset_.tensor().astype(dtype());
}

Config Rescaling::get_config() const {
  return LayerBase::get_config().merge(Config::object({{"scale", value_of(scale_)}, {"offset", value_of(offset_)}}));
}

std::shared_ptr<Rescaling> Rescaling::from_config(const ConfigView& config) {
  auto options = with_layer_options<RescalingOptions>(config);
  if (const auto offset = config.find("offset")) options.offset = numbers_from(*offset);
  return std::make_shared<Rescaling>(numbers_from(config.at("scale")), std::move(options));
}

}  // namespace cornu::layers
