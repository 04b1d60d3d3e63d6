#include <cornu/framework/saving/legacy_weights.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/saving/legacy_config.hpp>
#include <cornu/framework/saving/legacy_nodes.hpp>

namespace cornu::detail {

namespace {

// A weight, and the names of the layers around it, from the model's own layer inwards.
struct Weight {
  Variable variable;
  std::vector<std::string> layers;
};

class WeightsOfLayer {
 public:
  explicit WeightsOfLayer(const LayerBase& layer) {
    std::vector<std::string> names;
    visit(layer, names);
    for (const std::vector<Variable>& part : {layer.trainable_weights(), layer.non_trainable_weights()})
      for (const Variable& variable : part) in_order.push_back({variable, names_of_[variable.body().id]});
  }

  std::vector<Weight> in_order;  // as Keras writes them: what is trained first

 private:
  void visit(const LayerBase& layer, std::vector<std::string>& names) {
    names.push_back(layer.name());
    for (const Variable& variable : layer.own_weights()) names_of_.emplace(variable.body().id, names);
    if (const auto* model = dynamic_cast<const Model*>(&layer)) {
      for (const auto& inner : model->layers()) visit(*inner, names);
    } else {
      for (const auto& [attribute, inner] : layer.sublayers()) visit(*inner, names);
    }
    names.pop_back();
  }

