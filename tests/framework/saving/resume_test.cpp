#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <cornu/framework/callbacks/backup_and_restore.hpp>
#include <cornu/framework/callbacks/model_checkpoint.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/regularization/dropout.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/nadam.hpp>
#include <cornu/optim/schedules/cosine_decay.hpp>
#include <cornu/optim/sgd.hpp>
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::Optimizer;

namespace {

constexpr std::int64_t words = 300;

struct Case {
  std::string name;
  std::function<Handle<Optimizer>()> optimizer;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const std::string name : {"sgd", "rmsprop", "adam", "adamw", "adagrad", "adadelta", "adamax", "nadam", "ftrl",
                                 "lion", "lamb", "adafactor", "muon", "schedulefreeadamw"})
    all.push_back({name, [name] { return Handle<Optimizer>(name); }});
  all.push_back({"momentum with decay", [] { return optim::SGD({.momentum = 0.9, .weight_decay = 0.01}); }});
  all.push_back({"averages", [] { return optim::Adam({.use_ema = true}); }});
  all.push_back({"accumulation", [] { return optim::Adam({.gradient_accumulation_steps = 3}); }});
  all.push_back({"schedule", [] {
                   return optim::Adam({.learning_rate = optim::schedules::CosineDecay(0.01, 100), .clipnorm = 1.0});
                 }});
  return all;
}

// An embedding whose rows are deferred, two kinds of dropout, shuffling.
std::unique_ptr<Sequential> make_model(const Handle<Optimizer>& optimizer) {
  random::set_seed(7);
  auto model = std::make_unique<Sequential>(
      layers::Embedding(words, 4, {.mask_zero = true}), layers::GlobalAveragePooling1D(), layers::Dropout(0.3),
      layers::Dense(4, "tanh"), layers::Dropout(0.2, {.seed = 5}), layers::Dense(1, "sigmoid"));
  model->compile(optimizer, "binary_crossentropy");
  return model;
}

struct Data {
  Tensor x, y;
};

Data make_data() {
  random::set_seed(1);
  Data data{random::randint({60, 4}, 0, words), random::randint({60, 1}, 0, 2)};
  return data;
}

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), ops::array_equal);
}

std::vector<Tensor> state_of(Model& model) {
  std::vector<Tensor> all = model.get_weights();
  for (const Variable& variable : model.optimizer().variables()) all.push_back(variable.peek());
  return all;
}

FitOptions epochs(std::int64_t first, std::int64_t last) {
  return {.batch_size = 8, .epochs = last, .verbose = 0, .initial_epoch = first};
}

}  // namespace

// fit() ends by writing averages into the weights, so that a model is saved within it: after the third epoch.
TEST_CASE("resume: three epochs, a file and three more give the bits of six epochs, under every optimizer") {
  const testing::TemporaryFolder folder;
  const Data data = make_data();
  for (const Case& each : cases()) {
    CAPTURE(each.name);
    const std::string path = folder.path("model.keras");
    const auto whole = make_model(each.optimizer());
    FitOptions options = epochs(0, 6);
    options.callbacks = {{.on_epoch_end = [&](std::int64_t epoch, const Logs&) {
      if (epoch == 2) whole->save(path);
    }}};
    whole->fit(data.x, data.y, options);

    random::set_seed(1234);  // whatever this process has drawn
    const auto loaded = load_model(path);
    loaded->fit(data.x, data.y, epochs(3, 6));
    CHECK(same(state_of(*loaded), state_of(*whole)));

    const auto undisturbed = make_model(each.optimizer());
    undisturbed->fit(data.x, data.y, epochs(0, 6));
    CHECK(same(state_of(*undisturbed), state_of(*whole)));
  }
}

TEST_CASE("BackupAndRestore: a training that stops after an epoch goes on to the bits of one that does not") {
  const testing::TemporaryFolder folder;
  const Data data = make_data();
  const auto whole = make_model("adam");
  whole->fit(data.x, data.y, epochs(0, 5));

  const std::string backup = folder.path("backup");
  const auto train = [&](Model& model, std::int64_t stop_after) {
    FitOptions options = epochs(0, 5);
    options.callbacks = {callbacks::BackupAndRestore(backup, {.delete_checkpoint = false})};
    options.callbacks.push_back({.on_epoch_end = [&, stop_after](std::int64_t epoch, const Logs&) {
      if (epoch == stop_after) throw std::runtime_error("killed");
    }});
    model.fit(data.x, data.y, options);
  };
  const auto first = make_model("adam");
  CHECK_THROWS_AS(train(*first, 1), std::runtime_error);
  random::set_seed(99);
  const auto second = make_model("adam");
  train(*second, 100);
  CHECK(same(state_of(*second), state_of(*whole)));
}

TEST_CASE("ModelCheckpoint: the best is saved, NaN is never the best, and the path holds figures") {
  const testing::TemporaryFolder folder;
  const Data data = make_data();
  const auto model = make_model("sgd");
  FitOptions options = epochs(0, 3);
  options.callbacks = {callbacks::ModelCheckpoint(folder.path("m_{epoch:02d}_{loss:.1f}.keras"))};
  const History history = model->fit(data.x, data.y, options);
  CHECK(folder.size() == 3);
  const auto last = load_model(folder.path(fmt::format("m_03_{:.1f}.keras", history["loss"].back())));
  CHECK(same(last->get_weights(), model->get_weights()));

  const testing::TemporaryFolder best_folder;
  const callbacks::ModelCheckpoint best(best_folder.path("best_{epoch}.keras"),
                                        {.monitor = "value", .save_best_only = true, .mode = "min"});
  const cornu::Callback functions = best;
  functions.set_model(*model);
  functions.on_train_begin({});
  std::int64_t epoch = 0;
  for (const double value : {std::nan(""), 3.0, 3.0, 2.0, std::nan(""), 2.5})
    functions.on_epoch_end(epoch++, {{"value", value}});
  CHECK(best.best() == 2.0);
  CHECK(best_folder.size() == 2);
  CHECK(std::filesystem::exists(best_folder.path("best_2.keras")));
  CHECK(std::filesystem::exists(best_folder.path("best_4.keras")));

  CHECK_THROWS_AS(callbacks::ModelCheckpoint("model.h5"), ValueError);
  CHECK_THROWS_AS(callbacks::ModelCheckpoint("m.keras", {.mode = "most"}), ValueError);
  CHECK_THROWS_AS(callbacks::BackupAndRestore(""), ValueError);
  CHECK_THROWS_AS(callbacks::BackupAndRestore(std::string("a\0b", 3)), ValueError);
}
