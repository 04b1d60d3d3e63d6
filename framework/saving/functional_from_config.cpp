// A graph of layers from its config.
#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <map>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/layer/layer_call.hpp>
#include <cornu/framework/saving/call_arguments.hpp>
#include <cornu/framework/saving/functional_entries.hpp>
#include <cornu/framework/saving/functional_masks.hpp>
#include <cornu/framework/saving/model_from_config.hpp>

namespace cornu::detail {

namespace {

class FunctionalReader {
 public:
  explicit FunctionalReader(const ConfigView& object)
      : config_(object.at("config")), has_masks_of_keras2_(object.get("cornu_masks", "") == "keras2") {}

  std::unique_ptr<Model> read() {
    for (const ConfigView& object : config_.at("layers").items()) add_entry(object);
    if (!complete_) return nullptr;
    make_calls();
    if (!complete_) return nullptr;
    auto model = std::make_unique<Model>(tensors_at("input_layers"), tensors_at("output_layers"),
                                         LayerOptions{.name = config_.get("name", "functional")});
    if (!config_.get("trainable", true)) model->set_trainable(false);
    if (is_walked_otherwise_) require_order(*model);
    return model;
  }

 private:
  // Weights go to the layers of a class by their order, which Keras finds by walking the graph.
  void require_order(const Model& model) const {
    std::map<std::string, std::vector<std::string>> here, in_file;
    for (const auto& layer : model.layers())
      if (!layer->weights().empty()) here[layer->class_name()].push_back(layer->name());
    for (const Entry& entry : entries_)
      if (entry.layer && !entry.layer->weights().empty()) in_file[entry.layer->class_name()].push_back(entry.name);
    if (here == in_file) return;
    config_.at("layers").fail(
        "a call of attention has its query, value and key by their names, and so the layers of one class stand in "
        "another order than here; give them by their places in Keras, and save the model again");
  }

  void add_entry(const ConfigView& object) {
    const ConfigView config = object.at("config");
    std::string name = object.get("name", config.is_object() ? config.get("name", "") : "");
    std::shared_ptr<LayerBase> layer;
    if (object.at("class_name").as_string() == "InputLayer") {
      add_input(object, std::move(name));
      return;
    }
    if (!is_operation(object)) {
      layer = layer_or_model_from_config(object);
      complete_ = complete_ && layer;
    }
    if (places_.contains(name)) object.fail(fmt::format("two layers have one name; got a second '{}'", name));
    places_[name] = entries_.size();
    std::vector<ConfigView> nodes;
    if (const auto calls = object.find("inbound_nodes")) nodes = calls->items();
    entries_.push_back({object, std::move(name), std::move(layer), std::move(nodes)});
  }

  void add_input(const ConfigView& object, std::string name) {
    const ConfigView config = object.at("config");
    Shape shape;
    const auto batch_shape = config.find("batch_shape");
    read_value(batch_shape ? *batch_shape : config.at("batch_input_shape"), shape);
    if (shape.empty()) object.fail("an input needs a batch; got the shape ()");
    DType dtype = float32;
    if (const auto said = config.find("dtype"); said && !said->is_null()) read_value(*said, dtype);
    const SymbolicTensor input = Input({.shape = shape.slice(1, shape.rank()),
                                        .batch_size = batch_of(shape),
                                        .dtype = dtype,
                                        .name = config.get("name", name)});
    if (places_.contains(name)) object.fail(fmt::format("two layers have one name; got a second '{}'", name));
    places_[name] = entries_.size();
    entries_.push_back({object, std::move(name), input.body().call->layer, {}, {SymbolicTensors(input)}});
  }