  std::map<std::uint64_t, std::vector<std::string>> names_of_;
};

using Parts = std::vector<std::string_view>;  // of an array's name

// How many of the layers around a weight the array's name has; nothing where it is another weight's.
std::optional<std::size_t> likeness(const Weight& weight, const Parts& parts) {
  if (parts.back() != weight.variable.name()) return std::nullopt;
  return static_cast<std::size_t>(std::count_if(weight.layers.begin(), weight.layers.end(), [&](const auto& name) {
    return std::find(parts.begin(), parts.end() - 1, name) != parts.end() - 1;
  }));
}

// The place of the array that is more like the weight than all others, or nothing.
std::optional<std::size_t> most_alike(const Weight& weight, const std::vector<Parts>& arrays) {
  std::optional<std::size_t> best, best_likeness;
  bool is_single = false;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const auto found = likeness(weight, arrays[i]);
    if (!found || (best_likeness && *found < *best_likeness)) continue;
    is_single = !best_likeness || *found > *best_likeness;
    best = i;
    best_likeness = found;
  }
  return is_single ? best : std::nullopt;
}

// For each weight the place of its array by the names, or nothing where they do not tell.
std::optional<std::vector<std::size_t>> places_by_name(const std::vector<Weight>& weights,
                                                       const std::vector<LegacyArray>& arrays) {
  std::vector<Parts> names;
  for (const LegacyArray& array : arrays) names.push_back(parts_of_path(array.name));
  std::vector<std::size_t> places;
  std::set<std::size_t> taken;
  for (const Weight& weight : weights) {
    const auto place = most_alike(weight, names);
    if (!place || !taken.insert(*place).second) return std::nullopt;
    places.push_back(*place);
  }
  return places;
}

std::string misfit_of(const Weight& weight, const LegacyArray& array) {
  const Shape &got = array.data.shape(), &expected = weight.variable.shape();
  if (got == expected) return "";
  const bool is_reset_after = weight.variable.name() == "bias" && got.rank() + expected.rank() == 3;
  return fmt::format("'{}' has another shape; got {}; expected {}{}", shown(array.name, 200), got, expected,
                     is_reset_after ? fmt::format("; a GRU with reset_after = {} has it", got.rank() == 2) : "");
}

// For each weight of a layer the place of its array. Says in `why` what keeps them from being these.
std::vector<std::size_t> arrays_for(const std::vector<Weight>& weights, const std::vector<LegacyArray>& arrays,
                                    std::string& why) {
  constexpr std::size_t most = 10'000;  // each weight is compared with each array
  if (weights.size() != arrays.size() || weights.size() > most) {
    why = fmt::format("got {} arrays; expected {}", arrays.size(), std::min(weights.size(), most));
    return {};
  }
  std::vector<std::size_t> places(weights.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  if (const auto by_name = places_by_name(weights, arrays)) places = *by_name;
  for (std::size_t i = 0; i < weights.size() && why.empty(); ++i) why = misfit_of(weights[i], arrays[places[i]]);
  return places;
}

class LegacyReader {
 public:
  LegacyReader(const LoadWeightsOptions& matching, Assignments& into, LoadReport& report)
      : matching_(matching), into_(into), report_(report) {}

  std::vector<LegacyWeight> read(const std::vector<LegacyLayer>& file, const std::vector<const LayerBase*>& model) {
    std::map<std::string, const LegacyLayer*> by_name;
    for (const LegacyLayer& layer : file) by_name[name_from_legacy(layer.name)] = &layer;
    if (matching_.by_name || have_the_same_names(by_name, file, model))
      read_by_name(by_name, model);
    else
      read_in_order(file, model);
    if (!misfits_.empty())
      throw FileError("load_weights", "the weights of the file are not those of the model:" + misfits_);
    std::vector<LegacyWeight> all;
    for (const LegacyLayer& layer : file)
      for (LegacyWeight& weight : taken_[layer.name]) all.push_back(std::move(weight));
    return all;
  }

 private:
  static bool have_the_same_names(const std::map<std::string, const LegacyLayer*>& by_name,
                                  const std::vector<LegacyLayer>& file, const std::vector<const LayerBase*>& model) {
    return by_name.size() == file.size() && file.size() == model.size() &&
           std::all_of(model.begin(), model.end(), [&](const auto* layer) { return by_name.contains(layer->name()); });
  }

  void read_by_name(std::map<std::string, const LegacyLayer*>& by_name, const std::vector<const LayerBase*>& model) {
    for (const LayerBase* layer : model) {
      const auto found = by_name.find(layer->name());
      if (found == by_name.end()) {
        report_.add(layer->place(), "the file has no layer of that name; its weights stay");
        continue;
      }
      read_layer(*found->second, *layer);
      by_name.erase(found);
    }
    for (const auto& [name, layer] : by_name)
      report_.add(shown(layer->name, 200), "left over: no layer of the model has these weights");
  }

  void read_in_order(const std::vector<LegacyLayer>& file, const std::vector<const LayerBase*>& model) {
    if (file.size() != model.size()) {
      misfits_ += fmt::format("\n  got {} layers that have weights, {}; expected {}, {}", file.size(),
                              names_of(file, [](const LegacyLayer& layer) { return layer.name; }), model.size(),
                              names_of(model, [](const LayerBase* layer) { return layer->name(); }));
      return;
    }
    for (std::size_t i = 0; i < file.size(); ++i) {
      if (name_from_legacy(file[i].name) != model[i]->name())
        report_.add(model[i]->place(),
                    fmt::format("takes its weights by position; the file calls it '{}'", shown(file[i].name, 200)));
      read_layer(file[i], *model[i]);
    }
  }

  template <class List, class F>
  static std::string names_of(const List& list, const F& name) {
    std::string names;
    for (const auto& item : list) {
      if (names.size() > 300) return names + ", …";
      names += (names.empty() ? "" : ", ") + shown(name(item), 100);
    }
    return names.empty() ? "none" : names;
  }

  void read_layer(const LegacyLayer& layer, const LayerBase& into) {
    const std::vector<Weight> weights = WeightsOfLayer(into).in_order;
    std::string why;
    const std::vector<std::size_t> places = arrays_for(weights, layer.arrays, why);
    if (!why.empty() && matching_.skip_mismatch)
      report_.add(into.place(), fmt::format("its weights stay: {}", why));
    else if (!why.empty())
      misfits_ += fmt::format("\n  {} ('{}' in the file): {}", into.place(), shown(layer.name, 200), why);
    else
      take(layer, weights, places);
  }

  void take(const LegacyLayer& layer, const std::vector<Weight>& weights, const std::vector<std::size_t>& places) {
    std::vector<LegacyWeight> in_file(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const LegacyArray& array = layer.arrays[places[i]];
      into_.add(weights[i].variable, array.data.read());
      in_file[places[i]] = {weights[i].variable, array.name};
    }
    taken_[layer.name] = std::move(in_file);
  }

  const LoadWeightsOptions& matching_;
  Assignments& into_;
  LoadReport& report_;
  std::string misfits_;
  std::map<std::string, std::vector<LegacyWeight>> taken_;  // by the layers' names in the file
};

}  // namespace

std::vector<LegacyWeight> read_legacy_weights(const LegacyFile& file, const Model& model,
                                              const LoadWeightsOptions& matching, Assignments& into,
                                              LoadReport& report) {
  std::vector<LegacyLayer> layers = file.layers();
  std::erase_if(layers, [](const LegacyLayer& layer) { return layer.arrays.empty(); });
  std::vector<const LayerBase*> with_weights;
  for (const auto& layer : model.layers())
    if (!layer->weights().empty()) with_weights.push_back(layer.get());
  return LegacyReader(matching, into, report).read(layers, with_weights);
}

}  // namespace cornu::detail
