// One training step, under every optimizer.
#include <cornu/framework/weights/constraints.hpp>

#include <cornu/optim/adam.hpp>
#include <cornu/optim/lamb.hpp>
#include <cornu/optim/muon.hpp>
#include <cornu/optim/sgd.hpp>
#include <functional>

#include "tests/failing_allocations/small_training.hpp"
#include "tests/support/optimizer_cases.hpp"

namespace cornu::testing {

namespace {

using Make = std::function<Handle<optim::Optimizer>()>;

struct StepOptions {
  SmallOptions model = {};
  int before = 5;          // steps before the one that is disturbed
  bool is_shared = false;  // somebody holds weights and slots, so that an update has to copy them
};

std::vector<Tensor> values_of(const SmallTraining& training) {
  std::vector<Tensor> values;
  for (const Variable& variable : training.model.weights()) values.push_back(variable.peek());
  for (const Variable& variable : training.model.optimizer().variables()) values.push_back(variable.peek());
  return values;
}

Case step_case(const char* call, std::string name, const Make& make, const StepOptions& options = {}) {
  const auto prepare = [make, options] {
    const auto training = std::make_shared<SmallTraining>(make(), options.model);
    training->train(0, options.before);
    const auto held = options.is_shared ? values_of(*training) : std::vector<Tensor>();
    const int next = options.before;
    return Trial{[training, next, held] { training->train(next, next + 1); }, [training] { return training->state(); },
                 [training] { return training->rest(); }};
  };
  return {call, std::move(name), prepare};
}

// Nadam's first 32 updates visit every row.
int steps_before(const std::string& name) { return name.find("Nadam") == std::string::npos ? 5 : 41; }

template <class O, class Options>
void add_with_options_of_its_own(std::vector<Case>& cases, const std::string& name, const Options& given) {
  const auto add = [&](const std::string& how, auto change, const StepOptions& options = {}) {
    Options changed = given;
    change(changed);
    cases.push_back(step_case(
        "train_on_batch, more options", name + ", " + how, [changed] { return Handle<optim::Optimizer>(O(changed)); },
        options));
  };
  const auto accumulate = [](Options& o) { o.gradient_accumulation_steps = 4; };
  const auto overwrite = [](Options& o) {
    o.use_ema = true;
    o.ema_overwrite_frequency = 6;
  };
  const auto nothing = [](Options&) {};
  add("average overwrites the weights", overwrite);
  add("accumulates on", accumulate, {.before = 5});
  add("accumulates on, with average",
      [](Options& o) {
        o.gradient_accumulation_steps = 4;
        o.use_ema = true;
      },
      {.before = 5});
  add("accumulates, updates, average overwrites", [](Options& o) {
    o.gradient_accumulation_steps = 3;
    o.use_ema = true;
    o.ema_overwrite_frequency = 2;
  });
  add("somebody holds all values", nothing, {.is_shared = true});
  add("somebody holds all values, average", overwrite, {.is_shared = true});
  add("somebody holds all values, accumulates", accumulate, {.before = 7, .is_shared = true});
  add("lazy rows", [](Options& o) { o.row_updates = optim::RowUpdates::lazy; });
  add("constrained kernel", nothing, {.model = {.kernel_constraint = "unit_norm"}});
  add("constrained kernel, accumulates on", accumulate, {.model = {.kernel_constraint = "unit_norm"}});
  add("constrained kernel, accumulates", accumulate, {.model = {.kernel_constraint = "unit_norm"}, .before = 7});
  add("constrained table", nothing, {.model = {.table_constraint = "non_neg"}});
  add("constrained table, accumulates", accumulate, {.model = {.table_constraint = "non_neg"}, .before = 7});
  add("max_norm", nothing, {.model = {.max_norm = 100}});
}

}  // namespace

std::vector<Case> optimizer_cases_of_steps() {
  std::vector<Case> cases;
  for (const OptimizerCase& c : optimizer_cases()) {
    cases.push_back(step_case("train_on_batch", c.name, c.make, {.before = steps_before(c.name)}));
    if (c.is_basic) cases.push_back(step_case("train_on_batch, the first", c.name, c.make, {.before = 0}));
  }
  add_with_options_of_its_own<optim::SGD>(cases, "SGD", optim::SGDOptions{.learning_rate = 0.02});
  add_with_options_of_its_own<optim::SGD>(cases, "SGD momentum",
                                          optim::SGDOptions{.learning_rate = 0.02, .momentum = 0.9});
  add_with_options_of_its_own<optim::Adam>(cases, "Adam", optim::AdamOptions{});
  add_with_options_of_its_own<optim::Lamb>(cases, "Lamb", optim::LambOptions{});
  add_with_options_of_its_own<optim::Muon>(cases, "Muon", optim::MuonOptions{});
  return cases;
}

}  // namespace cornu::testing
