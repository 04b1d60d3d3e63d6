// What fit tells callbacks and the log, and what a step leaves alone.
#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/model/sequential.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/captured_log.hpp"
#include "tests/support/line.hpp"

using namespace cornu;
using layers::Dense;
namespace line = testing::line;
using Epochs = std::vector<std::int64_t>;

// ── what a step leaves alone ────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("fit: a frozen layer stays as it is, has no slots, and the others are trained") {
  Sequential model = line::model();
  model.layers()[0]->set_trainable(false);
  model.compile("adam", "mse");
  const std::vector<Tensor> before = model.get_weights();
  model.fit(line::x(), line::y(), {.verbose = 0});
  const std::vector<Tensor> after = model.get_weights();
  CHECK(ops::array_equal(before[0], after[0]));
  CHECK(ops::array_equal(before[1], after[1]));
  CHECK_FALSE(ops::array_equal(before[2], after[2]));
  CHECK(model.optimizer().variables().size() == 2 + 2 * 2);
  model.set_trainable(false);
  const History history = model.fit(line::x(), line::y(), {.verbose = 0});
  CHECK(history["loss"].size() == 1);
  CHECK(line::same(model.get_weights(), after));
}

TEST_CASE("fit: a weight that the loss does not reach takes a zero gradient") {
  struct Spare : Layer<Spare> {
    void build(const Shape&) override { spare = add_weight({.name = "spare", .shape = {2}, .initializer = "ones"}); }
    Tensor call(const Tensor& input) override { return input; }
    Variable spare;
  };
  const auto fitted = [](const Handle<optim::Optimizer>& optimizer) {
    Sequential model{Spare(), Dense(1)};
    model.compile(optimizer, "mse");
    model.fit(line::x(), line::y(), {.batch_size = 21, .epochs = 3, .verbose = 0});
    return model.get_weights()[0];
  };
  CHECK(ops::array_equal(fitted("sgd"), Tensor({1.f, 1.f})));
  const float decayed = (1 - 0.5f * 0.5f) * (1 - 0.5f * 0.5f) * (1 - 0.5f * 0.5f);
  CHECK(ops::array_equal(fitted(optim::SGD({.learning_rate = 0.5, .weight_decay = 0.5})), Tensor({decayed, decayed})));
}

// Keras 3.15.1 on JAX: of the weights 0.8 and 0.64
TEST_CASE("fit: with use_ema the averages are the weights at the end") {
  Sequential model{Dense(1, {.use_bias = false, .kernel_initializer = "ones"})};
  model.compile(optim::SGD({.learning_rate = 0.1, .use_ema = true, .ema_momentum = 0.5}), "mse");
  const Tensor x = Tensor::ones({1, 1}), y = Tensor::zeros({1, 1});
  const History history = model.fit(x, y, {.epochs = 2, .verbose = 0});
  CHECK(history["loss"][1] == doctest::Approx(0.64));
  CHECK(model.get_weights()[0].item<float>() == doctest::Approx(0.72));
  CHECK(model.evaluate(x, y, {.verbose = 0})["loss"] == doctest::Approx(0.5184));
}

TEST_CASE("fit: reading weights in callbacks changes no bit") {
  const FitOptions plain{.batch_size = 4, .epochs = 2};
  FitOptions reading = plain;
  Sequential* model = nullptr;
  std::vector<std::vector<Tensor>> snapshots;
  reading.callbacks = {{.on_train_batch_end = [&](std::int64_t, const Logs&) {
    snapshots.push_back(model->get_weights());
    model->optimizer().variables();
  }}};
  reading.verbose = 0;
  Sequential watched = line::model();
  model = &watched;
  random::set_seed(1);
  watched.fit(line::x(), line::y(), reading);
  CHECK(line::same(watched.get_weights(), line::trained(plain)));
  CHECK(line::same(watched.get_weights(), snapshots.back()));
  CHECK_FALSE(line::same(snapshots[0], snapshots[1]));
}

TEST_CASE("fit: a step that fails leaves weights and optimizer as they were") {
  struct Fragile : metrics::Metric {
    Fragile() : Metric("fragile") {}
    void update_state(const Tensor&, const Tensor&, const Tensor&) override {
      if (++batches == 3) throw ValueError("fragile", "told to fail");
    }
    double result() const override { return 0; }
    void reset_state() override {}
    int batches = 0;
  };
  Sequential model = line::model();
  model.compile(optim::Adam({.learning_rate = 0.1}), "mse", {Fragile()});
  std::vector<Tensor> weights, state;
  const auto keep = [&](std::int64_t, const Logs&) {
    weights = model.get_weights();
    state.clear();
    for (const Variable& variable : model.optimizer().variables()) state.push_back(variable.peek());
  };
  CHECK_THROWS_AS(
      model.fit(line::x(), line::y(), {.batch_size = 4, .verbose = 0, .callbacks = {{.on_train_batch_end = keep}}}),
      ValueError);
  CHECK(model.optimizer().iterations() == 2);
  CHECK(line::same(model.get_weights(), weights));
  std::vector<Tensor> now;
  for (const Variable& variable : model.optimizer().variables()) now.push_back(variable.peek());
  CHECK(line::same(now, state));
}

