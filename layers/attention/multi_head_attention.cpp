#include <cornu/layers/attention/multi_head_attention.hpp>

#include <utility>
#include <vector>

#include <cornu/layers/attention/headed_options.hpp>
#include <cornu/layers/from_options.hpp>

namespace cornu::layers {

namespace {

AttentionHeads heads_of(std::int64_t num_heads, std::int64_t key_dim, const MultiHeadAttentionOptions& options) {
  require_positive("MultiHeadAttention", "num_heads", num_heads);
  require_positive("MultiHeadAttention", "key_dim", key_dim);
  const std::int64_t value_dim =
      require_positive("MultiHeadAttention", "value_dim", options.value_dim.value_or(key_dim));
  return {num_heads, num_heads, key_dim, value_dim};
}

HeadedAttentionOptions shared_of(const MultiHeadAttentionOptions& options) {
  HeadedAttentionOptions shared = headed_options(options);
  shared.output_shape = options.output_shape;
  if (options.attention_axes) shared.attention_axes = options.attention_axes->given();
  return shared;
}

}  // namespace

MultiHeadAttention::MultiHeadAttention(std::int64_t num_heads, std::int64_t key_dim, MultiHeadAttentionOptions options)
    : Layer("MultiHeadAttention", heads_of(num_heads, key_dim, options), shared_of(options), "",
            headed_layer_options(options)),
      num_heads_(num_heads),
      key_dim_(key_dim),
      options_(std::move(options)) {}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& num_heads, auto& key_dim, auto& axes, auto& options) {
  option.required("num_heads", num_heads);
  option.required("key_dim", key_dim);
  option("value_dim", options.value_dim);
  option("dropout", options.dropout);
  option("use_bias", options.use_bias);
  option("use_gate", options.use_gate);
  option("output_shape", options.output_shape);
  option.null_if_empty("attention_axes", axes);
  option("sliding_window", options.sliding_window);
  each_projection_option(option, options);
};

}  // namespace

Config MultiHeadAttention::get_config() const {
  MultiHeadAttentionOptions options = options_;
  options.value_dim = options.value_dim.value_or(key_dim_);
  return write_options(LayerBase::get_config(), each_option, num_heads_, key_dim_, attention_axes(), options);
}

std::shared_ptr<MultiHeadAttention> MultiHeadAttention::from_config(const ConfigView& config) {
  auto options = with_layer_options<MultiHeadAttentionOptions>(config);
  config.find("flash_attention");
  std::int64_t num_heads = 0, key_dim = 0;
  std::vector<std::int64_t> axes;
  read_options(config, each_option, num_heads, key_dim, axes, options);
  if (!axes.empty()) options.attention_axes = AxisList(axes);
  return std::make_shared<MultiHeadAttention>(num_heads, key_dim, std::move(options));
}

}  // namespace cornu::layers
