#include <cornu/layers/normalization/batch_normalization.hpp>

#include <fmt/core.h>

#include <utility>
#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/layers/axis_list.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/normalization/assign_both.hpp>
#include <cornu/layers/normalization/moments.hpp>

namespace cornu::layers {

BatchNormalization::BatchNormalization(BatchNormalizationOptions options)
    : Layer(layer_options(options)), options_(std::move(options)) {
  if (!(0 <= options_.momentum && options_.momentum <= 1))
    throw ValueError("BatchNormalization", fmt::format("`momentum` must lie in 0 … 1; got {}", options_.momentum));
  require_epsilon("BatchNormalization", options_.epsilon);
  supports_masking_ = true;
}

namespace {

// All of them but one.
ops::Axes other_axes(const Shape& shape, std::int64_t axis) {
  std::vector<std::int64_t> axes;
  for (std::size_t i = 0; i < shape.rank(); ++i)
    if (i != shape.normalize_axis(axis)) axes.push_back(static_cast<std::int64_t>(i));
  return ops::Axes(axes);
}

}  // namespace

void BatchNormalization::build(const Shape& input_shape) {
  broadcast_ = broadcast_along(options_.axis, input_shape);
  reduced_ = other_axes(input_shape, options_.axis);
  const Shape channels(input_shape.dim(options_.axis));
  if (options_.scale) gamma_ = add_weight(gamma_spec(options_, channels));
  if (options_.center) beta_ = add_weight(beta_spec(options_, channels));
  moving_mean_ = add_weight(
      {.name = "moving_mean", .shape = channels, .initializer = options_.moving_mean_initializer, .trainable = false});
  moving_variance_ = add_weight({.name = "moving_variance",
                                 .shape = channels,
                                 .initializer = options_.moving_variance_initializer,
                                 .trainable = false});
}

void BatchNormalization::require_as_built(const Shape& input) const {
  const std::int64_t channels = moving_mean_.shape()[0];
  if (input.rank() == broadcast_.rank() && Shape(input.dim(options_.axis)).fits(channels)) return;
  throw ShapeError("BatchNormalization", fmt::format("the layer was built for another input; got shape {}; expected "
                                                     "rank {} and {} along axis {}",
                                                     input, broadcast_.rank(), channels, options_.axis));
}

Tensor BatchNormalization::along_channels(const Variable& weight) const { return as_shape(weight, broadcast_); }

namespace {

// The mask with further axes of extent 1, so that it broadcasts to the input.
Tensor with_rank_of(const Shape& input, const Tensor& mask) {
  if (mask.rank() > input.rank() || !mask.shape().fits(input.slice(0, mask.rank())))
    throw ShapeError("BatchNormalization", fmt::format("the mask does not fit; got {} for an input {}; expected its "
                                                       "leading axes",
                                                       mask.shape(), input));
  Shape shape = mask.shape();
  while (shape.rank() < input.rank()) shape.push_back(1);
  return ops::reshape(mask, shape);
}

}  // namespace

// y = gamma · (x − mean) / √(variance + epsilon) + beta
Tensor BatchNormalization::call(const Tensor& input, const CallContext& context) {
  require_as_built(input.shape());
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  const Tensor mask = context.mask ? with_rank_of(x.shape(), *context.mask) : Tensor();
  const auto scaled = [&](const Tensor& centred, const Tensor& variance) {
    return normalized(centred, variance, options_.epsilon, along_channels(gamma_), along_channels(beta_));
  };
  if (!context.training || !trainable() || x.is_symbolic() || x.size() == 0)
    return scaled(x - along_channels(moving_mean_), along_channels(moving_variance_));
  const Moments batch = mask.defined() ? masked_moments(x, mask, reduced_) : moments(x, reduced_);
  Tensor y = scaled(batch.centred, batch.variance);
  move_statistics(stop_gradient(batch.mean), stop_gradient(batch.variance));
  return y;
}

// moving ← momentum · moving + (1 − momentum) · batch
void BatchNormalization::move_statistics(const Tensor& mean, const Tensor& variance) {
  const auto moved = [&](const Variable& moving, const Tensor& batch) {
    return moving.peek() * options_.momentum + ops::reshape(batch, moving.shape()) * (1 - options_.momentum);
  };
  const Tensor moved_mean = moved(moving_mean_, mean), moved_variance = moved(moving_variance_, variance);
  assign_both(moving_mean_, moved_mean, moving_variance_, moved_variance);
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("axis", options.axis);
  option("momentum", options.momentum);
  option("epsilon", options.epsilon);
  option("center", options.center);
  option("scale", options.scale);
  option("beta_initializer", options.beta_initializer);
  option("gamma_initializer", options.gamma_initializer);
  option("moving_mean_initializer", options.moving_mean_initializer);
  option("moving_variance_initializer", options.moving_variance_initializer);
  each_gamma_and_beta_rule(option, options);
  option.ignored("synchronized", false);
  option.only("renorm", false);
  option.ignored("renorm_clipping", nullptr);
  option.ignored("renorm_momentum", 0.99);
};

}  // namespace

Config BatchNormalization::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<BatchNormalization> BatchNormalization::from_config(const ConfigView& config) {
  return from_options<BatchNormalization, BatchNormalizationOptions>(config, each_option);
}

}  // namespace cornu::layers
