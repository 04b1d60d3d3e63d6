#include <cornu/framework/saving/weights_file.hpp>

#include <fmt/core.h>

#include <set>

#include <cornu/framework/autodiff/deferred.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/layer/keras_vocabulary.hpp>
#include <cornu/framework/saving/quantized.hpp>
#include <cornu/framework/saving/saved_layers.hpp>

namespace cornu::detail {

void Assignments::add(const Variable& variable, const Tensor& value) {
  Tensor cast = value.astype(variable.dtype());
  variables_.push_back(variable);
  values_.push_back(std::move(cast));
}

void Assignments::run() {
  assign_all(variables_, values_);
  variables_.clear();
  values_.clear();
}

namespace {

std::string place_of(const SavedLayer& saved) { return saved.path.empty() ? "/vars" : saved.path + "/vars"; }

// Why the arrays of a group are not this layer's weights; "" when they are.
std::string misfit(const WeightGroup& vars, const std::vector<Variable>& weights) {
  if (vars.size() != weights.size()) return fmt::format("got {} arrays; expected {}", vars.size(), weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto array = vars.array(i);
    if (!array) return fmt::format("array {} is missing", i);
    if (array->shape() != weights[i].shape())
      return fmt::format("array {} ('{}') has another shape; got {}; expected {}", i, weights[i].name(), array->shape(),
                         weights[i].shape());
  }
  return "";
}

// A layer without weights cannot be mistaken for another; Keras numbers the Dropouts inside its layers.
void report_other_name(const WeightGroup& vars, const SavedLayer& saved, LoadReport& report) {
  if (vars.size() == 0) return;
  const auto name = vars.name();
  if (!name || *name == saved.layer->name() || saved.path.empty()) return;
  report.add(saved.path,
             fmt::format("taken by its position for layer '{}'; the file calls it '{}'", saved.layer->name(), *name));
}

// Names them up to a number: a file may have a million.
void report_left_over(const WeightSource& source, const std::set<std::string>& taken, LoadReport& report) {
  constexpr std::size_t most = 100;
  std::size_t left = 0;
  source.visit_groups([&](const std::string& group) {
    if (taken.contains(group) || group.starts_with("/optimizer") || group.starts_with("/cornu")) return;
    if (++left <= most) report.add(shown(group, 200), "left over: no layer of the model has these weights");
  });
  if (left > most) report.add("/", fmt::format("left over: {} more groups of such weights", left - most));
}

}  // namespace

void read_weights(const WeightSource& source, const Model& model, const LoadWeightsOptions& options, Assignments& into,
                  LoadReport& report) {
  std::string misfits;
  std::set<std::string> taken;
  for (const SavedLayer& saved : saved_layers(model)) {
    const std::vector<Variable> weights = saved.layer->own_weights();
    const WeightGroup vars = source.vars(saved.path);
    taken.insert(place_of(saved));
    if (has_vocabulary_weights(*saved.layer)) continue;  // read with the vocabulary, or from the config
    if (is_quantized(vars, weights)) {
      const std::vector<Tensor> values = dequantized(vars, *saved.layer, place_of(saved));
      for (std::size_t i = 0; i < weights.size(); ++i) into.add(weights[i], values.at(i));
      report.add(saved.path, "quantised weights became float32; the layer computes with these");
      continue;
    }
    const std::string why = misfit(vars, weights);
    if (!why.empty() && options.skip_mismatch) {
      report.add(saved.path, "its weights stay: " + why);
      continue;
    }
    if (!why.empty()) {
      misfits += fmt::format("\n  {} (layer {}): {}", place_of(saved), saved.layer->place(), why);
      continue;
    }
    report_other_name(vars, saved, report);
    for (std::size_t i = 0; i < weights.size(); ++i) into.add(weights[i], vars.array(i)->read());
  }
  report_left_over(source, taken, report);
  if (!misfits.empty())
    throw FileError("load_weights", "the weights of the file are not those of the model:" + misfits);
}

void write_weights(formats::Hdf5Writer& writer, const Model& model) {
  for (const SavedLayer& saved : saved_layers(model)) {
    const std::string group = place_of(saved);
    writer.add_group(group);
    writer.set_attribute(group, "name", saved.layer->name());
    const std::vector<Variable> weights = saved.layer->own_weights();
    for (std::size_t i = 0; i < weights.size(); ++i)
      writer.add_dataset(fmt::format("{}/{}", group, i), weights[i].peek());
    if (const auto idf_weights = vocabulary_weights(*saved.layer))
      writer.add_dataset(group + "/idf_weights", *idf_weights);
  }
}

}  // namespace cornu::detail
