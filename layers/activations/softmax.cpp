#include <cornu/layers/activations/softmax.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/activations/masked_softmax.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Softmax::Softmax(SoftmaxOptions options) : Layer(layer_options(options)), axis_(std::move(options.axis)) {
  require_some("Softmax", axis_);
  supports_masking_ = true;
}

namespace {

bool is_leading(const Shape& mask, const Shape& input) {
  return mask.rank() <= input.rank() && mask.fits(input.slice(0, mask.rank()));
}

bool broadcasts(const Shape& mask, const Shape& input) {
  bool fits = mask.rank() <= input.rank();
  for (std::size_t i = 1; fits && i <= mask.rank(); ++i) {
    const std::int64_t extent = mask[mask.rank() - i];
    fits = extent == 1 || Shape(extent).fits(input[input.rank() - i]);
  }
  return fits;
}

// The mask as it broadcasts to the input.
Tensor broadcast_mask(const Tensor& mask, const Shape& input) {
  if (is_leading(mask.shape(), input)) {
    Shape shape = mask.shape();
    while (shape.rank() < input.rank()) shape.push_back(1);
    return ops::reshape(mask, shape);
  }
  if (broadcasts(mask.shape(), input)) return mask;
  throw ShapeError("Softmax",
                   fmt::format("the mask does not fit; got {} for an input {}; expected its leading axes, or "
                               "one that broadcasts",
                               mask.shape(), input));
}

}  // namespace

Tensor Softmax::call(const Tensor& input, const CallContext& context) {
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  return masked_softmax(x, context.mask ? Mask(broadcast_mask(*context.mask, x.shape())) : std::nullopt, axis_);
}

Mask Softmax::compute_mask(const Tensor& input, const Mask& mask) const {
  return mask && mask->rank() < input.rank() && is_leading(mask->shape(), input.shape()) ? mask : std::nullopt;
}

namespace {

constexpr auto each_option = [](auto& option, auto& options) { option("axis", options.axis); };

}  // namespace

Config Softmax::get_config() const {
  return write_options(LayerBase::get_config(), each_option, SoftmaxOptions{.axis = axis_});
}

std::shared_ptr<Softmax> Softmax::from_config(const ConfigView& config) {
  return from_options<Softmax, SoftmaxOptions>(config, each_option);
}

}  // namespace cornu::layers
