#include <cornu/framework/model/model.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/model/compiled.hpp>
#include <cornu/framework/model/graph.hpp>

namespace cornu {

using detail::Graph;

Model::Model(LayerOptions options) : Layer(std::move(options)) {
  supports_masking_ = true;
  autocast_ = false;
}

Model::Model(SymbolicTensors inputs, SymbolicTensors outputs, LayerOptions options) : Model(std::move(options)) {
  graph_ = std::make_shared<const Graph>(std::move(inputs), std::move(outputs));
  layers_ = graph_->layers();
  name_layers();
  for (const auto& layer : layers_) track(layer->name(), layer);
  ensure_built(graph_->inputs().front().shape());
}

Model::~Model() = default;
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) = default;

// Names that were given stay; the others are numbered in the order of the calls.
void Model::name_layers() {
  std::set<std::string> taken;
  const auto take_own = [&](const LayerBase& layer) {
    if (!taken.insert(layer.name()).second)
      throw ValueError("Model", fmt::format("two layers have one name; got a second '{}'; give each a name of its own",
                                            layer.name()));
  };
  for (const auto& layer : layers_)
    if (layer->has_given_name()) take_own(*layer);
  std::set<const LayerBase*> named;
  std::map<std::string, int> numbers;
  for (const auto& call : graph_->calls()) {
    LayerBase& layer = *call->layer;
    if (layer.has_given_name() || !named.insert(&layer).second) continue;
    const std::string base = to_snake_case(layer.class_name());
    std::string name = layer.name().empty() ? base : layer.name();
    while (!taken.insert(name).second) name = fmt::format("{}_{}", base, ++numbers[base]);
    layer.set_name(name);
  }
}

void Model::compile(CompileOptions options) {
  compiled_ = std::make_shared<detail::Compiled>(std::move(options), output_names());
}

void Model::compile(Handle<optim::Optimizer> optimizer, LossList loss, MetricList metrics) {
  compile({.optimizer = std::move(optimizer), .loss = std::move(loss), .metrics = std::move(metrics)});
}

std::shared_ptr<detail::Compiled> Model::compiled(const char* asked_by) const {
  require_here();
  if (!compiled_) throw StateError(asked_by, "the model is not compiled; call compile(optimizer, loss, metrics) first");
  return compiled_;
}

optim::Optimizer& Model::optimizer() const { return *compiled("optimizer")->optimizer; }

void Model::add_layer(std::shared_ptr<LayerBase> layer) {
  if (std::find(layers_.begin(), layers_.end(), layer) != layers_.end())
    throw ValueError("add",
                     fmt::format("the layer is in the model already; got {} again; expected another one; a graph "
                                 "of Input() and Model may call one layer twice",
                                 layer->place()));
  const auto taken = [&](const std::string& name) {
    return std::any_of(layers_.begin(), layers_.end(), [&](const auto& other) { return other->name() == name; });
  };
  std::string name = layer->name();
  if (name.empty()) {
    const std::string base = to_snake_case(layer->class_name());
    name = base;
    for (int number = 1; taken(name); ++number) name = fmt::format("{}_{}", base, number);
  } else if (taken(name)) {
    throw ValueError(
        "add", fmt::format("the name is taken; got a second layer '{}'; give each layer a name of its own", name));
  }
  track(name, layer);
  layer->set_name(name);
  layers_.push_back(std::move(layer));
}

void Model::remove_last_layer() {
  require_here();
  layers_.pop_back();
  remove_last_sublayer();
}

void Model::discard_outputs() {
  output_shapes_.clear();
  data_shapes_.clear();
  forget_build();
}

LayerBase& Model::get_layer(std::string_view name) const {
  require_here();
  std::string names;
  for (const auto& layer : layers_) {
    if (layer->name() == name) return *layer;
    names += (names.empty() ? "" : ", ") + layer->name();
  }
  throw IndexError("get_layer", fmt::format("no layer has that name; got '{}'; expected one of: {}", name, names));
}

LayerBase& Model::get_layer(std::int64_t index) const {
  const auto count = static_cast<std::int64_t>(layers_.size());
  if (index < -count || index >= count)
    throw IndexError("get_layer",
                     fmt::format("there is no such layer; got index {}; expected {} … {}", index, -count, count - 1));
  return *layers_[static_cast<std::size_t>(index < 0 ? index + count : index)];
}