// ── callbacks, stopping, signals ────────────────────────────────────────────────────────────────────────────────────

namespace {

Callback recording(std::vector<std::string>& calls) {
  const auto keys = [](const Logs& logs) {
    std::string text;
    for (const auto& [name, value] : logs) text += " " + name;
    return text;
  };
  Callback callback;
  callback.on_train_begin = [&, keys](const Logs& logs) { calls.push_back("train begin" + keys(logs)); };
  callback.on_train_end = [&, keys](const Logs& logs) { calls.push_back("train end" + keys(logs)); };
  callback.on_epoch_begin = [&, keys](std::int64_t epoch, const Logs& logs) {
    calls.push_back(fmt::format("epoch {} begin{}", epoch, keys(logs)));
  };
  callback.on_epoch_end = [&, keys](std::int64_t epoch, const Logs& logs) {
    calls.push_back(fmt::format("epoch {} end{}", epoch, keys(logs)));
  };
  callback.on_train_batch_begin = [&, keys](std::int64_t batch, const Logs& logs) {
    calls.push_back(fmt::format("batch {} begin{}", batch, keys(logs)));
  };
  callback.on_train_batch_end = [&, keys](std::int64_t batch, const Logs& logs) {
    calls.push_back(fmt::format("batch {} end{}", batch, keys(logs)));
  };
  return callback;
}

}  // namespace

TEST_CASE("callbacks: are called in Keras's order, with the figures so far") {
  std::vector<std::string> calls;
  Sequential model = line::model();
  model.fit(line::x(), line::y(),
            {.batch_size = 10,
             .epochs = 3,
             .verbose = 0,
             .callbacks = {recording(calls)},
             .validation_split = 0.3,  // 14 samples: batches of 10 and 4
             .initial_epoch = 1});
  CHECK(calls == std::vector<std::string>{
                     "train begin", "epoch 1 begin", "batch 0 begin", "batch 0 end loss mae", "batch 1 begin",
                     "batch 1 end loss mae", "epoch 1 end loss mae val_loss val_mae", "epoch 2 begin", "batch 0 begin",
                     "batch 0 end loss mae", "batch 1 begin", "batch 1 end loss mae",
                     "epoch 2 end loss mae val_loss val_mae", "train end loss mae val_loss val_mae"});
}

TEST_CASE("callbacks: several are called in the order they are given") {
  std::vector<std::string> calls;
  const auto say = [&](const char* text) {
    return Callback{.on_epoch_end = [&calls, text](std::int64_t, const Logs&) { calls.push_back(text); }};
  };
  line::model().fit(line::x(), line::y(), {.verbose = 0, .callbacks = {say("a"), {}, say("b")}});
  CHECK(calls == std::vector<std::string>{"a", "b"});
}

TEST_CASE("callbacks: figures that one adds are shown, told to all others, and in the history") {
  struct Doubled final : callbacks::Callback<Doubled> {
    void add_figures(std::int64_t epoch, Logs& logs) override {
      CHECK(logs.contains("val_loss"));
      logs.set("doubled", 2 * static_cast<double>(epoch));
    }
  };
  std::vector<double> told;
  const Callback first{.on_epoch_end = [&](std::int64_t, const Logs& logs) { told.push_back(logs["doubled"]); }};
  const testing::CapturedLog captured({});
  const History history = line::model().fit(
      line::x(), line::y(), {.epochs = 3, .verbose = 2, .callbacks = {first, Doubled()}, .validation_split = 0.3});
  CHECK(history["doubled"] == std::vector<double>{0, 2, 4});
  CHECK(told == history["doubled"]);
  CHECK(history.last()["doubled"] == 4);
  CHECK(captured.text().ends_with(" - doubled: 4.0000\n"));
}

TEST_CASE("callbacks: one of a class knows verbose, epochs and steps, and the model") {
  struct Asking final : callbacks::Callback<Asking> {
    explicit Asking(std::vector<std::int64_t>& into) : seen(into) {}
    void on_train_begin(const Logs&) override {
      seen = {params().verbose, params().epochs, params().steps, model().optimizer().iterations()};
    }
    std::vector<std::int64_t>& seen;
  };
  std::vector<std::int64_t> seen;
  line::model().fit(line::x(), line::y(),
                    {.batch_size = 10, .epochs = 4, .verbose = 0, .callbacks = {Asking(seen)}, .initial_epoch = 2});
  CHECK(seen == std::vector<std::int64_t>{0, 4, 3, 0});
  CHECK_THROWS_AS(Asking(seen).model(), StateError);
}

