#include <cornu/layers/core/masking.hpp>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Masking::Masking(MaskingOptions options) : Layer(layer_options(options)), mask_value_(options.mask_value) {
  supports_masking_ = true;
}

Tensor Masking::steps_that_count(const Tensor& input, bool keepdims) const {
  if (input.rank() == 0) throw ShapeError("Masking", "the input has no features; got shape (); expected (batch, …)");
  return ops::any(ops::not_equal(input, mask_value_), {.axis = -1, .keepdims = keepdims});
}

Tensor Masking::call(const Tensor& input) {
  return ops::where(steps_that_count(input, true), input, Tensor::zeros({}, input.dtype()));
}

Mask Masking::compute_mask(const Tensor& input, const Mask&) const { return steps_that_count(input, false); }

namespace {

constexpr auto each_option = [](auto& option, auto& options) { option("mask_value", options.mask_value); };

}  // namespace

Config Masking::get_config() const {
  return write_options(LayerBase::get_config(), each_option, MaskingOptions{.mask_value = mask_value_});
}

std::shared_ptr<Masking> Masking::from_config(const ConfigView& config) {
  return from_options<Masking, MaskingOptions>(config, each_option);
}

}  // namespace cornu::layers