void Model::build_if_shape_is_known() {
  require_here();
  const std::optional<Shape> shape = input_shape_ ? input_shape_ : expected_input_shape();
  if (built() || !shape) return;
  try {
    ensure_built(*shape);
  } catch (const ShapeError&) {
    if (!shape->slice(1, shape->rank()).has_none()) throw;  // with extents left open, the data decide
  }
}

Shape Model::input_shape() const {
  require_here();
  if (graph_) return graph_->inputs().front().shape();
  const std::optional<Shape> shape = input_shape_ ? input_shape_ : expected_input_shape();
  if (!shape)
    throw StateError("input_shape", "not known before the model is built; call build({None, …}), or fit, first");
  return shape->with(0, None);
}

const Shape& Model::output_shape() {
  require_here();
  if (graph_) return graph_->outputs().front().shape();
  build_if_shape_is_known();
  if (output_shapes_.empty())
    throw StateError("output_shape", "not known before the model is built; call build({None, …}), or fit, first");
  return output_shapes_.back();
}

std::vector<Tensor> Model::get_weights() {
  build_if_shape_is_known();
  return LayerBase::get_weights();
}

void Model::set_weights(const std::vector<Tensor>& weights) {
  build_if_shape_is_known();
  LayerBase::set_weights(weights);
}

std::int64_t Model::count_params(CountOptions options) {
  build_if_shape_is_known();
  std::int64_t count = LayerBase::count_params();
  if (!options.trainable_only) return count;
  count = 0;
  for (const Variable& weight : trainable_weights()) count += weight.shape().size();
  return count;
}

SymbolicTensors Model::inputs() const { return graph_ ? graph_->inputs() : SymbolicTensors(); }
SymbolicTensors Model::outputs() const { return graph_ ? graph_->outputs() : SymbolicTensors(); }

std::vector<std::string> Model::input_names() const {
  require_here();
  if (!graph_) return {"x"};
  std::vector<std::string> names;
  for (const SymbolicTensor& input : graph_->inputs()) names.push_back(graph_->resolved(input).name());
  return names;
}

std::vector<std::string> Model::output_names() const {
  require_here();
  if (!graph_) return {layers_.empty() ? "y" : layers_.back()->name()};
  std::vector<std::string> names;
  for (const SymbolicTensor& output : graph_->outputs()) {
    std::string name = output.name();
    for (int number = 1; std::find(names.begin(), names.end(), name) != names.end(); ++number)
      name = fmt::format("{}_{}", output.name(), number);
    names.push_back(std::move(name));
  }
  return names;
}

std::string Model::class_name() const { return graph_ ? "Functional" : LayerBase::class_name(); }

std::pair<Tensors, Masks> Model::call_with_masks(const Tensors& inputs, const CallContext& context) {
  return graph_ ? graph_->run(inputs, context) : LayerBase::call_with_masks(inputs, context);
}

std::pair<Tensor, Mask> Model::call_with_mask(const Tensor& input, const CallContext& context) {
  if (!graph_) return LayerBase::call_with_mask(input, context);
  const auto [outputs, masks] = graph_->run(input, context);
  require_one_output(outputs.size());
  return {outputs[0], mask_at(masks, 0)};
}

Tensor Model::call(const Tensor& input, const CallContext& context) {
  return graph_ ? call_with_mask(input, context).first : LayerBase::call(input, context);
}

std::optional<Shape> Model::expected_input_shape() const {
  return graph_ ? std::optional(graph_->inputs().front().shape()) : std::nullopt;
}

DType Model::expected_input_dtype() const { return graph_ ? graph_->inputs().front().dtype() : dtype(); }

void Model::check_data(const Tensors& inputs) const {
  if (!graph_) return LayerBase::check_data(inputs);
  const std::string where = place();
  const ErrorScope scope(where);
  graph_->check_data(inputs);
}

void Model::check_data(const Tensor& input) const {
  if (graph_) return check_data(Tensors(input));
  if (layers_.empty()) return;
  const std::string where = layers_.front()->place();
  const ErrorScope scope(where);
  layers_.front()->check_data(input);
}

void Model::summary() { log(summary_text(log_sink().columns)); }

}  // namespace cornu
