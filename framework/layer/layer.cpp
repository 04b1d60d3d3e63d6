#include <cornu/framework/layer/layer.hpp>

#include <cxxabi.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <typeinfo>

#include <cornu/framework/ops/ops.hpp>

namespace cornu {

namespace {
thread_local AddedLosses* innermost_losses = nullptr;
}

LayerBase::LayerBase(LayerOptions options) : options_(std::move(options)), has_given_name_(!options_.name.empty()) {
  if (!is_floating(options_.dtype))
    throw ValueError("Layer",
                     fmt::format("dtype of a layer; got {}; expected float32 or float64", name_of(options_.dtype)));
}
LayerBase::~LayerBase() = default;
LayerBase::LayerBase(LayerBase&&) noexcept = default;
LayerBase& LayerBase::operator=(LayerBase&&) noexcept = default;

template class List<Mask>;

std::shared_ptr<LayerBase> detail::share(LayerBase* layer) { return std::shared_ptr<LayerBase>(layer); }

void LayerBase::remove_last_sublayer() { sublayers_.pop_back(); }

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

Config LayerBase::get_config() const {
  Config config = Config::object({{"name", name()}, {"trainable", trainable()}, {"dtype", dtype()}});
  if (options_.activity_regularizer) config.set("activity_regularizer", options_.activity_regularizer.to_config());
  return config;
}

Variable LayerBase::add_weight(WeightSpec spec) {
  const DType dtype = spec.dtype.value_or(options_.dtype);
  if (const Variable* weight = weight_from_before(spec)) return *weight;
  if (spec.shape.has_none())
    throw ShapeError("add_weight",
                     fmt::format("weight '{}' needs extents that are not known yet; got shape {}; build the "
                                 "model with a shape that has them, or tell the first layer (Embedding: "
                                 "input_length)",
                                 spec.name, spec.shape));
  if (!spec.initializer) spec.initializer = is_floating(dtype) ? "glorot_uniform" : "zeros";
  const Tensor value = (*spec.initializer)(spec.shape, dtype);
  if (value.shape() != spec.shape || value.dtype() != dtype)
    throw ShapeError("add_weight", fmt::format("the initializer of weight '{}' made {} {}; expected {} {}", spec.name,
                                               name_of(value.dtype()), value.shape(), name_of(dtype), spec.shape));
  Variable weight(value, {.name = std::move(spec.name), .trainable = spec.trainable && options_.trainable});
  if (!name().empty()) weight.body().path = fmt::format("{}/{}", name(), weight.name());
  weight.body().regularizer = spec.regularizer.shared();
  weight.body().constraint = spec.constraint.shared();
  weights_.push_back({weight, spec.trainable});
  return weight;
}

// The weight of that name, when this build() runs for the second time.
Variable* LayerBase::weight_from_before(const WeightSpec& spec) {
  const auto found = std::find_if(weights_.begin(), weights_.end(), [&](const Weight& weight) {
    return !spec.name.empty() && weight.variable.name() == spec.name;
  });
  if (found == weights_.end()) return nullptr;
  Variable& weight = found->variable;
  if (static_cast<std::size_t>(found - weights_.begin()) >= (is_building_ ? weights_before_build_ : 0))
    throw ValueError("add_weight", fmt::format("two weights of one name; got a second '{}'; give each weight a name of "
                                               "its own, and build a layer once",
                                               spec.name));
  if (weight.shape() != spec.shape)
    throw ShapeError("add_weight", fmt::format("weight '{}' was made with another shape; got {}; expected {}; build "
                                               "the layer with the shape of its inputs",
                                               spec.name, spec.shape, weight.shape()));
  return &weight;
}

void LayerBase::add_loss(const Tensor& loss) {
  if (!innermost_losses || loss.is_symbolic()) return;
  if (loss.rank() != 0)
    throw ShapeError("add_loss", fmt::format("a loss is a scalar; got shape {}; reduce it with ops::sum or ops::mean",
                                             loss.shape()));
  Tensor& total = innermost_losses->total_;
  total = total.defined() ? ops::add(total, ops::cast(loss, total.dtype())) : loss;
}

void LayerBase::add_sublayer(std::string attribute, std::shared_ptr<LayerBase> layer) {
  if (!layer) throw ValueError("track", fmt::format("no layer; got a null pointer for '{}'", attribute));
  if (layer->name().empty()) layer->set_name(attribute);
  if (!trainable()) layer->set_trainable(false);
  sublayers_.emplace_back(std::move(attribute), std::move(layer));
}

void LayerBase::require_no_mask(const Mask& mask) const {
  if (!mask || supports_masking_) return;
  throw StateError("Layer",
                   fmt::format("{} cannot take a mask; got one of shape {}; put layers::DropMask() in front of it if "
                               "the padding may count, or use mask_zero = false",
                               class_name(), mask->shape()));
}

Tensor LayerBase::cast_to_own(const Tensor& input) const {
  const bool other_dtype = autocast_ && is_floating(input.dtype()) && input.dtype() != options_.dtype;
  return other_dtype ? ops::cast(input, options_.dtype) : input;
}

Tensor LayerBase::prepared(const Tensor& input, const Mask& mask) {
  require_no_mask(mask);
  Tensor x = cast_to_own(input);
  ensure_built(x.shape());
  return x;
}

void LayerBase::require_inputs(std::size_t count) const {
  if (count == 0)
    throw ValueError(place(),
                     fmt::format("{} is called on nothing; got an empty list; expected tensors", class_name()));
}

Tensors LayerBase::prepared(const Tensors& inputs, const CallContext& context) {
  require_inputs(inputs.size());
  Tensors all;
  all.reserve(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    require_no_mask(context.mask_of(i));
    all.push_back(cast_to_own(inputs[i]));
  }
  if (built_) return all;
  std::vector<Shape> shapes;
  for (const Tensor& input : all) shapes.push_back(input.shape());
  ensure_built(Shapes(std::move(shapes)));
  return all;
}

void LayerBase::regularize_activity(const Tensor& output) {
  if (!options_.activity_regularizer || !innermost_losses || output.is_symbolic()) return;
  const auto batch = output.rank() > 0 ? output.dim(0) : 1;
  if (batch > 0) add_loss((*options_.activity_regularizer)(output) / static_cast<double>(batch));
}

Tensor LayerBase::operator()(const Tensor& input, const CallContext& context) {
  if (place_.empty()) place_ = place();
  const ErrorScope scope(place_);
  Tensor output = call(prepared(input, context.mask), context);
  regularize_activity(output);
  return output;
}

std::pair<Tensor, Mask> LayerBase::apply(const Tensor& input, const CallContext& context) {
  if (place_.empty()) place_ = place();
  const ErrorScope scope(place_);
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
  if (place_.empty()) place_ = place();
  const ErrorScope scope(place_);
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
  auto [output, mask] = call_with_mask(input, {context.training, context.mask_of(0)});
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
                                        "it from Layer<{0}, that layer>, or keep it in a std::make_shared<{0}>(…)",
                                        class_name()));
}

