#include <cornu/layers/attention/additive_attention.hpp>

#include <utility>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

AdditiveAttention::AdditiveAttention(AdditiveAttentionOptions options)
    : Layer("AdditiveAttention", options.dropout, options.seed, layer_options(options)), options_(std::move(options)) {}

void AdditiveAttention::build_scores(std::int64_t dim) {
  if (options_.use_scale) scale_ = add_weight({.name = "scale", .shape = {dim}});
}

Tensor AdditiveAttention::scores(const Tensor& query, const Tensor& key) const {
  const Tensor y = ops::tanh(ops::expand_dims(query, -2) + ops::expand_dims(key, -3));
  return ops::sum(scale_.defined() ? y * scale_ : y, {.axis = -1});
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("use_scale", options.use_scale);
  option("dropout", options.dropout);
  option("seed", options.seed);
};

}  // namespace

Config AdditiveAttention::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<AdditiveAttention> AdditiveAttention::from_config(const ConfigView& config) {
  return from_options<AdditiveAttention, AdditiveAttentionOptions>(config, each_option);
}

}  // namespace cornu::layers
