#include <cornu/layers/normalization/spectral_normalization.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/class_name.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/normalization/assign_both.hpp>

namespace cornu::layers {

SpectralNormalization::SpectralNormalization(std::shared_ptr<LayerBase> layer, SpectralNormalizationOptions options)
    : Layer(layer_options(options)), power_iterations_(options.power_iterations) {
  if (!layer) throw ValueError("SpectralNormalization", "the layer is missing; got a null pointer");
  if (power_iterations_ < 1)
    throw ValueError("SpectralNormalization",
                     fmt::format("`power_iterations` must be 1 or more; got {}", power_iterations_));
  if (layer->name().empty()) layer->set_name(to_snake_case(layer->class_name()));
  layer_ = track("layer", std::move(layer));
}

namespace {

Variable kernel_of(const LayerBase& layer) {
  for (const char* const name : {"kernel", "embeddings"})
    for (const Variable& weight : layer.own_weights())
      if (weight.name() == name) return weight;
  throw ValueError("SpectralNormalization", fmt::format("{} has no weight `kernel` or `embeddings` to normalise; "
                                                        "expected a layer such as Dense, Embedding or a convolution",
                                                        layer.place()));
}

}  // namespace

void SpectralNormalization::build(const Shape& input_shape) {
  layer_->ensure_built(input_shape);
  kernel_ = kernel_of(*layer_);
  share_weight(kernel_);
  vector_u_ = add_weight({.name = "vector_u",
                          .shape = {1, kernel_.shape().back()},
                          .dtype = kernel_.dtype(),
                          .initializer = initializers::TruncatedNormal({.stddev = 0.02}),
                          .trainable = false});
}

namespace {

// x / |x|; zeros stay zeros
Tensor unit(const Tensor& x) {
  return x * ops::minimum(ops::rsqrt(ops::sum(ops::square(x))), Tensor::full({}, 1e7, x.dtype()));
}

}  // namespace

// v = unit(u · Wᵀ), u = unit(v · W), W ← W / (v · W · uᵀ)
void SpectralNormalization::normalize_kernel() {
  const Tensor kernel = kernel_.peek(), w = ops::reshape(kernel, {-1, kernel.dim(-1)});
  if (!ops::any(ops::not_equal(kernel, 0)).item<bool>()) return;
  Tensor u = vector_u_.peek(), v;
  for (std::int64_t i = 0; i < power_iterations_; ++i) {
    v = unit(ops::matmul(u, w, false, true));
    u = unit(ops::matmul(v, w));
  }
  const Tensor sigma = ops::matmul(ops::matmul(v, w), u, false, true);
  assign_both(vector_u_, u, kernel_, kernel / ops::reshape(sigma, {}));
}

namespace {

// Puts two weights back at its end, unless it is told to keep them.
class PutBack {
 public:
  PutBack(const Variable& a, const Variable& b)
      : a_(a), b_(b), a_value_(detail::writable(a.body())), b_value_(detail::writable(b.body())) {}
  ~PutBack() {
    if (is_kept_) return;
    a_.body().value = a_value_;
    b_.body().value = b_value_;
  }
  PutBack(const PutBack&) = delete;
  PutBack& operator=(const PutBack&) = delete;

  void keep() { is_kept_ = true; }

 private:
  const Variable &a_, &b_;
  Tensor a_value_, b_value_;
  bool is_kept_ = false;
};

}  // namespace

// The layer within may fail when the weights are changed already.
Tensor SpectralNormalization::call(const Tensor& input, const CallContext& context) {
  if (!context.training || input.is_symbolic()) return (*layer_)(input, {.training = context.training});
  PutBack before(vector_u_, kernel_);
  normalize_kernel();
  Tensor output = (*layer_)(input, {.training = true});
  before.keep();
  return output;
}

Config SpectralNormalization::get_config() const {
  return LayerBase::get_config().merge(
      Config::object({{"layer", layer_to_config(*layer_)}, {"power_iterations", power_iterations_}}));
}

std::shared_ptr<SpectralNormalization> SpectralNormalization::from_config(const ConfigView& config) {
  auto options = with_layer_options<SpectralNormalizationOptions>(config);
  read_options(config, [&](auto& option) { option("power_iterations", options.power_iterations); });
  return std::make_shared<SpectralNormalization>(layer_from_config(config.at("layer")), std::move(options));
}

}  // namespace cornu::layers
