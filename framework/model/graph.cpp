#include <cornu/framework/model/graph.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/model/keras_order.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::detail {

namespace {

using CallPointer = std::shared_ptr<const LayerCall>;

CallPointer made_by(const SymbolicTensor& tensor) { return tensor.body().call->shared_from_this(); }
bool is_input(const LayerCall& call) { return call.inputs.empty(); }

std::string name_of(const SymbolicTensor& tensor) {
  return tensor.name().empty() ? tensor.body().call->layer->class_name() : tensor.name();
}

std::string names_of(const SymbolicTensors& tensors) {
  std::string names;
  for (const SymbolicTensor& tensor : tensors) names += (names.empty() ? "" : ", ") + name_of(tensor);
  return names;
}

void require_some(const char* what, const SymbolicTensors& tensors) {
  if (tensors.empty())
    throw ValueError("Model",
                     fmt::format("there are no {0}; got an empty list; expected one or more symbolic tensors", what));
  for (const SymbolicTensor& tensor : tensors) tensor.body();
}

void require_different(const SymbolicTensors& inputs) {
  for (auto input = inputs.begin(); input != inputs.end(); ++input)
    if (std::find(inputs.begin(), input, *input) != input)
      throw ValueError("Model",
                       fmt::format("an input is given twice; got {}; expected each once, but '{}' is there again",
                                   names_of(inputs), name_of(*input)));
}

// From the outputs towards the inputs, depth first, without recursion.
class Walk {
 public:
  Walk(const Graph& graph, const SymbolicTensors& entries) : graph_(graph), entries_(entries) {
    for (const SymbolicTensor& output : graph.outputs()) walk_from(output);
  }

  std::vector<CallPointer> in_order;  // each after those that it reads
  std::set<const LayerBase*> met;

 private:
  void walk_from(const SymbolicTensor& output) {
    enter(graph_.resolved(output), output);
    while (!path_.empty()) {
      const CallPointer call = path_.back().first;
      const std::size_t next = path_.back().second++;
      if (next < call->inputs.size()) {
        enter(graph_.resolved(call->inputs[next]), output);
      } else {
        in_order.push_back(call);
        path_.pop_back();
      }
    }
  }

  void enter(const SymbolicTensor& tensor, const SymbolicTensor& output) {
    CallPointer call = made_by(tensor);
    if (!entered_.insert(call.get()).second) return;
    if (is_input(*call)) require_entry(tensor, output);
    met.insert(call->layer.get());
    path_.emplace_back(std::move(call), 0);
  }

  void require_entry(const SymbolicTensor& tensor, const SymbolicTensor& output) const {
    if (std::find(entries_.begin(), entries_.end(), tensor) != entries_.end()) return;
    throw ValueError("Model",
                     fmt::format("output '{}' needs another input, '{}'; got the inputs {}; expected all that "
                                 "lead to the outputs{}",
                                 name_of(output), name_of(tensor), names_of(graph_.inputs()),
                                 tensor.name().empty() ? "; an Input with a name is told from the others" : ""));
  }

  const Graph& graph_;
  const SymbolicTensors& entries_;
  std::vector<std::pair<CallPointer, std::size_t>> path_;  // and the input to be looked at next
  std::set<const LayerCall*> entered_;
};

}  // namespace

Graph::Graph(SymbolicTensors inputs, SymbolicTensors outputs)
    : inputs_(std::move(inputs)), outputs_(std::move(outputs)) {
  require_some("inputs", inputs_);
  require_some("outputs", outputs_);
  require_different(inputs_);
  add_entries();
  const Walk walk(*this, entries_);
  for (const SymbolicTensor& entry : entries_)
    if (!walk.met.contains(entry.body().call->layer.get()))
      throw ValueError("Model", fmt::format("input '{}' leads to none of the outputs; got the outputs {}; leave it out",
                                            name_of(entry), names_of(outputs_)));

  calls_ = walk.in_order;
  std::sort(calls_.begin(), calls_.end(), [](const auto& a, const auto& b) { return a->number < b->number; });
  std::set<const LayerBase*> listed;
  for (const CallPointer& call : calls_)
    if (listed.insert(call->layer.get()).second) layers_.push_back(call->layer);
  const KerasOrder order(*this);
  std::stable_sort(layers_.begin(), layers_.end(),
                   [&](const auto& a, const auto& b) { return order.is_before(*a, *b); });
  is_chain_ = order.depths_differ() && layers_.size() == calls_.size() &&
              std::all_of(calls_.begin(), calls_.end(), [](const auto& call) { return call->inputs.size() <= 1; });
  make_steps(walk.in_order);
}

// An input in the middle of another graph is cut from it by an Input of its own.
void Graph::add_entries() {
  for (const SymbolicTensor& input : inputs_)
    entries_.push_back(is_input(*input.body().call)
                           ? input
                           : Input({.shape = input.shape().slice(1, input.shape().rank()), .dtype = input.dtype()}));
}

const SymbolicTensor& Graph::resolved(const SymbolicTensor& tensor) const {
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    if (inputs_[i] == tensor) return entries_[i];
  return tensor;
}

std::vector<const LayerCall*> Graph::calls_of(const LayerBase& layer) const {
  std::vector<const LayerCall*> calls;
  for (const CallPointer& call : calls_)
    if (call->layer.get() == &layer) calls.push_back(call.get());
  return calls;
}