const Mask& mask_at(const Masks& masks, std::size_t i) {
  static const Mask none;
  return i < masks.size() ? masks[i] : none;
}

// Keras's rule: "GlobalAveragePooling1D" is global_average_pooling1d, "LSTM" is lstm, "PReLU" is p_re_lu.
std::string to_snake_case(std::string_view class_name) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  std::string result;
  for (std::size_t i = 0; i < class_name.size(); ++i) {
    const char c = class_name[i];
    const bool starts_word = i > 0 && upper(c) && i + 1 < class_name.size() && lower(class_name[i + 1]);
    const bool ends_word = i > 0 && upper(c) && lower(class_name[i - 1]);
    if (starts_word || ends_word) result += '_';
    result += upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

namespace {

// "Scale" of "shop::(anonymous namespace)::Scale<float>".
std::string unqualified(std::string name) {
  if (name.ends_with('>')) {
    std::size_t start = name.size();
    for (int open = 0; start-- > 0;) {
      open += name[start] == '>' ? 1 : (name[start] == '<' ? -1 : 0);
      if (open == 0) break;
    }
    name.erase(start);
  }
  const std::size_t colon = name.rfind(':');
  return colon == std::string::npos ? name : name.substr(colon + 1);
}

}  // namespace

std::string LayerBase::class_name() const {
  const char* mangled = typeid(*this).name();
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> demangled(abi::__cxa_demangle(mangled, nullptr, nullptr, &status),
                                                         std::free);
  return unqualified(status == 0 ? demangled.get() : mangled);
}

std::string LayerBase::place() const {
  return name().empty() ? class_name() : fmt::format("{} '{}'", class_name(), name());
}

void LayerBase::set_name(std::string name) {
  options_.name = std::move(name);
  place_ = place();
}

void LayerBase::set_dtype(DType dtype) {
  if (built_) throw StateError("Layer", fmt::format("{} is built; set its dtype before", place()));
  if (!is_floating(dtype))
    throw ValueError("Layer", fmt::format("dtype of a layer; got {}; expected float32 or float64", name_of(dtype)));
  options_.dtype = dtype;
  for (const auto& [attribute, layer] : sublayers_) layer->set_dtype(dtype);
}

// A layer as it is before a build that may fail.
struct LayerBase::Unbuilt {
  LayerBase* layer;
  std::size_t weights, sublayers;

  void restore() const {
    layer->built_ = layer->is_building_ = false;
    layer->weights_.erase(layer->weights_.begin() + static_cast<std::ptrdiff_t>(weights), layer->weights_.end());
    layer->sublayers_.resize(sublayers);
  }
};

void LayerBase::collect_unbuilt(std::vector<Unbuilt>& into) {
  if (!built_) into.push_back({this, weights_.size(), sublayers_.size()});
  for (const auto& [attribute, layer] : sublayers_) layer->collect_unbuilt(into);
}

// Does what may build layers, and takes back what was built when it fails.
void LayerBase::or_unbuilt(const std::function<void()>& f) {
  std::vector<Unbuilt> before;
  collect_unbuilt(before);
  try {
    f();
  } catch (...) {
    for (const Unbuilt& state : before) state.restore();
    throw;
  }
}

template <class S>
void LayerBase::build_once(const S& shapes) {
  place_ = place();
  const ErrorScope scope(place_);
  or_unbuilt([&] {
    weights_before_build_ = weights_.size();
    is_building_ = true;
    build(shapes);
  });
  is_building_ = false;
  built_ = true;
}

void LayerBase::ensure_built(const Shape& input_shape) {
  if (!built_) build_once(input_shape);
}

void LayerBase::ensure_built(const Shapes& input_shapes) {
  if (!built_) build_once(input_shapes);
}

void LayerBase::set_trainable(bool trainable) {
  options_.trainable = trainable;
  for (Weight& weight : weights_) weight.variable.set_trainable(trainable && weight.trainable);
  for (const auto& [attribute, layer] : sublayers_) layer->set_trainable(trainable);
}

void LayerBase::collect(std::vector<Variable>& into, bool trainable, bool others) const {
  for (const bool wanted : {true, false}) {
    for (const Weight& weight : weights_)
      if (weight.trainable == wanted && (weight.variable.trainable() ? trainable : others) &&
          std::find(into.begin(), into.end(), weight.variable) == into.end())
        into.push_back(weight.variable);
  }
  for (const auto& [attribute, layer] : sublayers_) layer->collect(into, trainable, others);
}

std::vector<Variable> LayerBase::weights() const {
  std::vector<Variable> all;
  collect(all, true, true);
  return all;
}

std::vector<Variable> LayerBase::trainable_weights() const {
  std::vector<Variable> found;
  collect(found, true, false);
  return found;
}

std::vector<Variable> LayerBase::non_trainable_weights() const {
  std::vector<Variable> found;
  collect(found, false, true);
  return found;
}

std::vector<Tensor> LayerBase::get_weights() const {
  std::vector<Tensor> values;
  for (const Variable& weight : weights()) values.push_back(weight.peek());
  return values;
}

void LayerBase::set_weights(const std::vector<Tensor>& values) {
  std::vector<Variable> all = weights();
  const std::string where = place();
  const ErrorScope scope(where);
  if (values.size() != all.size())
    throw ShapeError("set_weights", fmt::format("wrong number of weights; got {}; expected {}{}", values.size(),
                                                all.size(), built_ ? "" : "; build the layer first"));
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (values[i].shape() != all[i].shape())
      throw ShapeError("set_weights", fmt::format("wrong shape for weight {} '{}'; got {}; expected {}", i,
                                                  all[i].name(), values[i].shape(), all[i].shape()));
    if (values[i].is_symbolic())
      throw ValueError("set_weights",
                       fmt::format("no elements for weight {} '{}'; got a symbolic tensor", i, all[i].name()));
  }
  for (std::size_t i = 0; i < all.size(); ++i) all[i].assign(values[i].astype(all[i].dtype()));
}

std::int64_t LayerBase::count_params() const {
  if (!built_)
    throw StateError(place(),
                     "the number of weights is not known before the layer is built; call it on data first, or "
                     "build its model");
  std::int64_t count = 0;
  for (const Variable& weight : weights()) count += weight.shape().size();
  return count;
}

std::vector<Tensor> LayerBase::losses() const {
  std::vector<Tensor> terms;
  for (const Variable& weight : weights())
    if (weight.body().regularizer && weight.trainable()) terms.push_back((*weight.body().regularizer)(weight));
  return terms;
}

AddedLosses::AddedLosses() : outer_(innermost_losses) { innermost_losses = this; }
AddedLosses::~AddedLosses() { innermost_losses = outer_; }

const Tensor& AddedLosses::total() const {
  if (empty()) throw StateError("AddedLosses", "no layer has added a loss; ask empty() first");
  return total_;
}

}  // namespace cornu
