// Weights, vocabularies and optimizers' states, set between steps of training.
#include <cornu/framework/ops/ops.hpp>

#include <cornu/framework/tensor/random.hpp>
#include <cornu/framework/text/vocabulary_rows.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/sgd.hpp>
#include <functional>

#include "tests/failing_allocations/small_training.hpp"

namespace cornu::testing {

namespace {

using Change = std::function<void(SmallTraining&)>;

void add(std::vector<Case>& cases, const char* call, const Change& change) {
  const auto add_under = [&](const char* name, auto make) {
    cases.push_back({call, name, [make, change] {
                       const auto training = std::make_shared<SmallTraining>(make());
                       training->train(0, 5);
                       return Trial{[training, change] { change(*training); }, [training] { return training->state(); },
                                    [training] { return training->rest(); }};
                     }});
  };
  add_under("Adam", [] { return Handle<optim::Optimizer>("adam"); });
  add_under("Adam, average", [] { return Handle<optim::Optimizer>(optim::Adam({.use_ema = true})); });
  add_under("SGD, accumulates", [] {
    return Handle<optim::Optimizer>(
        optim::SGD({.learning_rate = 0.1, .momentum = 0.9, .gradient_accumulation_steps = 2}));
  });
}

}  // namespace

std::vector<Case> weight_cases() {
  std::vector<Case> cases;
  add(cases, "set_weights", [](SmallTraining& training) {
    std::vector<Tensor> weights;
    for (const Tensor& weight : training.model.get_weights()) weights.push_back(weight * 0.5);
    training.model.set_weights(weights);
  });
  add(cases, "set_weights, another dtype", [](SmallTraining& training) {
    std::vector<Tensor> weights;
    for (const Tensor& weight : training.model.get_weights()) weights.push_back(weight.astype(float64));
    training.model.set_weights(weights);
  });
  add(cases, "Variable::assign", [](SmallTraining& training) {
    training.table->weights()[0].assign(Tensor::ones({SmallTraining::words, 4}));
  });
  add(cases, "set_trainable", [](SmallTraining& training) { training.model.set_trainable(false); });
  add(cases, "resize_vocabulary", [](SmallTraining& training) {
    random::set_seed(2);
    training.table->resize_vocabulary(SmallTraining::words + 5);
  });
  add(cases, "remap_vocabulary", [](SmallTraining& training) {
    random::set_seed(2);
    std::vector<std::int64_t> rows;
    for (std::int64_t i = 0; i < SmallTraining::words; ++i) rows.push_back(i % 7 == 0 ? -1 : SmallTraining::words - i);
    rows[0] = 0;
    training.table->remap_vocabulary(rows);
  });
  add(cases, "Optimizer::finalize_variable_values",
      [](SmallTraining& training) { training.model.optimizer().finalize_variable_values(); });
  add(cases, "Optimizer::set_learning_rate",
      [](SmallTraining& training) { training.model.optimizer().set_learning_rate(0.5); });
  add(cases, "Optimizer::restore_row_state", [](SmallTraining& training) {
    const Variable table = training.table->weights()[0];
    training.model.optimizer().restore_row_state(table, training.model.optimizer().row_state(table));
  });
  add(cases, "Optimizer::build", [](SmallTraining& training) {
    static const Variable fresh(Tensor::ones({30, 2}), {.name = "fresh"});
    const Variable* const all[] = {&fresh};
    training.model.optimizer().build(all);
  });
  add(cases, "Sequential::add and pop", [](SmallTraining& training) {
    random::set_seed(2);
    training.model.add(layers::Dense(1));
    training.model.pop();
  });
  return cases;
}

}  // namespace cornu::testing
