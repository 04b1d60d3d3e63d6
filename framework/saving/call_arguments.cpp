#include <cornu/framework/saving/call_arguments.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <span>

#include <cornu/framework/layer/keras_call.hpp>

namespace cornu::detail {

namespace {

class ArgumentReader {
 public:
  ArgumentReader(const LayerBase* layer, const GraphTensors& tensors) : layer_(layer), tensors_(tensors) {
    if (layer) names_ = keras_input_names(*layer);
  }

  Arguments read(const ConfigView& node) {
    const std::vector<ConfigView> args = node.at("args").items();
    for (std::size_t i = 0; i < args.size(); ++i) {
      if (names_.empty())
        add_argument(args[i]);
      else
        add_named(args[i], i);
    }
    if (const auto kwargs = node.find("kwargs"))
      for (const auto& [key, value] : kwargs->members())
        if (!value.is_null()) add_keyword(key, value);
    if (!names_.empty()) list_named(node);
    return std::move(into_);
  }

 private:
  void add_argument(const ConfigView& argument) {
    if (is_tensor(argument)) {
      into_.inputs.push_back(input(argument));
      into_.of_operation.push_back({});
    } else if (argument.is_list()) {
      for (const ConfigView& item : argument.items()) add_argument(item);
    } else if (argument.is_int() || argument.is_double()) {
      into_.of_operation.push_back({argument.as_double()});
    } else if (!argument.is_null()) {
      argument.refuse("a tensor of the graph, a number, or a list of them");
    }
  }

  SymbolicTensor input(const ConfigView& argument) {
    const SymbolicTensor tensor = tensors_.tensor(argument);
    if (!tensor.defined()) into_.refusal = tensors_.refusal(argument);
    return tensor;
  }

  // One of the inputs that have names.
  void add_named(const ConfigView& argument, std::size_t place) {
    if (argument.is_null()) return;
    if (place >= names_.size() || !is_tensor(argument)) argument.refuse("a tensor of the graph, and not more of them");
    named_.insert_or_assign(place, input(argument));
  }

  // query, value, the key if there is one, or a mask behind it, and the mask.
  void list_named(const ConfigView& node) {
    for (std::size_t place = 0; place < 2; ++place)
      if (!named_.contains(place)) node.fail(fmt::format("a call without `{}`; expected a tensor", names_[place]));
    if (names_.size() > 3 && named_.contains(3) && !named_.contains(2)) named_.emplace(2, named_.at(1));
    for (const auto& [place, tensor] : named_) into_.inputs.push_back(tensor);
    into_.is_walked_otherwise = keywords_.size() > 2 && !(keywords_.begin()->second == named_.begin()->second);
  }

  void add_keyword(const std::string& key, const ConfigView& value) {
    if (add_keyword_of_names(key, value)) return;
    if (key == "mask") {
      add_masks(value);
    } else if (layer_ ? key == layer_->keyword_of_further_inputs() : key == "x1" || key == "x2" || key == "x") {
      add_argument(value);
    } else if (key == "reverse" && layer_ && layer_->takes_reverse()) {
      read_value(value, into_.others.reverse);
    } else if (key == "use_causal_mask") {
      into_.others.use_causal_mask = value.as_bool();
    } else if (key == "return_attention_scores") {
      into_.others.return_attention_scores = value.as_bool();
    } else if (key != "training") {  // which fit() and predict() decide, whatever the call says, as in Keras
      value.fail(
          fmt::format("the argument {} of a call is not known here; expected mask, initial_state or training, or one "
                      "of attention",
                      key));
    }
  }

  // "key", "key_mask"
  bool add_keyword_of_names(const std::string& key, const ConfigView& value) {
    for (std::size_t place = 0; place < names_.size(); ++place) {
      const bool is_input = key == names_[place], is_mask = key == fmt::format("{}_mask", names_[place]);
      if (is_input) add_named(value, place);
      if (is_input && named_.contains(place)) keywords_.insert_or_assign(key, named_.at(place));
      if (is_mask) add_mask(value, place);
      if (is_input || is_mask) return true;
    }
    return false;
  }

  void add_masks(const ConfigView& value) {
    if (value.is_list())
      for (const ConfigView& item : value.items()) add_masks(item);
    else
      add_mask(value, into_.masks.size());
  }

  void add_mask(const ConfigView& value, std::size_t place) {
    const SymbolicTensor mask = is_tensor(value) ? tensors_.tensor(value) : SymbolicTensor();
    if (is_tensor(value) && !mask.defined()) into_.mask_refusals[place] = tensors_.refusal(value);
    while (into_.masks.size() <= place) into_.masks.push_back(SymbolicTensor());
    into_.masks[place] = mask;
  }

  const LayerBase* layer_;
  const GraphTensors& tensors_;
  std::span<const std::string_view> names_;
  std::map<std::size_t, SymbolicTensor> named_;
  std::map<std::string, SymbolicTensor> keywords_;  // those of them that have their names
  Arguments into_;
};

}  // namespace

Arguments read_arguments(const ConfigView& node, const LayerBase* layer, const GraphTensors& tensors) {
  return ArgumentReader(layer, tensors).read(node);
}

}  // namespace cornu::detail