  // Each call as soon as the tensors that it reads are there; the last of them wakes one that has to wait.
  void make_calls() {
    for (std::size_t place = 0; place < entries_.size(); ++place) ready_.push_back(place);
    for (; !ready_.empty() && complete_; ready_.pop_front())
      while (complete_ && !entries_[ready_.front()].is_done() && !has_to_wait(ready_.front()))
        make_next_call(ready_.front());
    if (!complete_) return;
    for (const Entry& entry : entries_)
      if (!entry.is_done())
        entry.object.fail(
            fmt::format("call {} of '{}' reads a tensor that is never made; expected a graph without "
                        "cycles, whose tensors all come from its own layers",
                        entry.outputs.size(), entry.name));
  }

  bool has_to_wait(std::size_t place) {
    const Entry& entry = entries_[place];
    const ConfigView& node = entry.nodes[entry.outputs.size()];
    if (!node.is_object()) node.fail("a call in the form of Keras 2; expected {args, kwargs}, as Keras 3 writes it");
    wait_for_missing(place, node, 0);
    return entry.missing > 0;
  }

  void make_next_call(std::size_t place) {
    Entry& entry = entries_[place];
    const ConfigView& node = entry.nodes[entry.outputs.size()];
    complete_ = node.attempt([&] { entry.outputs.push_back(outputs_of_call(entry, node)); });
    const auto waiting = waiting_.extract({place, entry.outputs.size() - 1});
    if (!complete_ || waiting.empty()) return;
    for (const std::size_t reader : waiting.mapped())
      if (--entries_[reader].missing == 0) ready_.push_back(reader);
  }

  SymbolicTensors outputs_of_call(Entry& entry, const ConfigView& node) {
    Arguments arguments = read_arguments(node, entry.layer.get(), tensors_);
    is_walked_otherwise_ = is_walked_otherwise_ || arguments.is_walked_otherwise;
    if (arguments.inputs.empty()) node.fail("a call without tensors; expected one or more");
    if (!entry.layer) return call_operation(entry, node, arguments);
    if (!arguments.refusal.empty()) node.fail(arguments.refusal);
    require_masks(node, arguments);
    put_under_masks(arguments);
    for (const SymbolicTensor& input : arguments.inputs)
      if (input.body().mask && !entry.layer->supports_masking())
        node.note("the mask of its input ends here, because the layer cannot take one; as in Keras, which warns");
    return has_masks_of_keras2_ ? outputs_as_in_keras2(*entry.layer, arguments)
                                : outputs_as_in_keras(*entry.layer, arguments);
  }

  // Keras computes masks by ops between its layers. Layers here find the masks themselves, so an op that cannot run is
  // refused only where a layer reads what it makes.
  static SymbolicTensors call_operation(Entry& entry, const ConfigView& node, const Arguments& arguments) {
    try {
      if (!arguments.refusal.empty()) node.fail(arguments.refusal);
      return run_operation(entry, arguments);
    } catch (const Error& error) {
      entry.refusal = error.what();
      return SymbolicTensors(SymbolicTensor());
    }
  }

  static SymbolicTensors run_operation(const Entry& entry, const Arguments& arguments) {
    const ConfigView config = entry.object.at("config");
    const auto operation =
        std::make_shared<Operation>(entry.object.at("class_name").as_string(), arguments.of_operation, entry.name,
                                    config.is_object() ? config.value() : Config::object());
    return operation->all_outputs(arguments.inputs);
  }

  // A mask that cannot be made is needed only for a tensor that has none by itself.
  static void require_masks(const ConfigView& node, const Arguments& arguments) {
    for (const auto& [place, refusal] : arguments.mask_refusals)
      if (place >= arguments.inputs.size() || !arguments.inputs[place].body().mask) node.fail(refusal);
  }

  const std::string& refusal_of(const ConfigView& tensor) const {
    return entries_[call_at(history_of(tensor)).first].refusal;
  }

