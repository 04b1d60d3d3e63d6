#include <cornu/framework/saving/optimizer_file.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace cornu::detail {

using formats::Hdf5Object;

namespace {

constexpr const char* place = "/optimizer";

void build_slots(const Model& model) {
  const std::vector<Variable> weights = model.trainable_weights();
  std::vector<const Variable*> pointers;
  for (const Variable& weight : weights) pointers.push_back(&weight);
  model.optimizer().build(pointers);
}

// Under a scaled loss Keras keeps the optimizer within another one.
std::optional<Hdf5Object> vars_of(const Hdf5Object& group, LoadReport& report) {
  const auto inner = group.find("inner_optimizer/vars");
  if (inner)
    report.add(place, "the state is that of the optimizer inside LossScaleOptimizer; the loss is not scaled here");
  return inner ? inner : group.find("vars");
}

// What keeps the arrays from being the state of these variables; "" when they are.
std::string misfit(const Hdf5Object& vars, const std::vector<Variable>& variables) {
  const std::size_t arrays = vars.children().size();
  if (arrays != variables.size()) return fmt::format("got {} arrays; expected {}", arrays, variables.size());
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const auto array = vars.find(std::to_string(i));
    if (!array || array->dataset().shape() != variables[i].shape())
      return fmt::format("array {} is missing or not of the shape {} of '{}'", i, variables[i].shape(),
                         variables[i].name());
  }
  return "";
}

void take(const Hdf5Object& vars, const std::vector<Variable>& variables, Assignments& into) {
  for (std::size_t i = 0; i < variables.size(); ++i)
    into.add(variables[i], vars.at(std::to_string(i)).dataset().read());
}

}  // namespace

void read_optimizer(const std::optional<Hdf5Object>& group, const Model& model, Assignments& into, LoadReport& report) {
  optim::Optimizer& optimizer = model.optimizer();
  const char* const stays = optimizer.built() ? "keeps its state" : "begins anew";
  const auto vars = group ? vars_of(*group, report) : std::nullopt;
  if (!vars || vars->children().empty()) {
    report.add(place, fmt::format("the file has no state of the optimizer; {} {}", optimizer.class_name(), stays));
    return;
  }
  if (const auto name = vars->string_attribute("name"); name && *name != optimizer.name()) {
    report.add(place, fmt::format("the state is that of '{}', the optimizer is '{}', which {}", *name, optimizer.name(),
                                  stays));
    return;
  }
  // An optimizer that has not made an update yet has an iteration and a rate alone.
  const std::vector<Variable> before = optimizer.variables();
  if (!optimizer.built() && vars->children().size() == before.size() && misfit(*vars, before).empty())
    return take(*vars, before, into);
  build_slots(model);
  const std::vector<Variable> variables = optimizer.variables();
  if (const std::string why = misfit(*vars, variables); !why.empty()) {
    report.add(place, fmt::format("the state is not that of {} over these weights: {}; the optimizer {}",
                                  optimizer.class_name(), why, stays));
    return;
  }
  take(*vars, variables, into);
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
