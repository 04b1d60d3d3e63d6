#include <cornu/layers/normalization/layer_normalization.hpp>

#include <algorithm>
#include <atomic>
#include <utility>

#include <cornu/framework/base/log.hpp>
#include <cornu/framework/ops/layer_normalization.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/normalization/moments.hpp>

namespace cornu::layers {

namespace {

void warn_of_rms_scaling() {
  static std::atomic<bool> has_said = false;
  if (!has_said.exchange(true))
    log("LayerNormalization: `rms_scaling` divides by the deviation from the mean, not by the root mean square; "
        "layers::RMSNormalization does the latter\n");
}

}  // namespace

LayerNormalization::LayerNormalization(LayerNormalizationOptions options)
    : Layer(layer_options(options)), options_(std::move(options)) {
  require_epsilon("LayerNormalization", options_.epsilon);
  require_some("LayerNormalization", options_.axis);
  if (options_.rms_scaling) warn_of_rms_scaling();
  supports_masking_ = true;
}

// Keras, too, keeps the axes as a sorted list from then on.
void LayerNormalization::build(const Shape& input_shape) {
  ops::Axes(options_.axis).of(input_shape);
  options_.axis = options_.axis.sorted();
  extents_ = extents_along(options_.axis, input_shape);
  if (options_.scale || options_.rms_scaling) gamma_ = add_weight(gamma_spec(options_, extents_));
  if (options_.center && !options_.rms_scaling) beta_ = add_weight(beta_spec(options_, extents_));
}

namespace {

bool are_last(const AxisList& axes, const Shape& shape) {
  const auto named = ops::Axes(axes).of(shape);
  const std::size_t first = shape.rank() - axes.given().size();
  return std::all_of(named.begin() + first, named.begin() + shape.rank(), [](bool is_named) { return is_named; });
}

}  // namespace

// y = gamma · (x − mean) / √(variance + epsilon) + beta
Tensor LayerNormalization::call(const Tensor& input) {
  require_extents("LayerNormalization", options_.axis, extents_, input.shape());
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  if (x.is_symbolic()) return x;
  const std::size_t axes = extents_.rank();
  if (!options_.rms_scaling && are_last(options_.axis, x.shape())) {
    const Shape last = x.shape().slice(x.rank() - axes, x.rank());
    return ops::layer_normalization(x, as_shape(gamma_, last), as_shape(beta_, last), options_.epsilon, axes);
  }
  const Moments sample = moments(x, options_.axis);
  const Shape broadcast = broadcast_along(options_.axis, x.shape());
  return normalized(options_.rms_scaling ? x : sample.centred, sample.variance, options_.epsilon,
                    as_shape(gamma_, broadcast), as_shape(beta_, broadcast));
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("axis", options.axis);
  option("epsilon", options.epsilon);
  option("center", options.center);
  option("scale", options.scale);
  option("rms_scaling", options.rms_scaling);
  option("beta_initializer", options.beta_initializer);
  option("gamma_initializer", options.gamma_initializer);
  each_gamma_and_beta_rule(option, options);
};

}  // namespace

Config LayerNormalization::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<LayerNormalization> LayerNormalization::from_config(const ConfigView& config) {
  return from_options<LayerNormalization, LayerNormalizationOptions>(config, each_option);
}

}  // namespace cornu::layers
