#include <cornu/framework/layer/symbolic.hpp>

#include <fmt/core.h>

#include <atomic>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/layer/node.hpp>

namespace cornu {

namespace detail {

namespace {
std::atomic<std::uint64_t> calls = 0;
}

Node::Node(std::shared_ptr<LayerBase> called, SymbolicTensors on)
    : layer(std::move(called)), inputs(std::move(on)), number(++calls) {}

// Without recursion: a chain may be long.
Node::~Node() {
  SymbolicTensors pending = std::move(inputs);
  while (!pending.empty()) {
    const SymbolicTensor last = pending.pop_back();
    if (!last.is_last_handle()) continue;
    SymbolicTensors& further = last.body().node->inputs;
    while (!further.empty()) pending.push_back(further.pop_back());
  }
}

SymbolicTensors outputs_of(const std::shared_ptr<Node>& node) {
  SymbolicTensors all;
  for (const SymbolicBody& output : node->outputs)
    all.push_back(SymbolicTensor(std::shared_ptr<const SymbolicBody>(node, &output)));
  return all;
}

void require_masking(const std::string& where, const LayerBase& layer, const std::string& mask_maker) {
  if (!layer.supports_masking())
    throw StateError(where, fmt::format("{} cannot take the mask that {} made; got mask_zero or Masking before a layer "
                                        "that would count the padding; use mask_zero = false, or put "
                                        "layers::DropMask() in between",
                                        layer.place(), mask_maker));
}

InputLayer::InputLayer(InputOptions options)
    : Layer({.name = std::move(options.name)}),
      shape_(options.shape.inserted(0, options.batch_size.value_or(None))),
      input_dtype_(options.dtype) {
  if (options.batch_size && *options.batch_size < 1)
    throw ValueError("Input", fmt::format("no batch; got batch_size {}; expected 1 or more", *options.batch_size));
  supports_masking_ = true;
  autocast_ = false;
  ensure_built(shape_);
}

Config InputLayer::get_config() const {
  return Config::object({{"name", name()}, {"batch_shape", shape_}, {"dtype", input_dtype_}});
}

}  // namespace detail

using detail::Node;

SymbolicTensor::SymbolicTensor(std::shared_ptr<const detail::SymbolicBody> body) : body_(std::move(body)) {}
SymbolicTensor::SymbolicTensor(const SymbolicTensor& other) noexcept = default;
SymbolicTensor& SymbolicTensor::operator=(const SymbolicTensor& other) noexcept = default;
SymbolicTensor& SymbolicTensor::operator=(SymbolicTensor&& other) noexcept = default;
SymbolicTensor::~SymbolicTensor() = default;

const detail::SymbolicBody& SymbolicTensor::body() const {
  if (!body_)
    throw StateError("SymbolicTensor",
                     "no tensor; got a default-constructed SymbolicTensor; expected one from Input() or from a layer");
  return *body_;
}

const Shape& SymbolicTensor::shape() const { return body().shape; }
DType SymbolicTensor::dtype() const { return body().dtype; }
const std::string& SymbolicTensor::name() const { return body().node->layer->name(); }

template class List<SymbolicTensor>;

SymbolicTensor Input(InputOptions options) {
  const auto layer = std::make_shared<detail::InputLayer>(std::move(options));
  const auto node = std::make_shared<Node>(layer, SymbolicTensors());
  node->outputs.push_back({*layer->expected_input_shape(), layer->expected_input_dtype(), {}, nullptr, node.get(), 0});
  return detail::outputs_of(node).front();
}

namespace {

// The mask of an output was made by whoever made those of the inputs, or else here.
const LayerBase* mask_maker_of(const Node& node) {
  for (const SymbolicTensor& input : node.inputs)
    if (input.body().mask) return input.body().mask_maker;
  return node.layer.get();
}

void require_masking(const LayerBase& layer, const SymbolicTensors& inputs) {
  for (const SymbolicTensor& input : inputs)
    if (input.body().mask) detail::require_masking(layer.place(), layer, input.body().mask_maker->place());
}

// What the layer would give, run on tensors without elements.
void infer_outputs(Node& node) {
  Tensors tensors;
  Masks masks;
  for (const SymbolicTensor& input : node.inputs) {
    tensors.push_back(Tensor::symbolic(input.shape(), input.dtype()));
    masks.push_back(input.body().mask);
  }
  const auto [outputs, output_masks] = node.layer->apply(tensors, {.masks = masks});
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Mask& mask = mask_at(output_masks, i);
    node.outputs.push_back(
        {outputs[i].shape(), outputs[i].dtype(), mask, mask ? mask_maker_of(node) : nullptr, &node, i});
  }
}

}  // namespace

SymbolicTensors LayerBase::all_outputs(const SymbolicTensors& inputs) & {
  const std::shared_ptr<LayerBase> self = weak_from_this().lock();
  if (!self)
    throw StateError(place(), fmt::format("a graph keeps its layers, but not a variable of yours; write `auto layer = "
                                          "std::make_shared<{}>(…);` and call (*layer)(x), or "
                                          "std::move(layer)(x) to call it once",
                                          class_name()));
  require_inputs(inputs.size());
  require_masking(*this, inputs);
  const auto node = std::make_shared<Node>(self, inputs);
  or_unbuilt([&] { infer_outputs(*node); });
  return detail::outputs_of(node);
}

SymbolicTensor LayerBase::operator()(const SymbolicTensors& inputs) & {
  const SymbolicTensors outputs = all_outputs(inputs);
  require_one_output(outputs.size());
  return outputs.front();
}

}  // namespace cornu
