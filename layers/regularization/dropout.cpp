#include <cornu/layers/regularization/dropout.hpp>

#include <utility>

#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Dropout::Dropout(double rate, DropoutOptions options)
    : Layer(layer_options(options)), rate_(rate), options_(std::move(options)), noise_(options_.seed) {
  require_rate("Dropout", rate);
  require_noise_shape("Dropout", options_.noise_shape);
  supports_masking_ = true;
}

// y = x / (1 − rate) where an element is kept, 0 elsewhere
Tensor Dropout::call(const Tensor& input, const CallContext& context) {
  const Shape noise_shape = noise_shape_for("Dropout", options_.noise_shape, input.shape());
  if (!context.training || rate_ == 0 || input.is_symbolic()) return input;
  return dropped(input, rate_, noise_shape, noise_);
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& rate, auto& options) {
  option.required("rate", rate);
  option("seed", options.seed);
  option("noise_shape", options.noise_shape);
};

}  // namespace

Config Dropout::get_config() const { return write_options(LayerBase::get_config(), each_option, rate_, options_); }

std::shared_ptr<Dropout> Dropout::from_config(const ConfigView& config) {
  return from_options<Dropout, DropoutOptions, double>(config, each_option);
}

}  // namespace cornu::layers
