// Parts of data, and trainings with names and callbacks.
#include <cornu/framework/autodiff/tape.hpp>

#include <cornu/framework/callbacks/csv_logger.hpp>
#include <cornu/framework/callbacks/early_stopping.hpp>
#include <cornu/framework/callbacks/learning_rate_scheduler.hpp>
#include <cornu/framework/callbacks/reduce_lr_on_plateau.hpp>
#include <cornu/framework/callbacks/terminate_on_nan.hpp>
#include <cornu/framework/data/k_fold.hpp>
#include <cornu/framework/data/to_categorical.hpp>
#include <cornu/framework/data/train_test_split.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/optimizer/clip_by_global_norm.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <functional>

#include "tests/failing_allocations/small_training.hpp"
#include "tests/support/temporary_folder.hpp"

namespace cornu::testing {

namespace {

// A call that gives something, and changes nothing.
Case giving(const char* call, const char* name, const std::function<State()>& give) {
  return {call, name, [give] {
            const auto given = std::make_shared<State>();
            return Trial{[given, give] { *given = give(); }, {}, [given] { return *given; }};
          }};
}

Tensor numbers() { return ops::reshape(Tensor::arange(0, 24, 1, float32), {8, 3}); }
Tensor labels() { return Tensor({0, 1, 2, 0, 1, 2, 0, 1}); }

void add_parts(std::vector<Case>& cases) {
  cases.push_back(giving("train_test_split", "stratified", [] {
    const auto [x, x_test, y, y_test] =
        train_test_split(numbers(), labels(), {.test_size = 3, .seed = 1, .stratify = labels()});
    return State{bits_of(x), bits_of(x_test), bits_of(y), bits_of(y_test)};
  }));
  cases.push_back(giving("k_fold", "shuffled", [] {
    State state;
    for (const TrainTest& fold : k_fold(8, 3, {.shuffle = true, .seed = 2}))
      state.push_back(bits_of(Tensor(fold.train)) + bits_of(Tensor(fold.test)));
    return state;
  }));
  cases.push_back(giving("to_categorical", "", [] { return State{bits_of(to_categorical(labels()))}; }));
  cases.push_back(giving("random::categorical", "", [] {
    random::set_seed(3);
    return State{bits_of(random::categorical(numbers() / 8, 5))};
  }));
}

State bits_of_clipped_gradients() {
  const Variable weight(numbers(), {.name = "weight"});
  GradientTape tape;
  const Tensor loss = ops::sum(ops::square(weight.value()));
  const auto [clipped, norm] = optim::clip_by_global_norm(tape.gradient(loss, std::vector<Variable>{weight}), 1);
  return {bits_of(clipped[0].to_dense()), bits_of(norm)};
}

Model two_outputs() {
  const auto features = Input({.shape = {3}, .name = "features"});
  const auto hidden = layers::Dense(4, "relu")(features);
  Model model({features}, {layers::Dense(1, {.name = "price"})(hidden),
                           layers::Dense(3, {.activation = "softmax", .name = "kind"})(hidden)});
  model.compile({.optimizer = "adam",
                 .loss = {{"price", "mse"}, {"kind", "sparse_categorical_crossentropy"}},
                 .loss_weights = {{"price", 1.0}, {"kind", 0.2}},
                 .metrics = {{"kind", {"accuracy"}}}});
  return model;
}

Tensor prices() { return ops::reshape(Tensor::arange(0, 8, 1, float32), {8, 1}); }

Case names_case() {
  return {"train_on_batch", "by names", [] {
            random::set_seed(1);
            const auto model = std::make_shared<Model>(two_outputs());
            const auto state = [model] { return bits_of(model->get_weights()); };
            return Trial{[model] {
                           model->train_on_batch({{"features", numbers()}}, {{"price", prices()}, {"kind", labels()}},
                                                 {.class_weight = {{"kind", {{0, 1.0}, {2, 2.0}}}}});
                         },
                         state, state};
          }};
}

struct Watched {
  TemporaryFolder folder;
  SmallTraining training;

  std::vector<Callback> all() const {
    return {
        callbacks::CSVLogger(folder.path("log.csv")),
        callbacks::EarlyStopping({.monitor = "loss", .patience = 2, .restore_best_weights = true}),
        callbacks::LearningRateScheduler([](std::int64_t epoch, double rate) { return epoch < 2 ? rate : rate / 2; }),
        callbacks::ReduceLROnPlateau({.monitor = "mae", .factor = 0.5, .patience = 1}), callbacks::TerminateOnNaN()};
  }
};

// Where it fails, epochs have been trained and logged: only its errors are looked at.
Case callbacks_case() {
  return {"fit with callbacks", "", [] {
            const auto watched = std::make_shared<Watched>();
            return Trial{[watched] {
              watched->training.model.fit(SmallTraining::x(5, 16), SmallTraining::y(5, 16),
                                          {.batch_size = 8, .epochs = 3, .verbose = 0, .callbacks = watched->all()});
            }};
          }};
}

}  // namespace

std::vector<Case> data_cases() {
  std::vector<Case> cases;
  add_parts(cases);
  cases.push_back(giving("clip_by_global_norm", "", bits_of_clipped_gradients));
  cases.push_back(names_case());
  cases.push_back(callbacks_case());
  return cases;
}

}  // namespace cornu::testing
