// The weights of a layer: made, collected, read and set.
#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/autodiff/deferred.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/layer/weights_to_be_read.hpp>

namespace cornu {

namespace {

Tensor first_value(WeightSpec& spec, DType dtype) {
  if (detail::WeightsToBeRead* const reading = detail::WeightsToBeRead::innermost())
    return reading->make(spec.shape, dtype);
  if (!spec.initializer) spec.initializer = is_floating(dtype) ? "glorot_uniform" : "zeros";
  return (*spec.initializer)(spec.shape, dtype);
}

}  // namespace

void LayerBase::set_path(const Variable& weight) const {
  if (!name().empty()) weight.body().weight.path = fmt::format("{}/{}", name(), weight.name());
}

Variable LayerBase::add_weight(WeightSpec spec) {
  require_here();
  const DType dtype = spec.dtype.value_or(options_.dtype);
  if (const Variable* weight = weight_from_before(spec)) return *weight;
  if (spec.shape.has_none())
    throw ShapeError("add_weight",
                     fmt::format("weight '{}' needs extents that are not known yet; got shape {}; build the "
                                 "model with a shape that has them, or tell the first layer (Embedding: "
                                 "input_length)",
                                 spec.name, spec.shape));
  const Tensor value = first_value(spec, dtype);
  if (value.shape() != spec.shape || value.dtype() != dtype)
    throw ShapeError("add_weight", fmt::format("the initializer of weight '{}' made {} {}; expected {} {}", spec.name,
                                               name_of(value.dtype()), value.shape(), name_of(dtype), spec.shape));
  Variable weight(value, {.name = std::move(spec.name), .trainable = spec.trainable && options_.trainable});
  set_path(weight);
  weight.body().weight.regularizer = spec.regularizer.shared();
  weight.body().weight.constraint = spec.constraint.shared();
  weights_.push_back({weight, spec.trainable});
  return weight;
}

void LayerBase::share_weight(const Variable& weight) {
  require_here();
  const auto is_same = [&](const Weight& own) { return own.variable == weight; };
  if (std::none_of(weights_.begin(), weights_.end(), is_same)) weights_.push_back({weight, weight.trainable()});
}

// The weight of that name, when this build() runs for the second time.
Variable* LayerBase::weight_from_before(const WeightSpec& spec) {
  const auto found = std::find_if(weights_.begin(), weights_.end(), [&](const Weight& weight) {
    return !spec.name.empty() && weight.variable.name() == spec.name;
  });
  if (found == weights_.end()) return nullptr;
  Variable& weight = found->variable;
  if (static_cast<std::size_t>(found - weights_.begin()) >= (is_building_ ? weights_before_build_ : 0))
    throw ValueError("add_weight", fmt::format("two weights of one name; got a second '{}'; {}", spec.name,
                                               built_ ? "make weights in build(), which runs once, not in call()"
                                                      : "give each weight a name of its own, and build a layer once"));
  if (weight.shape() != spec.shape)
    throw ShapeError("add_weight", fmt::format("weight '{}' was made with another shape; got {}; expected {}; build "
                                               "the layer with the shape of its inputs",
                                               spec.name, spec.shape, weight.shape()));
  return &weight;
}

void LayerBase::set_trainable(bool trainable) {
  require_here();
  if (!trainable)  // what may fail comes first, so that all of them or none are frozen
    for (const Variable& weight : weights()) detail::settle(weight.body());
  options_.trainable = trainable;
  for (Weight& weight : weights_) weight.variable.set_trainable(trainable && weight.trainable);
  for (const auto& [attribute, layer] : sublayers_) layer->set_trainable(trainable);
}

void LayerBase::collect(std::vector<Variable>& into, bool trainable, bool others) const {
  require_here();
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

std::vector<Variable> LayerBase::own_weights() const {
  require_here();
  std::vector<Variable> own;
  for (const bool trainable : {true, false})
    for (const Weight& weight : weights_)
      if (weight.trainable == trainable) own.push_back(weight.variable);
  return own;
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
  if (values.empty() && !built_)
    throw StateError(place(),
                     "there are no weights before the layer is built; call it on data first, or build its "
                     "model");
  return values;
}

namespace {
// Names and shapes of the first of them, for a message.
std::string listed(const std::vector<Variable>& weights) {
  constexpr std::size_t most = 6;
  std::string list;
  for (std::size_t i = 0; i < std::min(weights.size(), most); ++i)
    list += fmt::format("{}'{}' {}", i == 0 ? ": " : ", ", weights[i].path(), weights[i].shape());
  return list + (weights.size() > most ? ", …" : "");
}
}  // namespace

void LayerBase::set_weights(const std::vector<Tensor>& values) {
  std::vector<Variable> all = weights();
  const std::string where = place();
  const ErrorScope scope(where);
  if (values.size() != all.size())
    throw ShapeError("set_weights", fmt::format("wrong number of weights; got {}; expected {}{}{}", values.size(),
                                                all.size(), listed(all), built_ ? "" : "; build the layer first"));
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (values[i].shape() != all[i].shape())
      throw ShapeError("set_weights", fmt::format("wrong shape for weight {} '{}'; got {}; expected {}", i,
                                                  all[i].name(), values[i].shape(), all[i].shape()));
    if (values[i].is_symbolic())
      throw ValueError("set_weights",
                       fmt::format("no elements for weight {} '{}'; got a symbolic tensor", i, all[i].name()));
  }
  std::vector<Tensor> cast;
  for (std::size_t i = 0; i < all.size(); ++i) cast.push_back(values[i].astype(all[i].dtype()));
  detail::assign_all(all, cast);
}

std::int64_t LayerBase::count_params() const {
  require_here();
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
    if (weight.body().weight.regularizer && weight.trainable())
      terms.push_back((*weight.body().weight.regularizer)(weight));
  return terms;
}

}  // namespace cornu
