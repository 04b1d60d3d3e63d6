// Building, compiling, training, evaluating and predicting.
#include <cornu/framework/autodiff/tape.hpp>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/recurrent/bidirectional.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/regularization/dropout.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/sgd.hpp>
#include <functional>

#include "tests/failing_allocations/small_training.hpp"

namespace cornu::testing {

namespace {

constexpr std::int64_t samples = 24, batch_size = 8;

Tensor x() { return SmallTraining::x(3, samples); }
Tensor y() { return SmallTraining::y(3, samples); }
Tensor rows_of(const Tensor& all, std::int64_t batch) {
  std::vector<std::int64_t> rows;
  for (std::int64_t i = batch * batch_size; i < (batch + 1) * batch_size; ++i) rows.push_back(i);
  return ops::take(all, Tensor(rows), 0);
}

Model functional() {
  const auto ids = Input({.shape = {5}, .dtype = int32, .name = "ids"});
  const auto steps = layers::Embedding(60, 4, {.mask_zero = true})(ids);
  const auto states = layers::Bidirectional(layers::LSTM(3))(steps);
  const auto mean = layers::GlobalAveragePooling1D()(steps);
  return Model(ids, layers::Dense(1)(layers::Dropout(0.2)(layers::Concatenate()({states, mean}))));
}

State weights_of(Model& model) {
  State state{model.built() ? "built" : "not built"};
  std::vector<Tensor> values;
  for (const Variable& weight : model.weights()) values.push_back(weight.value());
  for (const std::string& bits : bits_of(values)) state.push_back(bits);
  return state;
}

Case build_case() {
  return {"build", "Sequential", [] {
            const auto training = std::make_shared<Sequential>(
                layers::Embedding(60, 4), layers::Bidirectional(layers::LSTM(3)), layers::Dense(1));
            return Trial{[training] {
                           random::set_seed(1);
                           training->build({None, 5});
                         },
                         [training] { return weights_of(*training); }, [training] { return weights_of(*training); }};
          }};
}

Case make_case() {
  return {"build", "a graph of layers", [] {
            const auto made = std::make_shared<std::unique_ptr<Model>>();
            return Trial{[made] {
                           random::set_seed(1);
                           *made = std::make_unique<Model>(functional());
                         },
                         {},
                         [made] { return weights_of(**made); }};
          }};
}

Case first_call_case() {
  return {"build", "by the first batch", [] {
            const auto model =
                std::make_shared<Sequential>(layers::Embedding(60, 4), layers::LSTM(3), layers::Dense(1));
            model->compile("adam", "mse");
            return Trial{[model] {
                           random::set_seed(1);
                           model->train_on_batch(SmallTraining::x(0), SmallTraining::y(0));
                         },
                         {},
                         [model] { return weights_of(*model); }};
          }};
}

Case compile_case() {
  return {"compile", "anew", [] {
            const auto training = std::make_shared<SmallTraining>();
            training->train(0, 3);
            return Trial{[training] {
                           training->model.compile("nadam", "mae", {"mse", "mae"});
                         },
                         [training] { return training->state(); }, [training] { return training->rest(); }};
          }};
}

using Make = std::function<Handle<optim::Optimizer>()>;

FitOptions fit_options() {
  return {.batch_size = batch_size,
          .epochs = 2,
          .verbose = 0,
          .validation_data = ValidationData{SmallTraining::x(4, 11), SmallTraining::y(4, 11)},
          .shuffle = false};
}

// One training that notes its state after each batch, and at the end.
std::vector<State> steps_of_fit(const Make& make) {
  SmallTraining training(make());
  std::vector<State> steps;
  FitOptions options = fit_options();
  options.callbacks = {{.on_train_batch_end = [&](std::int64_t, const Logs&) { steps.push_back(training.state()); }}};
  training.model.fit(x(), y(), options);
  steps.push_back(training.state());
  return steps;
}

// What is left to do after so many batches.
void go_on(SmallTraining& training, std::size_t done) {
  const std::int64_t batches = samples / batch_size, all = 2 * batches;
  for (auto i = static_cast<std::int64_t>(done); i < all; ++i)
    training.model.train_on_batch(rows_of(x(), i % batches), rows_of(y(), i % batches));
  training.model.optimizer().finalize_variable_values();
}

Case fit_case(std::string name, const Make& make) {
  const auto prepare = [make] {
    const auto training = std::make_shared<SmallTraining>(make());
    return Trial{[training] { training->model.fit(x(), y(), fit_options()); }, [training] { return training->state(); },
                 [training] { return training->rest(); }, [make] { return steps_of_fit(make); },
                 [training](std::size_t done) { go_on(*training, done); }};
  };
  return {"fit", std::move(name), prepare};
}

Case looking_case(const char* call, const std::function<State(Model&)>& look) {
  return {call, "between two steps of training", [look] {
            const auto training = std::make_shared<SmallTraining>();
            training->train(0, 5);
            const auto seen = std::make_shared<State>();
            return Trial{[training, seen, look] { *seen = look(training->model); },
                         [training] { return training->state(); },
                         [training, seen] {
                           State state = *seen;
                           for (const std::string& bits : training->rest()) state.push_back(bits);
                           return state;
                         }};
          }};
}

State bits_of_logs(const Logs& logs) {
  State state;
  for (const auto& [name, value] : logs) state.push_back(name + bits_of(Tensor(value)));
  return state;
}

// Closures that hold lists, a tape within a tape, watched tensors.
State bits_of_gradients() {
  const Tensor x({{0.5F, -1.F}, {2.F, 0.25F}});
  GradientTape outer;
  outer.watch(x);
  GradientTape inner({.persistent = true});
  inner.watch(x);
  const std::vector<Tensor> inputs{x, x * 2};
  const Tensor y = custom_gradient(inputs, ops::tanh(x) * inputs[1], [](const Tensor& d_y) {
    return std::vector<Tensor>{d_y * 3, d_y};
  });
  const Tensor z = ops::sum(ops::square(ops::concatenate({y, ops::gather(x, Tensor({1, 0, 1}))}, 0)));
  const Tensor first = inner.gradient(z, x).to_dense();
  return {bits_of(first), bits_of(outer.gradient(ops::sum(first), x).to_dense())};
}

Case tape_case() {
  return {"GradientTape", "a tape within a tape", [] {
            const auto seen = std::make_shared<State>();
            return Trial{[seen] { *seen = bits_of_gradients(); }, {}, [seen] { return *seen; }};
          }};
}

}  // namespace

std::vector<Case> training_cases() {
  return {
      build_case(),
      make_case(),
      first_call_case(),
      compile_case(),
      tape_case(),
      fit_case("Adam", [] { return Handle<optim::Optimizer>("adam"); }),
      fit_case("SGD, average",
               [] {
                 return Handle<optim::Optimizer>(optim::SGD({.learning_rate = 0.1, .momentum = 0.9, .use_ema = true}));
               }),
      looking_case("evaluate", [](Model& model) { return bits_of_logs(model.evaluate(x(), y())); }),
      looking_case("test_on_batch", [](Model& model) { return bits_of_logs(model.test_on_batch(x(), y())); }),
      looking_case("predict", [](Model& model) { return State{bits_of(model.predict(x(), {.batch_size = 5}))}; }),
      looking_case("get_weights", [](Model& model) { return bits_of(model.get_weights()); })};
}

}  // namespace cornu::testing
