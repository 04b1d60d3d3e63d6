// The state of an optimizer in `.h5` files.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <cornu/framework/saving/legacy_nodes.hpp>
#include <cornu/framework/saving/legacy_weights.hpp>

namespace cornu::detail {

namespace {

using Arrays = std::vector<const LegacyArray*>;

constexpr const char* place = "/optimizer_weights";

void build_slots(const Model& model) {
  const std::vector<Variable> weights = model.trainable_weights();
  std::vector<const Variable*> pointers;
  for (const Variable& weight : weights) pointers.push_back(&weight);
  model.optimizer().build(pointers);
}

std::string_view slot_of(const Variable& variable) {
  constexpr std::array<std::string_view, 9> names{"_momentum",         "_velocity_hat",     "_velocity",
                                                  "_average_gradient", "_accumulated_grad", "_accumulated_delta_var",
                                                  "_accumulator",      "_linear",           "_norm"};
  const auto* const found = std::find_if(names.begin(), names.end(), [&](std::string_view name) {  //
    return std::string_view(variable.name()).ends_with(name);
  });
  return found == names.end() ? std::string_view() : *found;
}

/// The slots of an optimizer: which weight's, and which of its slots, in Keras 3's order.
struct Slots {
  struct Slot {
    Variable variable;
    std::size_t kind, weight;  // weights by their places in the model
  };
  std::vector<Slot> all;
  std::size_t kinds = 0;
};

// The j-th slot of a kind is the j-th weight's. Nothing for an optimizer that shares more than iteration and rate.
std::optional<Slots> slots_of(const optim::Optimizer& optimizer) {
  Slots slots;
  std::vector<std::string_view> kinds;
  std::vector<std::size_t> counts;
  for (const Variable& variable : optimizer.variables()) {
    if (variable.name() == "iteration" || variable.name() == "learning_rate") continue;
    const std::string_view name = slot_of(variable);
    if (name.empty()) return std::nullopt;
    const auto kind = static_cast<std::size_t>(std::find(kinds.begin(), kinds.end(), name) - kinds.begin());
    if (kind == kinds.size()) {
      kinds.push_back(name);
      counts.push_back(0);
    }
    slots.all.push_back({variable, kind, counts[kind]++});
  }
  slots.kinds = kinds.size();
  return slots;
}

// An order of the weights: the place in the model of each weight of the file.
using Order = std::vector<std::size_t>;

Order order_of(const std::vector<LegacyWeight>& weights, const std::vector<Variable>& in_model) {
  Order order;
  for (const LegacyWeight& weight : weights) {
    const auto found = std::find(in_model.begin(), in_model.end(), weight.variable);
    if (found != in_model.end()) order.push_back(static_cast<std::size_t>(found - in_model.begin()));
  }
  return order;
}

/// The arrays of an optimizer's slots, without iteration and rate.
class LegacyState {
 public:
  LegacyState(const std::vector<LegacyArray>& arrays, const Slots& slots, std::size_t weights)
      : slots_(slots), weights_(weights) {
    for (const LegacyArray& array : arrays) {
      const std::string_view name = parts_of_path(array.name).back();
      if (name.starts_with("iter") && array.data.shape().empty())
        iteration = &array;
      else if (name != "learning_rate" || !array.data.shape().empty())
        arrays_.push_back(&array);
    }
    is_in_order_ = iteration && parts_of_path(iteration->name).back() == "iteration";
    if (!is_in_order_) sort_by_kind();
    leave_out_unused();
  }

  const LegacyArray* iteration = nullptr;

  bool fits() const { return arrays_.size() == slots_.all.size(); }
  std::size_t size() const { return arrays_.size(); }

  /// For each slot its array, where the weights of the file are in this order; nothing where shapes differ.
  std::optional<Arrays> arrays_in(const Order& order) const {
    std::vector<std::size_t> place_in_file(weights_);
    for (std::size_t i = 0; i < order.size(); ++i) place_in_file[order[i]] = i;
    // where in the file the slot of a kind and a place stands
    std::vector<std::size_t> places(slots_.kinds * weights_);
    for (std::size_t i = 0; i < slots_.all.size(); ++i) {
      const auto& slot = slots_.all[i];
      places[slot.kind * weights_ + slot.weight] = is_in_order_ ? i : slot.kind * weights_ + slot.weight;
    }
    Arrays result;
    for (const auto& slot : slots_.all) {
      result.push_back(arrays_[places[slot.kind * weights_ + place_in_file[slot.weight]]]);
      if (result.back()->data.shape() != slot.variable.shape()) return std::nullopt;
    }
    return result;
  }

