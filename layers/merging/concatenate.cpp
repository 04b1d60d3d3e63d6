#include <cornu/layers/merging/concatenate.hpp>

#include <algorithm>
#include <utility>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/merging/merge.hpp>

namespace cornu::layers {

Concatenate::Concatenate(ConcatenateOptions options) : Layer(layer_options(options)), axis_(options.axis) {
  supports_masking_ = true;
}

Tensors Concatenate::call(const Tensors& inputs, const CallContext&) { return ops::concatenate(inputs, axis_); }

// Joined as the inputs are; a step counts if one of its elements does.
Masks Concatenate::compute_mask(const Tensors& inputs, const Masks& masks) const {
  if (std::none_of(masks.begin(), masks.end(), [](const Mask& mask) { return mask.has_value(); })) return {};
  Tensors wide;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    wide.push_back(as_large_as(inputs[i], masks[i].value_or(Tensor::ones({}, boolean))));
  return Mask(ops::any(ops::concatenate(wide, axis_), {.axis = -1}));
}

namespace {

constexpr auto each_option = [](auto& option, auto& axis) { option("axis", axis); };

}  // namespace

Config Concatenate::get_config() const { return write_options(LayerBase::get_config(), each_option, axis_); }

std::shared_ptr<Concatenate> Concatenate::from_config(const ConfigView& config) {
  auto options = with_layer_options<ConcatenateOptions>(config);
  read_options(config, each_option, options.axis);
  return std::make_shared<Concatenate>(std::move(options));
}

}  // namespace cornu::layers
