#include <cornu/layers/preprocessing/normalization.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include <cornu/framework/base/log.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/normalization/assign_both.hpp>

namespace cornu::layers {

namespace {

std::vector<std::int64_t> axes_of(const NormalizationOptions& options) {
  return options.axis ? options.axis->given() : std::vector<std::int64_t>();
}

void require_given(const NormalizationOptions& options) {
  if (options.mean.has_value() != options.variance.has_value())
    throw ValueError("Normalization",
                     fmt::format("mean and variance go together; got {} alone", options.mean ? "mean" : "variance"));
  if (!options.mean) return;
  const Shape mean = options.mean->tensor().shape(), variance = options.variance->tensor().shape();
  if (mean != variance || mean.rank() > axes_of(options).size())
    throw ValueError("Normalization", fmt::format("mean and variance do not fit; got shapes {} and {} for {} axes; "
                                                  "expected one shape, of not more axes",
                                                  mean, variance, axes_of(options).size()));
}

}  // namespace

Normalization::Normalization(NormalizationOptions options)
    : Layer(layer_options(options)), options_(std::move(options)) {
  require_given(options_);
  supports_masking_ = true;
}

namespace {

std::vector<std::size_t> sorted_axes(const std::vector<std::int64_t>& given, const Shape& input) {
  std::vector<std::size_t> axes;
  for (const std::int64_t axis : given) axes.push_back(input.normalize_axis(axis));
  std::sort(axes.begin(), axes.end());
  return axes;
}

// The extents of the axes, 1 along others.
Shape broadcast_shape(const std::vector<std::size_t>& axes, const Shape& input) {
  Shape shape;
  for (std::size_t axis = 0; axis < input.rank(); ++axis)
    shape.push_back(std::find(axes.begin(), axes.end(), axis) == axes.end() ? 1 : input[axis]);
  return shape;
}

// Given numbers along the last of the axes, as they broadcast.
Tensor along(const std::vector<std::size_t>& axes, const Tensor& numbers, const Shape& broadcast) {
  Shape shape;
  for (std::size_t axis = 0; axis < broadcast.rank(); ++axis) shape.push_back(1);
  for (std::size_t i = 1; i <= numbers.rank(); ++i)
    shape = shape.with(axes[axes.size() - i], numbers.shape()[numbers.rank() - i]);
  return ops::broadcast_to(ops::reshape(numbers, shape), broadcast);
}

constexpr double least_deviation = 1e-7;

Tensor deviation(const Tensor& variance) {
  return ops::maximum(ops::sqrt(variance), Tensor::full({}, least_deviation, variance.dtype()));
}

}  // namespace

void Normalization::build(const Shape& input_shape) {
  const std::vector<std::size_t> axes = sorted_axes(axes_of(options_), input_shape);
  broadcast_ = broadcast_shape(axes, input_shape);
  if (broadcast_.has_none())
    throw ShapeError("Normalization",
                     fmt::format("an extent along `axis` is not known; got shape {}; expected numbers", input_shape));
  if (options_.mean) {
    given_mean_ = along(axes, options_.mean->tensor(), broadcast_).astype(dtype());
    given_deviation_ = deviation(along(axes, options_.variance->tensor(), broadcast_).astype(dtype()));
    return;
  }
  Shape shape;
  for (const std::size_t axis : axes) shape.push_back(input_shape[axis]);
  mean_ = add_weight({.name = "mean", .shape = shape, .initializer = "zeros", .trainable = false});
  variance_ = add_weight({.name = "variance", .shape = shape, .initializer = "ones", .trainable = false});
  count_ = add_weight({.name = "count", .dtype = int32, .initializer = "zeros", .trainable = false});
}

void Normalization::require_fit(const Shape& input) const {
  bool fits = input.rank() == broadcast_.rank();
  for (const std::int64_t axis : axes_of(options_)) fits = fits && Shape(input.dim(axis)).fits(broadcast_.dim(axis));
  if (!fits)
    throw ShapeError("Normalization", fmt::format("the layer was built for another input; got shape {}; expected the "
                                                  "extents {} along `axis`",
                                                  input, broadcast_));
}

// y = (x − mean) / √variance, or back
Tensor Normalization::call(const Tensor& input) {
  require_fit(input.shape());
  const Tensor x = ops::cast(input, dtype());
  const Tensor mean = options_.mean ? given_mean_ : ops::reshape(mean_, broadcast_);
  const Tensor scale = options_.mean ? given_deviation_ : deviation(ops::reshape(variance_, broadcast_));
  return options_.invert ? mean + x * scale : (x - mean) / scale;
}

void Normalization::adapt(const Tensor& data) { adapt(std::vector<Tensor>{data}); }

namespace {

struct Seen {
  Tensor mean, variance;  // float64
  double count = 0;
};

// Both together: means are weighted by their counts, variances about the mean of all.
Seen merged(const Seen& a, const Seen& b) {
  if (a.count == 0) return b;
  const double part = b.count / (a.count + b.count);
  const Tensor mean = a.mean * (1 - part) + b.mean * part;
  const auto about = [&](const Seen& seen) { return seen.variance + ops::square(seen.mean - mean); };
  return {mean, about(a) * (1 - part) + about(b) * part, a.count + b.count};
}

Seen seen_in(const Tensor& batch, const Shape& broadcast, const Shape& shape) {
  std::vector<std::int64_t> others;
  for (std::size_t axis = 0; axis < broadcast.rank(); ++axis)
    if (broadcast[axis] == 1) others.push_back(static_cast<std::int64_t>(axis));
  const Tensor x = ops::cast(batch, float64);
  const ops::ReduceOptions along{.axis = ops::Axes(others), .keepdims = true};
  const auto flat = [&](const Tensor& y) { return ops::reshape(y, shape); };
  if (others.empty()) return {flat(x), Tensor::zeros(shape, float64), 1};
  return {flat(ops::mean(x, along)), flat(ops::variance(x, along)),
          static_cast<double>(x.size()) / static_cast<double>(shape.size())};
}

// Elsewhere in such a place a number is divided by the least deviation.
void warn_of_constants(const std::string& place, const Tensor& variance) {
  const std::int64_t constants = ops::sum(ops::cast(ops::equal(variance, 0), int64)).item<std::int64_t>();
  if (constants > 0)
    log(fmt::format(
        "{}: adapt() has seen one value alone at {} of {} places along `axis`; another one there is divided "
        "by {}\n",
        place, constants, variance.size(), least_deviation));
}

}  // namespace

void Normalization::adapt(const std::vector<Tensor>& batches) {
  if (options_.mean)
    throw StateError(place(),
                     "the layer was given mean and variance; got data to adapt to; leave out one or the other");
  Seen seen;
  for (const Tensor& batch : batches) {
    if (batch.size() == 0) throw ValueError(place(), fmt::format("no data to adapt to; got shape {}", batch.shape()));
    ensure_built(batch.shape());
    require_fit(batch.shape());
    seen = merged(seen, seen_in(batch, broadcast_, mean_.shape()));
  }
  if (batches.empty()) throw ValueError(place(), "no data to adapt to; got no batches");
  warn_of_constants(place(), seen.variance);
  assign_both(mean_, seen.mean.astype(dtype()), variance_, seen.variance.astype(dtype()));
}

Config Normalization::get_config() const {
  Config config = LayerBase::get_config();
  config.set("axis", cornu::value_of(axes_of(options_))).set("invert", options_.invert);
  config.set("mean", options_.mean ? value_of(*options_.mean) : Config());
  return config.set("variance", options_.variance ? value_of(*options_.variance) : Config());
}

std::shared_ptr<Normalization> Normalization::from_config(const ConfigView& config) {
  auto options = with_layer_options<NormalizationOptions>(config);
  if (const auto axis = config.find("axis")) {
    if (axis->is_null())
      options.axis.reset();
    else
      read_value(*axis, *options.axis);
  }
  options.invert = config.get("invert", false);
  const auto numbers = [&](const char* key) {
    const auto found = config.find(key);
    return found && !found->is_null() ? std::optional(numbers_from(*found)) : std::nullopt;
  };
  options.mean = numbers("mean");
  options.variance = numbers("variance");
  return std::make_shared<Normalization>(std::move(options));
}

}  // namespace cornu::layers
