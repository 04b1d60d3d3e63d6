#include <cornu/framework/saving/optimizer_file.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace cornu::detail {

namespace {

constexpr const char* place = "/optimizer";

void build_slots(const Model& model) {
  const std::vector<Variable> weights = model.trainable_weights();
  std::vector<const Variable*> pointers;
  for (const Variable& weight : weights) pointers.push_back(&weight);
  model.optimizer().build(pointers);
}

// Under a scaled loss Keras keeps the optimizer within another one.
WeightGroup vars_of(const WeightSource& source, LoadReport& report) {
  if (!source.find("optimizer/inner_optimizer/vars")) return source.vars(place);
  report.add(place, "the state is that of the optimizer inside LossScaleOptimizer; the loss is not scaled here");
  return source.vars(std::string(place) + "/inner_optimizer");
}

// What keeps the arrays from being the state of these variables; "" when they are.
std::string misfit(const WeightGroup& vars, const std::vector<Variable>& variables) {
  if (vars.size() != variables.size()) return fmt::format("got {} arrays; expected {}", vars.size(), variables.size());
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const auto array = vars.array(i);
    if (!array || array->shape() != variables[i].shape())
      return fmt::format("array {} is missing or not of the shape {} of '{}'", i, variables[i].shape(),
                         variables[i].name());
  }
  return "";
}

void take(const WeightGroup& vars, const std::vector<Variable>& variables, Assignments& into) {
  for (std::size_t i = 0; i < variables.size(); ++i) into.add(variables[i], vars.array(i)->read());
}

}  // namespace

void read_optimizer(const WeightSource& source, const Model& model, Assignments& into, LoadReport& report) {
  optim::Optimizer& optimizer = model.optimizer();
  const char* const stays = optimizer.built() ? "keeps its state" : "begins anew";
  const WeightGroup vars = vars_of(source, report);
  if (vars.size() == 0) {
    report.add(place, fmt::format("the file has no state of the optimizer; {} {}", optimizer.class_name(), stays));
    return;
  }
  if (const auto name = vars.name(); name && *name != optimizer.name()) {
    report.add(place, fmt::format("the state is that of '{}', the optimizer is '{}', which {}", *name, optimizer.name(),
                                  stays));
    return;
  }
  // An optimizer that has not made an update yet has an iteration and a rate alone.
  const std::vector<Variable> before = optimizer.variables();
  if (!optimizer.built() && vars.size() == before.size() && misfit(vars, before).empty())
    return take(vars, before, into);
  build_slots(model);
  const std::vector<Variable> variables = optimizer.variables();
  if (const std::string why = misfit(vars, variables); !why.empty()) {
    report.add(place, fmt::format("the state is not that of {} over these weights: {}; the optimizer {}",
                                  optimizer.class_name(), why, stays));
    return;
  }
  take(vars, variables, into);
}

namespace {

// As Keras has it: the rate is float64 where all weights are.
Tensor written(const Variable& variable, bool all_float64) {
  const Tensor value = variable.peek();
  return all_float64 && variable.name() == "learning_rate" ? value.astype(float64) : value;
}

}  // namespace

void write_optimizer(formats::Hdf5Writer& writer, const Model& model) {
  const optim::Optimizer& optimizer = model.optimizer();
  const std::string group = std::string(place) + "/vars";
  writer.add_group(group);
  writer.set_attribute(group, "name", optimizer.name());
  const std::vector<Variable> variables = optimizer.variables(), weights = model.trainable_weights();
  const bool all_float64 = !weights.empty() && std::all_of(weights.begin(), weights.end(), [](const Variable& weight) {
    return weight.dtype() == float64;
  });
  for (std::size_t i = 0; i < variables.size(); ++i)
    writer.add_dataset(fmt::format("{}/{}", group, i), written(variables[i], all_float64));
}

}  // namespace cornu::detail
