#include <cornu/layers/normalization/unit_normalization.hpp>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

UnitNormalization::UnitNormalization(UnitNormalizationOptions options)
    : Layer(layer_options(options)), axis_(std::move(options.axis)) {
  require_some("UnitNormalization", axis_);
  supports_masking_ = true;
}

// y = x / √(Σ x²). Where there is nothing but zeros, 1 stands for the sum, so that the gradient is a number too.
Tensor UnitNormalization::call(const Tensor& input) {
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  const Tensor squares = ops::sum(ops::square(x), {.axis = axis_, .keepdims = true});
  return x * ops::rsqrt(ops::where(ops::equal(squares, 0), Tensor::ones({}, x.dtype()), squares));
}

namespace {

constexpr auto each_option = [](auto& option, auto& options) { option("axis", options.axis); };

}  // namespace

Config UnitNormalization::get_config() const {
  const UnitNormalizationOptions options{.axis = axis_};
  return write_options(LayerBase::get_config(), each_option, options);
}

std::shared_ptr<UnitNormalization> UnitNormalization::from_config(const ConfigView& config) {
  return from_options<UnitNormalization, UnitNormalizationOptions>(config, each_option);
}

}  // namespace cornu::layers
