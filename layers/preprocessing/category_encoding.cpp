#include <cornu/layers/preprocessing/category_encoding.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/preprocessing/encoded.hpp>

namespace cornu::layers {

CategoryEncoding::CategoryEncoding(std::int64_t num_tokens, CategoryEncodingOptions options)
    : Layer(layer_options(options)), num_tokens_(num_tokens), options_(std::move(options)) {
  if (num_tokens < 1)
    throw ValueError("CategoryEncoding", fmt::format("`num_tokens` must be 1 or more; got {}", num_tokens));
  require_output_mode("CategoryEncoding", options_.output_mode, {"multi_hot", "one_hot", "count"});
  autocast_ = false;
}

namespace {

void require_ids(const Tensor& ids, std::int64_t num_tokens) {
  for (const std::int64_t id : ids.values<std::int64_t>())
    if (id < 0 || id >= num_tokens)
      throw IndexError("CategoryEncoding",
                       fmt::format("an id lies outside of the tokens; got {}; expected 0 … {}", id, num_tokens - 1));
}

void require_weights(const Tensors& inputs, const std::string& mode) {
  if (inputs.size() > 2)
    throw ValueError("CategoryEncoding",
                     fmt::format("the layer takes ids, and weights for \"count\"; got {} inputs", inputs.size()));
  if (inputs.size() < 2) return;
  if (mode != "count")
    throw ValueError("CategoryEncoding", fmt::format("weights are for output_mode \"count\"; got \"{}\"", mode));
  if (!inputs[1].shape().fits(inputs[0].shape()))
    throw ShapeError("CategoryEncoding", fmt::format("the weights do not fit; got {} for ids {}; expected one shape",
                                                     inputs[1].shape(), inputs[0].shape()));
}

}  // namespace

Tensors CategoryEncoding::call(const Tensors& inputs, const CallContext&) {
  require_weights(inputs, options_.output_mode);
  const Tensor ids = ops::cast(inputs[0], int64);
  if (!ids.is_symbolic()) require_ids(ids, num_tokens_);
  const Tensor weights = inputs.size() == 2 ? ops::cast(inputs[1], dtype()) : Tensor();
  return encoded(ids, options_.output_mode, num_tokens_, dtype(), weights);
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& num_tokens, auto& options) {
  option.required("num_tokens", num_tokens);
  option("output_mode", options.output_mode);
};

}  // namespace

Config CategoryEncoding::get_config() const {
  return write_options(LayerBase::get_config(), each_option, num_tokens_, options_);
}

std::shared_ptr<CategoryEncoding> CategoryEncoding::from_config(const ConfigView& config) {
  OptionReader(config).only("sparse", false);
  return from_options<CategoryEncoding, CategoryEncodingOptions, std::int64_t>(config, each_option);
}

}  // namespace cornu::layers
