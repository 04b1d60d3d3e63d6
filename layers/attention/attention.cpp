#include <cornu/layers/attention/attention.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Attention::Attention(AttentionOptions options)
    : Layer("Attention", options.dropout, options.seed, layer_options(options)), options_(std::move(options)) {
  if (options_.score_mode != "dot" && options_.score_mode != "concat")
    throw ValueError("Attention", fmt::format("unknown `score_mode`; got \"{}\"; expected \"dot\" or \"concat\"",
                                              options_.score_mode));
}

void Attention::build_scores(std::int64_t) {
  if (options_.use_scale) scale_ = add_weight({.name = "scale", .initializer = "ones"});
  if (options_.score_mode == "concat")
    concat_score_weight_ = add_weight({.name = "concat_score_weight", .initializer = "ones"});
}

Tensor Attention::multiplied_query(const Tensor& query) const {
  if (concat_score_weight_.defined()) return {};
  return scale_.defined() ? query * scale_ : query;
}

Tensor Attention::scores(const Tensor& query, const Tensor& key) const {
  if (const Tensor multiplied = multiplied_query(query); multiplied.defined())
    return ops::matmul(multiplied, key, false, true);
  const Tensor sums = ops::expand_dims(query, -2) + ops::expand_dims(key, -3);
  return concat_score_weight_ * ops::sum(ops::tanh(scale_.defined() ? scale_ * sums : sums), {.axis = -1});
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("use_scale", options.use_scale);
  option("score_mode", options.score_mode);
  option("dropout", options.dropout);
  option("seed", options.seed);
};

}  // namespace

Config Attention::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<Attention> Attention::from_config(const ConfigView& config) {
  return from_options<Attention, AttentionOptions>(config, each_option);
}

}  // namespace cornu::layers
