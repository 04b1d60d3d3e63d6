#include <cornu/framework/saving/from_torch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu {

namespace {

/// The tensors of one module, and a note of those that were asked for.
class ModuleTensors {
 public:
  ModuleTensors(const NamedTensors& state, const TorchModule& module, std::set<std::string>* used)
      : state_(state), module_(module), used_(used) {}

  std::string full_name(const std::string& name) const {
    return module_.name.empty() ? name : module_.name + "." + name;
  }
  bool contains(const std::string& name) const { return state_.contains(full_name(name)); }
  const Tensor& operator[](const std::string& name) const {
    const std::string full = full_name(name);
    if (used_) used_->insert(full);
    return state_[full];
  }
  /// A tensor that must have so many axes, and so many rows if `rows` is not 0.
  const Tensor& matrix(const std::string& name, std::size_t rank, std::int64_t rows = 0) const {
    const Tensor& tensor = (*this)[name];
    if (tensor.shape().rank() == rank && (rows == 0 || tensor.dim(0) == rows)) return tensor;
    throw ShapeError("from_torch",
                     fmt::format("'{}' has shape {}; expected {} axes{}", shown(full_name(name)), tensor.shape(), rank,
                                 rows == 0 ? "" : fmt::format(", the first of {}", rows)));
  }
  std::int64_t layer() const { return module_.layer; }

 private:
  const NamedTensors& state_;
  const TorchModule& module_;
  std::set<std::string>* used_;
};

std::vector<Tensor> linear_of(const ModuleTensors& module) {
  const Tensor& weight = module.matrix("weight", 2);
  std::vector<Tensor> weights{ops::transpose(weight)};
  if (module.contains("bias")) weights.push_back(module.matrix("bias", 1, weight.dim(0)));
  return weights;
}

std::vector<Tensor> embedding_of(const ModuleTensors& module) { return {module.matrix("weight", 2)}; }

/// The four tensors of one direction of a recurrent module, each with its gates as rows.
struct Direction {
  Tensor kernel, recurrent;    // (gates · units, inputs), (gates · units, units)
  std::vector<Tensor> biases;  // none, or (gates · units,) of the inputs and of the state
};

Direction direction_of(const ModuleTensors& module, std::int64_t gates, const std::string& ending) {
  if (module.contains("weight_hr" + ending))
    throw ValueError("from_torch", fmt::format("'{}': an LSTM with proj_size has no counterpart; expected one without",
                                               shown(module.full_name("weight_hr" + ending))));
  const Tensor& recurrent = module.matrix("weight_hh" + ending, 2);
  const std::int64_t rows = gates * recurrent.dim(1);
  Direction result{module.matrix("weight_ih" + ending, 2, rows), module.matrix("weight_hh" + ending, 2, rows), {}};
  if (module.contains("bias_ih" + ending))
    result.biases = {module.matrix("bias_ih" + ending, 1, rows), module.matrix("bias_hh" + ending, 1, rows)};
  return result;
}

/// What weights_of_direction makes of each direction that the module has.
template <class F>
std::vector<Tensor> recurrent_of(const ModuleTensors& module, std::int64_t gates, F&& weights_of_direction) {
  const std::string layer = fmt::format("_l{}", module.layer());
  const bool is_cell = module.layer() == 0 && !module.contains("weight_ih" + layer) && module.contains("weight_ih");
  std::vector<Tensor> weights = weights_of_direction(direction_of(module, gates, is_cell ? "" : layer));
  if (module.contains("weight_ih" + layer + "_reverse"))
    for (Tensor& weight : weights_of_direction(direction_of(module, gates, layer + "_reverse")))
      weights.push_back(std::move(weight));
  return weights;
}

// One bias: PyTorch's two are only ever added.
std::vector<Tensor> with_one_bias(const Direction& direction) {
  std::vector<Tensor> weights{ops::transpose(direction.kernel), ops::transpose(direction.recurrent)};
  if (!direction.biases.empty()) weights.push_back(direction.biases[0] + direction.biases[1]);
  return weights;
}

// r, z, n → z, r, h
Tensor reordered(const Tensor& gates) {
  const std::vector<Tensor> parts = ops::split(gates, 3, 0);
  return ops::concatenate({parts[1], parts[0], parts[2]}, 0);
}

std::vector<Tensor> gru_weights(const Direction& direction) {
  std::vector<Tensor> weights{ops::transpose(reordered(direction.kernel)),
                              ops::transpose(reordered(direction.recurrent))};
  if (direction.biases.empty()) return weights;
  const Tensor input = reordered(direction.biases[0]), state = reordered(direction.biases[1]);
  const Shape row{1, input.dim(0)};
  weights.push_back(ops::concatenate({ops::reshape(input, row), ops::reshape(state, row)}, 0));
  return weights;
}

std::vector<Tensor> lstm_of(const ModuleTensors& module) { return recurrent_of(module, 4, with_one_bias); }
std::vector<Tensor> gru_of(const ModuleTensors& module) { return recurrent_of(module, 3, gru_weights); }
std::vector<Tensor> rnn_of(const ModuleTensors& module) { return recurrent_of(module, 1, with_one_bias); }

using WeightsOf = std::vector<Tensor> (*)(const ModuleTensors&);

constexpr std::pair<std::string_view, WeightsOf> classes[] = {
    {"Dense", linear_of}, {"Embedding", embedding_of}, {"LSTM", lstm_of}, {"GRU", gru_of}, {"SimpleRNN", rnn_of}};

WeightsOf weights_of(const LayerBase& layer) {
  const LayerBase& own = layer.class_name() == "Bidirectional" ? *layer.sublayers().front().second : layer;
  for (const auto& [name, function] : classes)
    if (own.class_name() == name) return function;
  throw ValueError("load_torch_weights",
                   fmt::format("{} has weights of which nothing is known; expected Dense, Embedding, LSTM, GRU, "
                               "SimpleRNN or Bidirectional; set them with set_weights",
                               layer.place()));
}

void require_shapes(const LayerBase& layer, const TorchModule& module, const std::vector<Tensor>& weights) {
  std::vector<std::string> got, expected;
  for (const Tensor& weight : weights) got.push_back(weight.shape().to_string());
  for (const Variable& weight : layer.weights()) expected.push_back(weight.shape().to_string());
  if (got == expected) return;
  throw ShapeError("load_torch_weights",
                   fmt::format("the module '{}' does not fit {}; got weights of shapes {}; expected {}",
                               shown(module.name), layer.place(), fmt::join(got, " "), fmt::join(expected, " ")));
}

void require_all_used(const NamedTensors& state, const std::set<std::string>& used) {
  std::vector<std::string> left;
  for (const auto& [name, tensor] : state)
    if (!used.contains(name)) left.push_back(shown(name));
  if (left.empty()) return;
  const std::size_t count = left.size();
  if (count > 5) left.resize(5);
  throw ValueError("load_torch_weights",
                   fmt::format("no layer takes {} of the tensors; got {}{}; set strict = false to leave them", count,
                               fmt::join(left, ", "), count > 5 ? ", …" : ""));
}

}  // namespace

