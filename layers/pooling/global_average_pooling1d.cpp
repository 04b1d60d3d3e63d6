#include <cornu/layers/pooling/global_average_pooling1d.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/pooling.hpp>
#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

GlobalAveragePooling1D::GlobalAveragePooling1D(cornu::detail::NoOptions) : GlobalAveragePooling1D() {}
GlobalAveragePooling1D::GlobalAveragePooling1D(GlobalAveragePooling1DOptions options)
    : Layer(layer_options(options)), options_(std::move(options)) {
  is_channels_first("GlobalAveragePooling1D", options_.data_format);
  supports_masking_ = true;
}

namespace {

void require_mask(const Tensor& mask, const Shape& input, std::int64_t steps_axis) {
  const Shape expected(input[0], input.dim(steps_axis));
  if (mask.shape().rank() == 2 && (input.has_none() || mask.shape() == expected)) return;
  throw ShapeError("GlobalAveragePooling1D", fmt::format("the mask does not fit; got {} for an input {}; expected {}",
                                                         mask.shape(), input, expected));
}

}  // namespace

Tensor GlobalAveragePooling1D::call(const Tensor& input, const CallContext& context) {
  if (input.rank() != 3)
    throw ShapeError(
        "GlobalAveragePooling1D",
        fmt::format("the input must be sequences of vectors; got shape {}; expected (batch, steps, features)",
                    input.shape()));
  const std::int64_t steps_axis = is_channels_first("GlobalAveragePooling1D", options_.data_format) ? 2 : 1;
  if (!context.mask) return ops::mean(input, {.axis = steps_axis, .keepdims = options_.keepdims});
  require_mask(*context.mask, input.shape(), steps_axis);
  if (steps_axis == 1 && !options_.keepdims) return ops::masked_mean(input, *context.mask);
  return ops::masked_mean_of_ops(input, *context.mask, steps_axis, options_.keepdims);
}

Mask GlobalAveragePooling1D::compute_mask(const Tensor&, const Mask&) const { return std::nullopt; }

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("data_format", options.data_format);
  option("keepdims", options.keepdims);
};

}  // namespace

Config GlobalAveragePooling1D::get_config() const {
  return write_options(LayerBase::get_config(), each_option, options_);
}

std::shared_ptr<GlobalAveragePooling1D> GlobalAveragePooling1D::from_config(const ConfigView& config) {
  return from_options<GlobalAveragePooling1D, GlobalAveragePooling1DOptions>(config, each_option);
}

}  // namespace cornu::layers