 private:
  // TensorFlow's names end with the slot's, "dense/kernel/m": of one optimizer it wrote both slots of each weight.
  void sort_by_kind() {
    std::vector<std::string_view> kinds;
    std::vector<std::size_t> keys;
    for (const LegacyArray* array : arrays_) {
      const std::vector<std::string_view> parts = parts_of_path(array->name);
      if (parts.size() < 3) return;  // "training/Adam/Variable_7": all of one kind stand together
      if (parts.back().starts_with("Variable")) return;
      const auto found = std::find(kinds.begin(), kinds.end(), parts.back());
      keys.push_back(static_cast<std::size_t>(found - kinds.begin()));
      if (found == kinds.end()) kinds.push_back(parts.back());
    }
    Arrays sorted;
    for (std::size_t kind = 0; kind < kinds.size(); ++kind)
      for (std::size_t i = 0; i < arrays_.size(); ++i)
        if (keys[i] == kind) sorted.push_back(arrays_[i]);
    arrays_ = std::move(sorted);
  }

  // Keras 2 has an array for each weight where a slot is not used.
  void leave_out_unused() {
    if (!is_in_order_ && arrays_.size() == slots_.all.size() + weights_) arrays_.resize(slots_.all.size());
  }

  const Slots& slots_;
  std::size_t weights_;
  Arrays arrays_;
  bool is_in_order_ = false;
};

// Until Keras 2.0.5 the state was in the order of the weights' names. Those that nobody trains have none.
std::vector<Order> orders_of(std::vector<LegacyWeight> weights, const std::vector<Variable>& in_model) {
  std::vector<Order> orders{order_of(weights, in_model)};
  std::sort(weights.begin(), weights.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  orders.push_back(order_of(weights, in_model));
  return orders;
}

bool has_names(const LegacyArray& array) { return array.name.find("Variable") == std::string::npos; }

// Why the arrays are not taken; "" when they were.
std::string take(const std::vector<LegacyArray>& arrays, const optim::Optimizer& optimizer,
                 const std::vector<Order>& orders, Assignments& into) {
  const auto slots = slots_of(optimizer);
  if (!slots) return fmt::format("{} keeps more than slots of weights", optimizer.class_name());
  const std::size_t weights = orders[0].size();
  const LegacyState state(arrays, *slots, weights);
  if (!state.fits()) return fmt::format("got {} arrays of slots; expected {}", state.size(), slots->all.size());
  const auto in_order = state.arrays_in(orders[0]);
  const bool may_be_sorted = !arrays.empty() && !has_names(arrays.back()) && orders[0] != orders[1];
  const auto sorted = may_be_sorted ? state.arrays_in(orders[1]) : std::nullopt;
  if (in_order && sorted) return "it can belong to the weights in the order of the layers or of their names";
  if (!in_order && !sorted) return "its arrays have other shapes than the weights";
  const Arrays& chosen = in_order ? *in_order : *sorted;
  for (std::size_t i = 0; i < chosen.size(); ++i) into.add(slots->all[i].variable, chosen[i]->data.read());
  if (state.iteration) into.add(optimizer.variables()[0], state.iteration->data.read());
  return "";
}

}  // namespace

void read_legacy_optimizer(const LegacyFile& file, const Model& model, const std::vector<LegacyWeight>& weights,
                           Assignments& into, LoadReport& report) {
  const std::vector<LegacyArray> arrays = file.optimizer_arrays();
  if (arrays.empty()) return report.add(place, "the file has no state of the optimizer, which begins anew");
  build_slots(model);
  const std::vector<Variable> in_model = model.trainable_weights();
  const std::vector<Order> orders = orders_of(weights, in_model);
  const bool is_complete = orders[0].size() == in_model.size();
  const std::string why =
      is_complete ? take(arrays, model.optimizer(), orders, into) : "the file does not have all weights of the model";
  if (!why.empty()) report.add(place, fmt::format("the state is left out, and the optimizer begins anew: {}", why));
}

}  // namespace cornu::detail