namespace from_torch {

std::vector<Tensor> linear(const NamedTensors& state, const TorchModule& module) {
  return linear_of({state, module, nullptr});
}
std::vector<Tensor> embedding(const NamedTensors& state, const TorchModule& module) {
  return embedding_of({state, module, nullptr});
}
std::vector<Tensor> lstm(const NamedTensors& state, const TorchModule& module) {
  return lstm_of({state, module, nullptr});
}
std::vector<Tensor> gru(const NamedTensors& state, const TorchModule& module) {
  return gru_of({state, module, nullptr});
}
std::vector<Tensor> rnn(const NamedTensors& state, const TorchModule& module) {
  return rnn_of({state, module, nullptr});
}

}  // namespace from_torch

void load_torch_weights(Model& model, const NamedTensors& state, const TorchModuleOf& module_of,
                        const LoadTorchOptions& options) {
  std::set<std::string> used;
  std::vector<std::pair<LayerBase*, std::vector<Tensor>>> found;
  for (const auto& layer : model.layers()) {
    if (!layer->built())
      throw StateError("load_torch_weights", fmt::format("{} is not built; build the model first", layer->place()));
    if (layer->weights().empty()) continue;
    const TorchModule module = module_of(layer->name());
    std::vector<Tensor> weights = weights_of(*layer)({state, module, &used});
    require_shapes(*layer, module, weights);
    found.emplace_back(layer.get(), std::move(weights));
  }
  if (options.strict) require_all_used(state, used);
  for (auto& [layer, weights] : found) layer->set_weights(weights);
}

void load_torch_weights(Model& model, const NamedTensors& state, const TorchModules& modules,
                        const LoadTorchOptions& options) {
  for (const auto& [name, module] : modules)
    if (std::none_of(model.layers().begin(), model.layers().end(),
                     [&wanted = name](const auto& layer) { return layer->name() == wanted; }))
      throw ValueError("load_torch_weights", fmt::format("the model has no layer '{}'", shown(name)));
  const TorchModuleOf module_of = [&](const std::string& layer) {
    const auto place =
        std::find_if(modules.begin(), modules.end(), [&](const auto& one) { return one.first == layer; });
    return place == modules.end() ? TorchModule(layer) : place->second;
  };
  load_torch_weights(model, state, module_of, options);
}

void load_torch_weights(Model& model, const NamedTensors& state) { load_torch_weights(model, state, TorchModules()); }

}  // namespace cornu
