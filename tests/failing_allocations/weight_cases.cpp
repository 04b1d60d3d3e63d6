// Weights, vocabularies and optimizers' states, set between steps of training.
#include <cornu/framework/ops/ops.hpp>

#include <cornu/framework/tensor/random.hpp>
#include <cornu/framework/text/vocabulary_rows.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/normalization/batch_normalization.hpp>
#include <cornu/layers/normalization/spectral_normalization.hpp>
#include <cornu/layers/shared.hpp>
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

// A layer that itself changes two weights in a call of training: both, or neither.
template <class Make>
void add_layer(std::vector<Case>& cases, const std::string& name, const Make& make) {
  const auto add_held = [&](const std::string& how, bool is_held) {
    cases.push_back({"a layer's own weights", name + how, [make, is_held] {
                       random::set_seed(3);
                       const auto layer = layers::shared(make());
                       const Tensor x = random::normal({6, 4});
                       const auto train = [layer, x] { return (*layer)(x, {.training = true}); };
                       train();
                       const auto held = is_held ? layer->get_weights() : std::vector<Tensor>();
                       return Trial{[train, held] { train(); }, [layer] { return bits_of(layer->get_weights()); },
                                    [layer, train] {
                                      State rest{bits_of(train())};
                                      for (std::string& bits : bits_of(layer->get_weights()))
                                        rest.push_back(std::move(bits));
                                      return rest;
                                    }};
                     }});
  };
  add_held("", false);
  add_held(", somebody holds them", true);
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
  add_layer(cases, "BatchNormalization", [] { return layers::BatchNormalization(); });
  add_layer(cases, "SpectralNormalization", [] { return layers::SpectralNormalization(layers::Dense(3)); });
  return cases;
}

}  // namespace cornu::testing
