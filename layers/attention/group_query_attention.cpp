#include <cornu/layers/attention/group_query_attention.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/layers/attention/headed_options.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

namespace {

AttentionHeads heads_of(std::int64_t head_dim, std::int64_t query_heads, std::int64_t key_heads) {
  require_positive("GroupQueryAttention", "head_dim", head_dim);
  require_positive("GroupQueryAttention", "num_query_heads", query_heads);
  require_positive("GroupQueryAttention", "num_key_value_heads", key_heads);
  if (query_heads % key_heads != 0)
    throw ValueError("GroupQueryAttention",
                     fmt::format("`num_query_heads` must be a multiple of `num_key_value_heads`; "
                                 "got {} and {}",
                                 query_heads, key_heads));
  return {query_heads, key_heads, head_dim, head_dim};
}

}  // namespace

GroupedQueryAttention::GroupedQueryAttention(std::int64_t head_dim, std::int64_t num_query_heads,
                                             std::int64_t num_key_value_heads, GroupQueryAttentionOptions options)
    : Layer("GroupQueryAttention", heads_of(head_dim, num_query_heads, num_key_value_heads), headed_options(options),
            "_", layer_options(options)),
      head_dim_(head_dim),
      num_query_heads_(num_query_heads),
      num_key_value_heads_(num_key_value_heads),
      options_(std::move(options)) {}

void GroupedQueryAttention::build(const Shapes& input_shapes) {
  HeadedAttention::build(input_shapes);
  const Shape &query = input_shapes[0], &value = input_shapes[1];
  if (query.rank() != 3 || query.back() != value.back())
    throw ShapeError("GroupQueryAttention", fmt::format("the inputs do not fit; got query {} and value {}; expected "
                                                        "(batch, steps, dim), of one dim",
                                                        query, value));
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& head_dim, auto& query_heads, auto& key_heads, auto& options) {
  option.required("head_dim", head_dim);
  option.required("num_query_heads", query_heads);
  option.required("num_key_value_heads", key_heads);
  option("use_bias", options.use_bias);
  option("use_gate", options.use_gate);
  option("sliding_window", options.sliding_window);
  option("dropout", options.dropout);
  each_projection_option(option, options);
};

}  // namespace

Config GroupedQueryAttention::get_config() const {
  return write_options(LayerBase::get_config(), each_option, head_dim_, num_query_heads_, num_key_value_heads_,
                       options_);
}

std::shared_ptr<GroupedQueryAttention> GroupedQueryAttention::from_config(const ConfigView& config) {
  config.find("flash_attention");
  return from_options<GroupedQueryAttention, GroupQueryAttentionOptions, std::int64_t, std::int64_t, std::int64_t>(
      config, each_option);
}

}  // namespace cornu::layers