std::size_t Graph::call_of(const SymbolicTensor& tensor) const {
  const LayerCall* call = resolved(tensor).body().call;
  const std::vector<const LayerCall*> calls = calls_of(*call->layer);
  return static_cast<std::size_t>(std::find(calls.begin(), calls.end(), call) - calls.begin());
}

void Graph::make_steps(const std::vector<CallPointer>& in_order) {
  std::map<const LayerCall*, std::size_t> first_place;
  const auto place = [&](const SymbolicTensor& tensor) {
    const SymbolicBody& body = resolved(tensor).body();
    return first_place.at(body.call) + body.index;
  };
  for (const CallPointer& call : in_order) {
    first_place[call.get()] = places_;
    places_ += call->outputs.size();
    if (is_input(*call)) continue;
    Step step{call->layer.get(), call->arguments, {}, first_place[call.get()], call->outputs.size(), {}};
    for (const SymbolicTensor& input : call->inputs) step.inputs.push_back(place(input));
    steps_.push_back(std::move(step));
  }
  for (const SymbolicTensor& input : inputs_) input_places_.push_back(place(input));
  for (const SymbolicTensor& output : outputs_) output_places_.push_back(place(output));

  std::set<std::size_t> read_later(output_places_.begin(), output_places_.end());
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step)
    for (const std::size_t input : step->inputs)
      if (read_later.insert(input).second) step->last_read_here.push_back(input);
}

void Graph::Step::run(Values& values, bool training) const {
  CallContext context = context_of(arguments, training);
  if (inputs.size() == 1 && outputs == 1) {
    const Value& x = values[inputs[0]];
    context.mask = x.mask;
    std::tie(values[first_output].tensor, values[first_output].mask) = layer->apply(x.tensor, context);
  } else {
    Tensors all;
    for (const std::size_t input : inputs) {
      all.push_back(values[input].tensor);
      context.masks.push_back(values[input].mask);
    }
    const auto [results, masks] = layer->apply(all, context);
    for (std::size_t i = 0; i < results.size(); ++i) values[first_output + i] = {results[i], mask_at(masks, i)};
  }
  for (const std::size_t place : last_read_here) values[place] = {};
}

std::pair<Tensors, Masks> Graph::run(const Tensors& inputs, const CallContext& context) const {
  const Tensors data = conform(inputs);
  Values values(places_);
  for (std::size_t i = 0; i < data.size(); ++i) values[input_places_[i]] = {data[i], context.mask_of(i)};
  for (const Step& step : steps_) step.run(values, context.training);
  std::pair<Tensors, Masks> outputs;
  for (const std::size_t place : output_places_) {
    outputs.first.push_back(values[place].tensor);
    outputs.second.push_back(values[place].mask);
  }
  return outputs;
}

namespace {

Tensor conformed(const Tensor& data, const SymbolicTensor& input) {
  const Shape& declared = input.shape();
  const auto rank = static_cast<std::int64_t>(data.rank()), wanted = static_cast<std::int64_t>(declared.rank());
  Tensor x = data;
  if (rank == wanted + 1 && x.dim(-1) == 1) x = ops::squeeze(x, -1);
  if (rank == wanted - 1 && declared.back() == 1) x = ops::expand_dims(x, -1);
  if (!x.shape().fits(declared.with(0, None)))
    throw ShapeError("Model", fmt::format("input '{}' has another shape; got {}; expected {}{}", name_of(input),
                                          data.shape(), declared,
                                          data.shape().fits(declared.removed(0))
                                              ? "; data begin with the batch, which Input's shape leaves out: one "
                                                "sample is ops::expand_dims(x, 0)"
                                              : ""));
  if (x.dtype() == input.dtype() || !is_integer(input.dtype())) return ops::cast(x, input.dtype());
  const std::string name = fmt::format("input '{}':", name_of(input)),
                    advice = fmt::format("give input '{}' a float dtype", name_of(input));
  return ops::cast_exactly("Model", x, input.dtype(), {.id = name.c_str(), .advice_for_floats = advice.c_str()});
}

}  // namespace

Tensors Graph::conform(const Tensors& data) const {
  if (data.size() != inputs_.size())
    throw ValueError("Model", fmt::format("another number of inputs; got {}; expected {}: {}", data.size(),
                                          inputs_.size(), names_of(entries_)));
  Tensors all;
  all.reserve(data.size());
  for (std::size_t i = 0; i < data.size(); ++i) all.push_back(conformed(data[i], entries_[i]));
  return all;
}

void Graph::check_data(const Tensors& data) const {
  const Tensors conforming = conform(data);
  for (const Step& step : steps_) {
    if (step.arguments.reverse) continue;
    Tensors read;
    for (const std::size_t place : step.inputs) {
      const auto input = std::find(input_places_.begin(), input_places_.end(), place);
      if (input != input_places_.end())
        read.push_back(conforming[static_cast<std::size_t>(input - input_places_.begin())]);
    }
    if (read.size() != step.inputs.size()) continue;
    const std::string where = step.layer->place();
    const ErrorScope scope(where);
    step.layer->check_data(read);
  }
}

}  // namespace cornu::detail
