#include <cornu/layers/recurrent/bidirectional.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/recurrent/from_config.hpp>

namespace cornu::layers {

namespace {

void require_merge_mode(const std::optional<std::string>& mode) {
  constexpr std::array known{"concat", "sum", "mul", "ave"};
  if (mode && std::find(known.begin(), known.end(), *mode) == known.end())
    throw ValueError("Bidirectional", fmt::format("unknown `merge_mode`; got \"{}\"; expected \"concat\", \"sum\", "
                                                  "\"mul\", \"ave\" or nullopt",
                                                  *mode));
}

// "forward_gru" of a GRU without a name, and of one that is called so already.
std::string with_prefix(const std::string& prefix, const LayerBase& layer) {
  const std::string name = layer.name().empty() ? to_snake_case(layer.class_name()) : layer.name();
  return name.starts_with(prefix) ? name : prefix + name;
}

std::shared_ptr<RecurrentLayer> copy_of(const RecurrentLayer& layer, bool go_backwards, const std::string& prefix) {
  RecurrentLayerOptions loop = layer.loop();
  loop.go_backwards = go_backwards;
  return layer.clone(loop, with_prefix(prefix, layer));
}

}  // namespace

Bidirectional::Bidirectional(const std::shared_ptr<RecurrentLayer>& layer, BidirectionalOptions options)
    : Layer(layer_options(options, layer ? layer->dtype() : float32)),
      merge_mode_(std::move(options.merge_mode)),
      weights_to_begin_with_(std::move(options.weights)) {
  require_merge_mode(merge_mode_);
  if (!layer) throw ValueError("Bidirectional", "the layer is missing; got a null pointer; expected a recurrent layer");
  auto backward = options.backward_layer.shared();
  if (!backward) backward = copy_of(*layer, true, "backward_");
  forward_layer_ = track("forward_layer", copy_of(*layer, layer->loop().go_backwards, "forward_"));
  backward_layer_ = track("backward_layer", std::move(backward));
  require_two_directions();
  for (const auto& direction : {forward_layer_, backward_layer_})
    direction->set_zero_output_for_mask(direction->loop().return_sequences);
  supports_masking_ = true;
}

void Bidirectional::require_two_directions() const {
  const RecurrentLayerOptions &forward = forward_layer_->loop(), &backward = backward_layer_->loop();
  if (forward.go_backwards == backward.go_backwards)
    throw ValueError(
        "Bidirectional",
        fmt::format("both layers go in one direction; got `go_backwards` {0} and {0}; expected one of each",
                    forward.go_backwards));
  const auto require_equal = [](const char* option, bool a, bool b) {
    if (a != b)
      throw ValueError("Bidirectional", fmt::format("the layers differ in `{}`; got {} forward and {} backward; "
                                                    "expected equal ones",
                                                    option, a, b));
  };
  require_equal("stateful", forward.stateful, backward.stateful);
  require_equal("return_sequences", forward.return_sequences, backward.return_sequences);
  require_equal("return_state", forward.return_state, backward.return_state);
}

void Bidirectional::build(const Shapes& input_shapes) {
  const Shapes sequences({input_shapes[0]});
  forward_layer_->ensure_built(sequences);
  backward_layer_->ensure_built(sequences);
  if (weights_to_begin_with_.empty()) return;
  set_weights(weights_to_begin_with_);
  weights_to_begin_with_.clear();
}

Tensors Bidirectional::merged(const Tensor& forward, const Tensor& backward) const {
  if (!merge_mode_) return {forward, backward};
  if (*merge_mode_ == "concat") return ops::concatenate({forward, backward}, -1);
  if (*merge_mode_ == "sum") return forward + backward;
  if (*merge_mode_ == "mul") return forward * backward;
  return (forward + backward) / 2;
}

Tensors Bidirectional::call(const Tensors& inputs, const CallContext& context) {
  if (inputs.size() % 2 == 0)
    throw ValueError(
        "Bidirectional",
        fmt::format("both directions need the same number of initial states; got {}; expected an even number",
                    inputs.size() - 1));
  const std::size_t states = inputs.size() / 2;
  Tensors forward_inputs = inputs[0], backward_inputs = inputs[0];
  for (std::size_t i = 1; i <= states; ++i) {
    forward_inputs.push_back(inputs[i]);
    backward_inputs.push_back(inputs[states + i]);
  }
  const CallContext inner{.training = context.training, .mask = context.mask_of(0)};
  const Tensors forward = forward_layer_->apply(forward_inputs, inner).first;
  const Tensors backward = backward_layer_->apply(backward_inputs, inner).first;
  const bool sequences = forward_layer_->loop().return_sequences;
  Tensors outputs = merged(forward[0], sequences ? ops::flip(backward[0], 1) : backward[0]);
  for (const Tensors& direction : {forward, backward})
    for (std::size_t i = 1; i < direction.size(); ++i) outputs.push_back(direction[i]);
  return outputs;
}

Masks Bidirectional::compute_mask(const Tensors&, const Masks& masks) const {
  const Mask& mask = mask_at(masks, 0);
  const RecurrentLayerOptions& loop = forward_layer_->loop();
  if (!loop.return_sequences || !mask) return {};
  Masks all = merge_mode_ ? Masks{mask} : Masks{mask, mask};
  const std::size_t states = forward_layer_->cell().state_size().size() + backward_layer_->cell().state_size().size();
  for (std::size_t i = 0; loop.return_state && i < states; ++i) all.push_back(std::nullopt);
  return all;
}

void Bidirectional::reset_state() {
  forward_layer_->reset_state();
  backward_layer_->reset_state();
}

Config Bidirectional::get_config() const {
  return LayerBase::get_config().merge(Config::object({{"merge_mode", value_of(merge_mode_)},
                                                       {"layer", layer_to_config(*forward_layer_)},
                                                       {"backward_layer", layer_to_config(*backward_layer_)}}));
}

std::shared_ptr<Bidirectional> Bidirectional::from_config(const ConfigView& config) {
  auto options = with_layer_options<BidirectionalOptions>(config);
  read_options(config, [&](auto& option) { option("merge_mode", options.merge_mode); });
  const auto backward = config.find("backward_layer");
  if (backward && !backward->is_null())
    options.backward_layer = inner_layer<RecurrentLayer>(*backward, "a recurrent layer");
  return std::make_shared<Bidirectional>(inner_layer<RecurrentLayer>(config.at("layer"), "a recurrent layer"),
                                         std::move(options));
}

}  // namespace cornu::layers