  // A tensor that carries a mask has it from where Keras took the argument. Others get the one that the call names.
  static void put_under_masks(Arguments& arguments) {
    SymbolicTensors inputs;
    for (std::size_t i = 0; i < arguments.inputs.size(); ++i) {
      const SymbolicTensor& input = arguments.inputs[i];
      const bool is_named = i < arguments.masks.size() && arguments.masks[i].defined();
      if (is_named && input.defined() && !input.body().mask)
        inputs.push_back(std::make_shared<UnderMask>()->all_outputs({input, arguments.masks[i]}).front());
      else
        inputs.push_back(input);
    }
    arguments.inputs = inputs;
  }

  // Notes the calls whose tensors a call of an entry names, as far as they are not made. Throws for a tensor that no
  // call can make.
  void wait_for_missing(std::size_t place, const ConfigView& value, int level) {
    constexpr int deepest = 32;
    if (level > deepest) value.fail("arguments are nested too deeply");
    if (is_tensor(value)) {
      if (tensor_of(value)) return;
      waiting_[call_at(history_of(value))].push_back(place);
      ++entries_[place].missing;
    } else if (value.is_list()) {
      for (const ConfigView& item : value.items()) wait_for_missing(place, item, level + 1);
    } else if (value.is_object()) {
      for (const auto& [key, member] : value.members()) wait_for_missing(place, member, level + 1);
    }
  }

  static ConfigView history_of(const ConfigView& tensor) { return tensor.at("config").at("keras_history"); }

  const SymbolicTensor* tensor_of(const ConfigView& tensor) const { return tensor_at(history_of(tensor)); }

  // ["dense", 1, 0]: the second call of 'dense'.
  Call call_at(const ConfigView& history) const {
    const std::string& name = history.at(0).as_string();
    const auto place = places_.find(name);
    if (place == places_.end()) history.fail(fmt::format("no layer has the name '{}'", name));
    const Entry& entry = entries_[place->second];
    const auto calls = static_cast<std::int64_t>(std::max(entry.nodes.size(), entry.outputs.size()));
    return {place->second, static_cast<std::size_t>(history.at(1).as_int(0, std::max<std::int64_t>(calls - 1, 0)))};
  }

  // The first output of that call; null while it is not made.
  const SymbolicTensor* tensor_at(const ConfigView& history) const {
    const auto [place, call] = call_at(history);
    if (call >= entries_[place].outputs.size()) return nullptr;
    const SymbolicTensors& outputs = entries_[place].outputs[call];
    const auto last = static_cast<std::int64_t>(outputs.size()) - 1;
    return &outputs[static_cast<std::size_t>(history.at(2).as_int(0, last))];
  }

  // One tensor, a list of tensors, or tensors by name.
  SymbolicTensors tensors_at(std::string_view key) const {
    const ConfigView value = config_.at(key);
    const bool is_one = value.is_list() && !value.value().as_list().empty() && value.at(0).is_string();
    SymbolicTensors tensors;
    const auto add = [&](const ConfigView& history) {
      const SymbolicTensor* tensor = tensor_at(history);
      if (!tensor) history.fail("names a tensor that no call makes");
      if (!tensor->defined()) history.fail(entries_[call_at(history).first].refusal);
      tensors.push_back(*tensor);
    };
    if (is_one)
      add(value);
    else if (value.is_object())
      for (const auto& [name, history] : value.members()) add(history);
    else
      for (const ConfigView& history : value.items()) add(history);
    return tensors;
  }

  ConfigView config_;
  bool has_masks_of_keras2_;
  GraphTensors tensors_{[this](const ConfigView& tensor) { return *tensor_of(tensor); },
                        [this](const ConfigView& tensor) { return refusal_of(tensor); }};
  std::deque<Entry> entries_;
  std::map<std::string, std::size_t> places_;         // of the entries, by name
  std::deque<std::size_t> ready_;                     // entries whose next call may be made
  std::map<Call, std::vector<std::size_t>> waiting_;  // entries whose next call reads what that call makes
  bool complete_ = true, is_walked_otherwise_ = false;
};

}  // namespace

std::unique_ptr<Model> functional_from_config(const ConfigView& object) { return FunctionalReader(object).read(); }

}  // namespace cornu::detail
