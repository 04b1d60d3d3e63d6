#include <cornu/framework/layer/layer.hpp>

#include <fmt/core.h>

#include <typeinfo>

#include <cornu/framework/autodiff/profiler.hpp>
#include <cornu/framework/base/class_name.hpp>
#include <cornu/framework/layer/added_losses.hpp>
#include <cornu/framework/layer/layer_call.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/config_view.hpp>

namespace cornu {

LayerBase::LayerBase(LayerOptions options) : options_(std::move(options)), has_given_name_(!options_.name.empty()) {
  if (!is_floating(options_.dtype))
    throw ValueError("Layer",
                     fmt::format("dtype of a layer; got {}; expected float32 or float64", name_of(options_.dtype)));
}
LayerBase::~LayerBase() = default;
LayerBase::LayerBase(LayerBase&&) noexcept = default;

std::shared_ptr<LayerBase> detail::share(LayerBase* layer) { return std::shared_ptr<LayerBase>(layer); }

void LayerBase::build(const Shape&) {}

Tensor LayerBase::call(const Tensor&) {
  throw StateError("Layer", fmt::format("{} has no call(); override call(const Tensor&) or call(const Tensor&, const "
                                        "CallContext&)",
                                        class_name()));
}

Tensor LayerBase::call(const Tensor& input, const CallContext&) { return call(input); }

Mask LayerBase::compute_mask(const Tensor&, const Mask& mask) const { return supports_masking_ ? mask : std::nullopt; }

Shape LayerBase::compute_output_shape(const Shape& input_shape) {
  return (*this)(Tensor::symbolic(input_shape, expected_input_dtype())).shape();
}

void LayerBase::check_data(const Tensor&) const {}

void LayerBase::set_state(const std::vector<Tensor>& state) {
  if (!state.empty())
    throw ValueError(place(), fmt::format("the layer has no state besides its weights; got {} tensors", state.size()));
}

Config LayerBase::get_config() const {
  require_here();
  Config config = Config::object({{"name", name()}, {"trainable", trainable()}, {"dtype", value_of(dtype())}});
  if (options_.activity_regularizer) config.set("activity_regularizer", options_.activity_regularizer.to_config());
  return config;
}

void LayerBase::add_loss(const Tensor& loss) {
  AddedLosses* const losses = AddedLosses::innermost();
  if (!losses || loss.is_symbolic()) return;
  if (loss.rank() != 0)
    throw ShapeError("add_loss", fmt::format("a loss is a scalar; got shape {}; reduce it with ops::sum or ops::mean",
                                             loss.shape()));
  losses->add(loss);
}

namespace {
[[noreturn]] void throw_mask(const LayerBase& layer, const Tensor& mask) {
  throw StateError("Layer",
                   fmt::format("{} cannot take a mask; got one of shape {}; put layers::DropMask() in front of it if "
                               "the padding may count, or use mask_zero = false",
                               layer.class_name(), mask.shape()));
}
}  // namespace

void LayerBase::check_mask(const Mask& mask) const {
  if (!mask) return;
  if (mask->dtype() != boolean)
    throw ValueError("Layer", fmt::format("the mask has another dtype; got {}; expected bool, as comparisons give: "
                                          "ops::not_equal(ids, 0)",
                                          name_of(mask->dtype())));
  if (!takes_masks()) throw_mask(*this, *mask);
}

Tensor LayerBase::cast_to_own(const Tensor& input) const {
  const bool other_dtype = autocast_ && is_floating(input.dtype()) && input.dtype() != options_.dtype;
  return other_dtype ? ops::cast(input, options_.dtype) : input;
}

Tensor LayerBase::prepared(const Tensor& input, const Mask& mask) {
  check_mask(mask);
  Tensor x = cast_to_own(input);
  ensure_built(x.shape());
  return x;
}

void LayerBase::require_inputs(std::size_t count) const {
  if (count == 0)
    throw ValueError(place(),
                     fmt::format("{} is called on nothing; got an empty list; expected tensors", class_name()));
}

void LayerBase::check_arguments(const CallArguments& arguments) const {
  const char* unknown = nullptr;
  if (arguments.reverse && !takes_reverse()) unknown = "reverse";
  if (arguments.return_attention_scores && !is_attention_) unknown = "return_attention_scores";
  if (arguments.use_causal_mask && !is_attention_) unknown = "use_causal_mask";
  if (unknown)
    throw ValueError(place(), fmt::format("the layer does not know an argument of the call; got {}; expected it for "
                                          "layers whose call takes it",
                                          unknown));
}

Tensors LayerBase::prepared(const Tensors& inputs, const CallContext& context) {
  require_inputs(inputs.size());
  Tensors all;
  all.reserve(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    check_mask(context.mask_of(i));
    all.push_back(cast_to_own(inputs[i]));
  }
  if (built_) return all;
  std::vector<Shape> shapes;
  for (const Tensor& input : all) shapes.push_back(input.shape());
  ensure_built(Shapes(std::move(shapes)));
  return all;
}

void LayerBase::regularize_activity(const Tensor& output) {
  if (!options_.activity_regularizer || !AddedLosses::innermost() || output.is_symbolic()) return;
  const auto batch = output.rank() > 0 ? output.dim(0) : 1;
  if (batch > 0) add_loss((*options_.activity_regularizer)(output) / static_cast<double>(batch));
}

Tensor LayerBase::operator()(const Tensor& input, const CallContext& context) {
  require_here();
  if (place_.empty()) place_ = place();
  const ErrorScope scope(place_);
  const auto timed = detail::Timed::call_of(this);
  check_arguments(context.arguments());
  Tensor output = call(prepared(input, context.mask), context);
  regularize_activity(output);
  return output;
}

std::pair<Tensor, Mask> LayerBase::apply(const Tensor& input, const CallContext& context) {
  require_here();
  if (place_.empty()) place_ = place();
  const ErrorScope scope(place_);
  const auto timed = detail::Timed::call_of(this);
  check_arguments(context.arguments());
  auto output = call_with_mask(prepared(input, context.mask), context);
  regularize_activity(output.first);
  return output;
}

Tensor LayerBase::operator()(const Tensors& inputs, const CallContext& context) {
  const Tensors outputs = apply(inputs, context).first;
  require_one_output(outputs.size());
  return outputs[0];
}

std::pair<Tensors, Masks> LayerBase::apply(const Tensors& inputs, const CallContext& context) {
  require_here();
  if (place_.empty()) place_ = place();
  const ErrorScope scope(place_);
  const auto timed = detail::Timed::call_of(this);
  check_arguments(context.arguments());
  auto outputs = call_with_masks(prepared(inputs, context), context);
  for (const Tensor& output : outputs.first) regularize_activity(output);
  return outputs;
}

std::pair<Tensor, Mask> LayerBase::call_with_mask(const Tensor& input, const CallContext& context) {
  Tensor output = call(input, context);
  return {std::move(output), compute_mask(input, context.mask)};
}

namespace {

template <class L>
const auto& only(const L& inputs, const LayerBase& layer) {
  if (inputs.size() == 1) return inputs[0];
  throw StateError(layer.place(),
                   fmt::format("{} takes one input; got {}; expected one tensor; join several with a layer that does, "
                               "such as layers::Concatenate()",
                               layer.class_name(), inputs.size()));
}

}  // namespace

void LayerBase::build(const Shapes& shapes) { build(only(shapes, *this)); }

std::pair<Tensors, Masks> LayerBase::call_with_masks(const Tensors& inputs, const CallContext& context) {
  const Tensor& input = only(inputs, *this);
  CallContext of_one = detail::context_of(context.arguments(), context.training);
  of_one.mask = context.mask_of(0);
  auto [output, mask] = call_with_mask(input, of_one);
  return {std::move(output), mask ? Masks(std::move(mask)) : Masks()};
}

void LayerBase::check_data(const Tensors& inputs) const {
  if (inputs.size() == 1) check_data(inputs[0]);
}

void LayerBase::require_one_output(std::size_t outputs) const {
  if (outputs == 1) return;
  throw StateError(place(), fmt::format("{} has {} outputs, where one is expected; take all of them with all_outputs() "
                                        "on symbolic tensors, apply() on others",
                                        class_name(), outputs));
}

void LayerBase::require_class(const std::type_info& self) const {
  if (typeid(*this) == self) return;
  throw StateError(place(), fmt::format("{0} derives from another layer, which alone would move into the graph; derive "
                                        "it from Layer<{0}, that layer>, or keep it in a layers::shared({0}(…))",
                                        class_name()));
}

std::string LayerBase::class_name() const { return detail::class_name_of(typeid(*this)); }

std::string LayerBase::place() const {
  return name().empty() ? class_name() : fmt::format("{} '{}'", class_name(), name());
}

void LayerBase::set_name(std::string name) {
  require_here();
  options_.name = std::move(name);
  place_ = place();
  for (const Weight& weight : weights_) set_path(weight.variable);
}

void LayerBase::set_dtype(DType dtype) {
  require_here();
  if (built_) throw StateError("Layer", fmt::format("{} is built; set its dtype before", place()));
  if (!is_floating(dtype))
    throw ValueError("Layer", fmt::format("dtype of a layer; got {}; expected float32 or float64", name_of(dtype)));
  options_.dtype = dtype;
  for (const auto& [attribute, layer] : sublayers_) layer->set_dtype(dtype);
}

namespace {

void require_masking(const LayerBase& layer, const SymbolicTensors& inputs) {
  for (const SymbolicTensor& input : inputs)
    if (input.body().mask) detail::require_masking(layer.place(), layer, input.body().mask_maker->place());
}

}  // namespace

SymbolicTensors LayerBase::all_outputs(const SymbolicTensors& inputs, const CallArguments& arguments) & {
  require_here();
  const std::shared_ptr<LayerBase> self = weak_from_this().lock();
  if (!self)
    throw StateError(place(), fmt::format("a graph keeps its layers, but not a variable of yours; write `auto layer = "
                                          "layers::shared({}(…));` and call (*layer)(x), or "
                                          "std::move(layer)(x) to call it once",
                                          class_name()));
  require_inputs(inputs.size());
  require_masking(*this, inputs);
  const auto call = std::make_shared<detail::LayerCall>(self, inputs, arguments);
  or_unbuilt([&] { detail::infer_outputs(*call); });
  return detail::outputs_of(call);
}

SymbolicTensor LayerBase::operator()(const SymbolicTensors& inputs, const CallArguments& arguments) & {
  const SymbolicTensors outputs = all_outputs(inputs, arguments);
  require_one_output(outputs.size());
  return outputs.front();
}

}  // namespace cornu