TEST_CASE("stop_training: ends after the batch, with that epoch's figures, and holds for one fit") {
  Sequential model = line::model();
  std::vector<std::string> calls;
  Callback stop;
  stop.on_train_batch_end = [&](std::int64_t batch, const Logs&) {
    if (batch == 1) model.stop_training();
  };
  const History history = model.fit(
      line::x(), line::y(), {.batch_size = 4, .epochs = 5, .verbose = 0, .callbacks = {stop, recording(calls)}});
  CHECK(history.epoch() == Epochs{0});
  CHECK(model.optimizer().iterations() == 2);
  CHECK(model.is_stopped());
  CHECK(calls.back() == "train end loss mae");
  CHECK(calls[calls.size() - 2] == "epoch 0 end loss mae");
  CHECK(model.fit(line::x(), line::y(), {.epochs = 2, .verbose = 0}).epoch() == Epochs{0, 1});
  CHECK_FALSE(model.is_stopped());
}

TEST_CASE("stop_training: at the end of an epoch no other begins, and at the beginning none does") {
  Sequential model = line::model();
  Callback stop{.on_epoch_end = [&](std::int64_t epoch, const Logs&) {
    if (epoch == 1) model.stop_training();
  }};
  CHECK(model.fit(line::x(), line::y(), {.epochs = 5, .verbose = 0, .callbacks = {stop}}).epoch() == Epochs{0, 1});
  Callback never{.on_train_begin = [&](const Logs&) { model.stop_training(); }};
  CHECK(model.fit(line::x(), line::y(), {.epochs = 5, .verbose = 0, .callbacks = {never}}).epoch().empty());
}

TEST_CASE("callbacks: one that throws ends the training and the next begins afresh") {
  Sequential model = line::model();
  Callback failing{.on_train_batch_end = [](std::int64_t, const Logs&) { throw std::runtime_error("enough"); }};
  CHECK_THROWS_WITH(model.fit(line::x(), line::y(), {.verbose = 0, .callbacks = {failing}}), "enough");
  CHECK(model.optimizer().iterations() == 1);
  CHECK(model.fit(line::x(), line::y(), {.verbose = 0})["loss"].size() == 1);
}

TEST_CASE("callbacks: may evaluate, predict, change the learning rate and compile anew") {
  Sequential model = line::model();
  std::vector<double> seen;
  Callback callback;
  callback.on_epoch_end = [&](std::int64_t, const Logs&) {
    seen.push_back(model.evaluate(line::x(), line::y())["loss"]);
    model.predict(line::x());
    model.optimizer().set_learning_rate(0.05);
  };
  callback.on_train_end = [&](const Logs&) { model.compile("sgd", "mae"); };
  model.fit(line::x(), line::y(), {.epochs = 2, .verbose = 0, .callbacks = {callback}});
  CHECK(seen.size() == 2);
  CHECK(model.optimizer().class_name() == "SGD");
  Callback anew{.on_train_batch_begin = [&](std::int64_t, const Logs&) { model.compile("adam", "mse"); }};
  CHECK(model.fit(line::x(), line::y(), {.verbose = 0, .callbacks = {anew}})["loss"].size() == 1);
}

TEST_CASE("fit: the first loss that is no number is said in the log, once a fit") {
  testing::CapturedLog captured({});
  Sequential model = line::model();
  const Tensor nan = line::y() * std::nan("");
  const std::string text =
      "the loss of a batch is nan; look for such numbers in data, targets and weights, or take a smaller learning "
      "rate\n";
  model.fit(line::x(), line::y(), {.epochs = 2, .verbose = 0});
  CHECK(captured.take().empty());
  for (int repeat = 0; repeat < 2; ++repeat) {
    model.fit(line::x(), nan, {.batch_size = 4, .epochs = 2, .verbose = 0, .validation_split = 0.2});
    CHECK(captured.take() == text);
  }
  Sequential tested = line::model();
  tested.evaluate(line::x(), nan);
  CHECK(captured.take() == text);
  tested.train_on_batch(line::x(), nan);
  tested.test_on_batch(line::x(), nan);
  CHECK(captured.take().empty());
  testing::CapturedLog live({.live = true});
  line::model().fit(line::x(), nan, {.verbose = 0});
  CHECK(live.text() == "\n" + text);
}

// ── verbose ─────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("verbose: epochs are counted by number, from initial_epoch on") {
  testing::CapturedLog captured({});
  line::model().fit(line::x(), line::y(), {.epochs = 3, .verbose = 2, .initial_epoch = 1});
  CHECK(captured.text().starts_with("Epoch 2/3\n1/1 - 0s - "));
  CHECK(captured.text().find("\nEpoch 3/3\n1/1 - 0s - ") != std::string::npos);
}
