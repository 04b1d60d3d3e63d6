#include <cornu/layers/normalization/group_normalization.hpp>

#include <fmt/core.h>

#include <utility>
#include <vector>

#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/normalization/moments.hpp>

namespace cornu::layers {

GroupNormalization::GroupNormalization(GroupNormalizationOptions options)
    : Layer(layer_options(options)), options_(std::move(options)), axis_(options_.axis) {
  if (options_.groups <= 0 && options_.groups != -1)
    throw ValueError("GroupNormalization", fmt::format("`groups` must be a positive integer, or -1 for one of each "
                                                       "channel; got {}",
                                                       options_.groups));
  require_epsilon("GroupNormalization", options_.epsilon);
  supports_masking_ = true;
}

namespace {

// All of them but the batch and the groups.
ops::Axes reduced_axes(std::size_t rank, std::size_t groups_axis) {
  std::vector<std::int64_t> axes;
  for (std::size_t axis = 1; axis < rank; ++axis)
    if (axis != groups_axis) axes.push_back(static_cast<std::int64_t>(axis));
  return ops::Axes(axes);
}

}  // namespace

// Keras, too, keeps the number of groups from then on, in place of -1.
void GroupNormalization::build(const Shape& input_shape) {
  if (input_shape.normalize_axis(options_.axis) == 0)
    throw ValueError("GroupNormalization", fmt::format("axis 0 is the batch; got axis {} of {}; expected another",
                                                       options_.axis, input_shape));
  channels_ = input_shape.dim(options_.axis);
  reduced_rank_ = input_shape.rank() + 1;
  reduced_ = reduced_axes(reduced_rank_, input_shape.normalize_axis(options_.axis));
  if (options_.scale) gamma_ = add_weight(gamma_spec(options_, {channels_}));
  if (options_.center) beta_ = add_weight(beta_spec(options_, {channels_}));
  if (options_.groups == -1) options_.groups = channels_;
  if (options_.groups == 0 || channels_ % options_.groups != 0)
    throw ValueError("GroupNormalization", fmt::format("the channels do not divide into the groups; got {} channels of "
                                                       "shape {} and {} groups; expected a multiple",
                                                       channels_, input_shape, options_.groups));
}

namespace {

// (…, channels, …) as (…, groups, channels / groups, …)
Shape grouped(const Shape& shape, std::size_t axis, std::int64_t groups) {
  return shape.with(axis, shape[axis] / groups).inserted(axis, groups);
}

}  // namespace

// y = gamma · (x − mean) / √(variance + epsilon) + beta
Tensor GroupNormalization::call(const Tensor& input) {
  require_extents("GroupNormalization", axis_, {channels_}, input.shape());
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  if (x.is_symbolic()) return x;
  const std::size_t axis = x.shape().normalize_axis(options_.axis);
  const Tensor groups = ops::reshape(x, grouped(x.shape(), axis, options_.groups));
  const bool is_as_built = groups.rank() == reduced_rank_;
  const Moments group = moments(groups, is_as_built ? reduced_ : reduced_axes(groups.rank(), axis));
  const Shape broadcast = grouped(broadcast_along(axis_, x.shape()), axis, options_.groups);
  const Tensor y = normalized(group.centred, group.variance, options_.epsilon, as_shape(gamma_, broadcast),
                              as_shape(beta_, broadcast));
  return ops::reshape(y, x.shape());
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("groups", options.groups);
  option("axis", options.axis);
  option("epsilon", options.epsilon);
  option("center", options.center);
  option("scale", options.scale);
  option("beta_initializer", options.beta_initializer);
  option("gamma_initializer", options.gamma_initializer);
  each_gamma_and_beta_rule(option, options);
};

}  // namespace

Config GroupNormalization::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<GroupNormalization> GroupNormalization::from_config(const ConfigView& config) {
  return from_options<GroupNormalization, GroupNormalizationOptions>(config, each_option);
}

}  // namespace cornu::layers
