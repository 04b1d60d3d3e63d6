// What fit and evaluate promise besides their numbers.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include <cornu/framework/losses/regression.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/line.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using layers::Dense;
using testing::message_of;
namespace line = testing::line;
using Numbers = std::vector<double>;
using Epochs = std::vector<std::int64_t>;

// ── options of fit ──────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("fit: the loss falls, and the history has a number an epoch") {
  Sequential model = line::model();
  const History history = model.fit(line::x(), line::y(), {.epochs = 30, .verbose = 0});
  CHECK(history["loss"].size() == 30);
  CHECK(history["mae"].size() == 30);
  CHECK(history["loss"].back() < 0.2 * history["loss"].front());
}

TEST_CASE("evaluate: every step that a mask leaves counts alike in a metric, whatever the batches") {
  Sequential model{layers::Embedding(2, 1, {.mask_zero = true, .weights = Tensor({{0.F}, {3.F}})})};
  model.compile("sgd", "mse", {"mae"});
  const Tensor x({{1, 0}, {1, 1}}), y = ops::reshape(Tensor({1.F, 9.F, 2.F, 3.F}), {2, 2, 1});
  for (const std::int64_t batch_size : {1, 2})  // |3 − 1|, nothing, |3 − 2|, |3 − 3|
    CHECK(model.evaluate(x, y, {.batch_size = batch_size, .verbose = 0})["mae"] == doctest::Approx(1));
}

// Keras 3.15.1 on JAX; where a batch has as many samples as steps, Keras takes the weights for those of the
// steps: 3.3333333 and 11.3333333
TEST_CASE("evaluate: the loss is the mean of the batches by their sizes; a metric is that of the steps that count") {
  Sequential model{layers::Embedding(4, 1, {.mask_zero = true, .weights = Tensor({{0.F}, {1.F}, {2.F}, {3.F}})})};
  model.compile("sgd", "mse", {"mse"});
  const Tensor x({{1, 2}, {3, 0}}), y = Tensor::zeros({2, 2, 1});
  const auto figures = [&](std::int64_t batch_size, const ModelData& weights) {
    const Logs logs = model.evaluate(x, y, {.batch_size = batch_size, .verbose = 0, .sample_weight = weights});
    return std::pair(logs["loss"], logs["mse"]);
  };
  const auto check = [](const std::pair<double, double>& got, double loss) {
    CHECK(got.first == doctest::Approx(loss));
    CHECK(got.second == doctest::Approx(4.6666667));  // without weights
  };
  check(figures(1, {}), 5.75);
  check(figures(2, {}), 4.6666667);
  check(figures(1, Tensor({1.F, 0.F})), 1.25);
  check(figures(2, Tensor({1.F, 0.F})), 1.6666667);
  check(figures(1, Tensor({3.F, 1.F})), 8.25);
  check(figures(2, Tensor({3.F, 1.F})), 8);
}

TEST_CASE("fit: initial_epoch counts on from there") {
  Sequential model = line::model();
  CHECK(model.fit(line::x(), line::y(), {.epochs = 5, .verbose = 0, .initial_epoch = 3}).epoch() == Epochs{3, 4});
  CHECK(model.optimizer().iterations() == 2);
  CHECK(model.fit(line::x(), line::y(), {.epochs = 5, .verbose = 0, .initial_epoch = 5}).epoch().empty());
  CHECK(model.fit(line::x(), line::y(), {.epochs = 0, .verbose = 0}).epoch().empty());
}

TEST_CASE("fit: steps_per_epoch ends an epoch early, and no later than the data") {
  Sequential model = line::model();
  model.fit(line::x(), line::y(), {.batch_size = 4, .epochs = 2, .verbose = 0, .steps_per_epoch = 3});
  CHECK(model.optimizer().iterations() == 6);
  model.fit(line::x(), line::y(), {.batch_size = 4, .verbose = 0, .steps_per_epoch = 100});
  CHECK(model.optimizer().iterations() == 6 + 6);
}

TEST_CASE("fit: validation_split is validation_data of the last samples") {
  const Tensor first = ops::slice(line::x(), 0, {.stop = 14}), last = ops::slice(line::x(), 0, {.start = 14});
  const Tensor y_first = ops::slice(line::y(), 0, {.stop = 14}), y_last = ops::slice(line::y(), 0, {.start = 14});
  Sequential by_split = line::model(), by_data = line::model();
  const FitOptions options{.batch_size = 4, .epochs = 3, .verbose = 0, .shuffle = false};
  FitOptions split = options, data = options;
  split.validation_split = 0.33;  // 21 · 0.67 = 14.07
  data.validation_data = ValidationData{last, y_last};
  const History a = by_split.fit(line::x(), line::y(), split), b = by_data.fit(first, y_first, data);
  CHECK(line::same(by_split.get_weights(), by_data.get_weights()));
  for (const char* key : {"loss", "mae", "val_loss", "val_mae"}) CHECK(a[key] == b[key]);
  CHECK(b["val_loss"].back() == doctest::Approx(by_data.evaluate(last, y_last, {.batch_size = 4})["loss"]));
}

TEST_CASE("fit: validation_data may have any number of samples, and counts weights of its own") {
  Sequential model = line::model();
  const Tensor one = ops::slice(line::x(), 0, {.stop = 1}), y_one = ops::slice(line::y(), 0, {.stop = 1});
  const History history = model.fit(
      line::x(), line::y(),
      {.verbose = 0, .validation_data = ValidationData{one, y_one, Tensor({3.f})}, .validation_batch_size = 7});
  CHECK(history["val_loss"].back() == doctest::Approx(3 * model.evaluate(one, y_one)["loss"]));
}

TEST_CASE("fit: validation runs after each validation_freq-th epoch, on validation_steps batches") {
  Sequential model = line::model();
  const History history = model.fit(line::x(), line::y(),
                                    {.epochs = 5,
                                     .verbose = 0,
                                     .validation_data = ValidationData{line::x(), line::y()},
                                     .validation_steps = 1,
                                     .validation_batch_size = 5,
                                     .validation_freq = 2});
  CHECK(history["val_loss"].size() == 2);
  CHECK(history["loss"].size() == 5);
  Sequential still = line::model();
  still.compile(optim::SGD({.learning_rate = 0}), "mse");
  const History first = still.fit(line::x(), line::y(),
                                  {.verbose = 0,
                                   .validation_data = ValidationData{line::x(), line::y()},
                                   .validation_steps = 1,
                                   .validation_batch_size = 5});
  const double expected =
      still.evaluate(ops::slice(line::x(), 0, {.stop = 5}), ops::slice(line::y(), 0, {.stop = 5}))["loss"];
  CHECK(first["val_loss"].back() == doctest::Approx(expected));
}

TEST_CASE("fit: class_weight is a sample_weight, of the training part alone") {
  const Tensor labels = ops::cast(ops::greater(line::y(), 0), int32);
  const Tensor weights = ops::where(ops::equal(labels, 0), Tensor(0.25f), Tensor(1.f));  // class 1 is not named
  const auto fitted = [&](const FitOptions& options) {
    random::set_seed(1);
    Sequential model{Dense(1, "sigmoid")};
    model.compile(optim::SGD({.learning_rate = 0.5}), "binary_crossentropy");
    const History history = model.fit(line::x(), labels, options);
    return std::pair(model.get_weights(), history);
  };
  const FitOptions common{.epochs = 2, .verbose = 0, .validation_split = 0.5, .shuffle = false};
  FitOptions by_class = common, by_sample = common;
  by_class.class_weight = {{0, 0.25}, {7, 100}};
  by_sample.sample_weight = ops::reshape(weights, {21});
  const auto a = fitted(by_class), b = fitted(by_sample), plain = fitted(common);
  CHECK(line::same(a.first, b.first));
  CHECK_FALSE(line::same(a.first, plain.first));
  CHECK(a.second["loss"] == b.second["loss"]);
  CHECK(a.second["val_loss"] != b.second["val_loss"]);
}

TEST_CASE("fit: class_weight leaves labels that it does not name as they are, whatever they are") {
  Sequential model{Dense(1, {.kernel_initializer = "zeros"})};
  model.compile(optim::SGD({.learning_rate = 0}), "mse");
  const Tensor x = Tensor::ones({3, 1}), labels({{1.F}, {-1.F}, {7.F}});
  const History history = model.fit(x, labels, {.verbose = 0, .class_weight = {{1, 2}}});
  CHECK(history["loss"][0] == doctest::Approx((2 + 1 + 49) / 3.));
}

TEST_CASE("fit: class_weight and sample_weight multiply") {
  Sequential model = line::model();
  model.compile(optim::SGD({.learning_rate = 0}), "mse");
  const Tensor labels = ops::cast(ops::greater(line::y(), 0), int32);
  const Tensor sample = random::uniform({21}, 0, 2);
  const Tensor both = ops::reshape(ops::where(ops::equal(labels, 0), Tensor(0.25f), Tensor(3.f)), {21}) * sample;
  const Logs by_both = model.test_on_batch(line::x(), labels, {.sample_weight = both});
  const Logs by_each =
      model.test_on_batch(line::x(), labels, {.sample_weight = sample, .class_weight = {{0, 0.25}, {1, 3}}});
  CHECK(by_each["loss"] == doctest::Approx(by_both["loss"]).epsilon(1e-6));
}

TEST_CASE("fit: class_weight takes one-hot labels, and is refused for labels that are not classes") {
  const Tensor ids({0, 1, 2, 1}), x = Tensor::ones({4, 2});
  const auto loss = [&](const char* name, const Tensor& y) {
    Sequential model{Dense(3, {.activation = "softmax", .kernel_initializer = "ones"})};
    model.compile(optim::SGD({.learning_rate = 0}), name);
    return model.fit(x, y, {.verbose = 0, .class_weight = {{0, 2}, {1, 3}}})["loss"][0];
  };
  CHECK(loss("sparse_categorical_crossentropy", ids) == doctest::Approx(std::log(3) * (2 + 3 + 1 + 3) / 4));
  CHECK(loss("categorical_crossentropy", ops::one_hot(ids, 3)) == doctest::Approx(std::log(3) * 9 / 4));
  CHECK_THROWS_WITH_AS(line::model().fit(line::x(), line::y(), {.verbose = 0, .class_weight = {{0, 2}}}),
                       doctest::Contains("[fit] class_weight needs class ids or one-hot rows as labels; got "),
                       ValueError);
}

TEST_CASE("fit: class weights keep float64 whole") {
  const Tensor labels({{0}, {0}}), inputs({{1., 2.}, {3., 4.}});
  const auto loss = [&](double weight) {
    Sequential model{Dense(1, {.kernel_initializer = "ones", .dtype = float64})};
    model.compile(optim::SGD({.learning_rate = 0}), "mse");
    return model.fit(inputs, labels, {.verbose = 0, .class_weight = {{0, weight}}})["loss"][0];
  };
  CHECK(loss(0.1) == doctest::Approx(0.1 * loss(1)).epsilon(1e-14));
}

TEST_CASE("fit: weighted metrics see the sample weights, the others do not") {
  Sequential model = line::model();
  model.compile({.optimizer = optim::SGD({.learning_rate = 0}),
                 .loss = "mse",
                 .metrics = {"mae"},
                 .weighted_metrics = {"mae", "mse"}});
  Tensor weight = Tensor::zeros({21});
  weight.mutable_data<float>()[4] = 2;
  const Logs logs = model.evaluate(line::x(), line::y(), {.sample_weight = weight});
  const Tensor fifth = ops::slice(line::x(), 0, {.start = 4, .stop = 5}),
               target = ops::slice(line::y(), 0, {.start = 4, .stop = 5});
  const Logs of_fifth = model.evaluate(fifth, target), plain = model.evaluate(line::x(), line::y());
  CHECK(logs["weighted_mae"] == doctest::Approx(of_fifth["mae"]));
  CHECK(logs["mse"] == doctest::Approx(of_fifth["loss"]));
  CHECK(logs["mae"] == doctest::Approx(plain["mae"]));
  CHECK(logs["loss"] == doctest::Approx(2 * of_fifth["loss"] / 21));
}

// ── batches ─────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("fit: figures are averages over samples, the smaller last batch by its size") {
  Sequential model = line::model();
  model.compile(optim::SGD({.learning_rate = 0}), "mse", {"mae"});
  const Logs whole = model.evaluate(line::x(), line::y(), {.batch_size = 21});
  for (const std::int64_t batch_size : {1, 4, 20, 21, 1000}) {
    const History history = model.fit(line::x(), line::y(), {.batch_size = batch_size, .verbose = 0});
    CHECK(history["loss"][0] == doctest::Approx(whole["loss"]));
    CHECK(history["mae"][0] == doctest::Approx(whole["mae"]));
    CHECK(model.evaluate(line::x(), line::y(), {.batch_size = batch_size})["loss"] == doctest::Approx(whole["loss"]));
  }
}

TEST_CASE("fit: a step is taken for the smaller last batch, for batches of 1 and for one larger than the data") {
  for (const auto& [batch_size, steps] :
       {std::pair<std::int64_t, std::int64_t>{1, 21}, {4, 6}, {20, 2}, {21, 1}, {99, 1}}) {
    Sequential model = line::model();
    model.fit(line::x(), line::y(), {.batch_size = batch_size, .verbose = 0});
    CHECK(model.optimizer().iterations() == steps);
  }
}

TEST_CASE("fit: set_seed fixes the shuffling") {
  const FitOptions options{.batch_size = 4, .epochs = 2};
  CHECK(line::same(line::trained(options, 1), line::trained(options, 1)));
  CHECK_FALSE(line::same(line::trained(options, 1), line::trained(options, 2)));
  const FitOptions in_order{.batch_size = 4, .epochs = 2, .shuffle = false};
  CHECK(line::same(line::trained(in_order, 1), line::trained(in_order, 2)));
}

TEST_CASE("fit: an epoch sees every sample once, in another order each time, each with its target and weight") {
  struct Recorder : Layer<Recorder> {
    explicit Recorder(std::vector<float>* into) : seen(into) {}
    Tensor call(const Tensor& input) override {
      if (!input.is_symbolic())
        for (const float value : input.values<float>()) seen->push_back(value);
      return input;
    }
    std::vector<float>* seen;
  };
  std::vector<float> seen;
  Sequential model{Recorder(&seen)};
  model.compile("sgd", [](const Tensor& t, const Tensor& p) { return ops::mean(ops::abs(t - 2 * p), {.axis = -1}); });
  const Tensor numbers = ops::reshape(ops::cast(Tensor::arange(10), float32), {10, 1});
  CHECK(model.fit(numbers, numbers * 2, {.batch_size = 3, .epochs = 2, .verbose = 0})["loss"] == Numbers{0, 0});
  REQUIRE(seen.size() == 20);
  std::vector<float> first(seen.begin(), seen.begin() + 10), second(seen.begin() + 10, seen.end());
  CHECK(first != second);
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  CHECK(first == numbers.to_vector<float>());
  CHECK(second == first);
}

TEST_CASE("fit: a second fit goes on where the first stopped") {
  Sequential once = line::model(), twice = line::model();
  const FitOptions options{.batch_size = 7, .epochs = 4, .verbose = 0, .shuffle = false};
  once.fit(line::x(), line::y(), options);
  FitOptions half = options;
  half.epochs = 2;
  twice.fit(line::x(), line::y(), half);
  twice.fit(line::x(), line::y(), half);
  CHECK(line::same(once.get_weights(), twice.get_weights()));
}

// ── refusals ────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("fit: options out of range are refused before anything happens") {
  Sequential model = line::model();
  const std::vector<Tensor> before = model.get_weights();
  const auto refused = [&](const FitOptions& options) {
    return message_of<ValueError>([&] { model.fit(line::x(), line::y(), options); });
  };
  CHECK(refused({.batch_size = 0}) == "[fit] batch_size is too small; got 0; expected 1 or more");
  CHECK(refused({.verbose = 3}) == "[fit] unknown verbose; got 3; expected 0, 1 or 2");
  CHECK(refused({.initial_epoch = -1}).starts_with("[fit] initial_epoch is too small; got -1"));
  CHECK(refused({.steps_per_epoch = 0}).starts_with("[fit] steps_per_epoch is too small; got 0"));
  CHECK(refused({.validation_steps = 0}).starts_with("[fit] validation_steps is too small; got 0"));
  CHECK(refused({.validation_batch_size = -3}).starts_with("[fit] validation_batch_size is too small; got -3"));
  CHECK(refused({.validation_freq = 0}).starts_with("[fit] validation_freq is too small; got 0"));
  CHECK(refused({.validation_split = -0.1}).starts_with("[fit] validation_split"));
  CHECK(refused({.validation_split = std::nan("")}).starts_with("[fit] validation_split"));
  CHECK(refused({.validation_split = 0.999})
            .starts_with("[fit] validation_split leaves one side empty; got 0.999 of 21"));
  CHECK(line::same(model.get_weights(), before));
  CHECK(model.optimizer().iterations() == 0);
}

TEST_CASE("fit: data that do not fit together are refused before the first step") {
  Sequential model = line::model();
  const Tensor shorter = ops::slice(line::x(), 0, {.stop = 20});
  CHECK_THROWS_WITH_AS(
      model.fit(shorter, line::y()),
      "[fit] x and y have different numbers of samples; got (20, 3) and (21, 1); expected one target a "
      "sample",
      ShapeError);
  CHECK_THROWS_WITH_AS(model.fit(Tensor::zeros({0, 3}), Tensor::zeros({0, 1})), doctest::Contains("[fit] no samples"),
                       ValueError);
  CHECK_THROWS_AS(model.fit(Tensor(), line::y()), ShapeError);
  CHECK_THROWS_AS(model.fit(line::x(), Tensor(1.f)), ShapeError);
  CHECK_THROWS_AS(model.fit(Tensor::symbolic({21, 3}), line::y()), ShapeError);
  CHECK_THROWS_WITH_AS(model.fit(line::x(), Tensor::zeros({21, 2})), doctest::Contains("(21, 2)"), ShapeError);
  CHECK_THROWS_AS(model.fit(Tensor::zeros({21, 4}), line::y()), ShapeError);
  CHECK_THROWS_WITH_AS(model.fit(line::x(), line::y(), {.sample_weight = Tensor::ones({20})}),
                       "[fit] sample_weight does not fit y; got (20,) for y of (21, 1); expected one weight a sample",
                       ShapeError);
  CHECK_THROWS_WITH_AS(model.fit(line::x(), line::y(), {.validation_data = ValidationData{shorter, line::y()}}),
                       doctest::Contains("[fit, validation_data] x and y have different numbers"), ShapeError);
  CHECK_THROWS_AS(
      model.fit(line::x(), line::y(), {.validation_data = ValidationData{Tensor::zeros({21, 4}), line::y()}}),
      ShapeError);
  CHECK_THROWS_AS(
      model.fit(line::x(), line::y(), {.validation_data = ValidationData{line::x(), Tensor::zeros({21, 5})}}),
      ShapeError);
  CHECK(model.optimizer().iterations() == 0);
}

TEST_CASE("fit: a loss that is no single number is refused") {
  Sequential model = line::model();
  model.compile("sgd", losses::MeanSquaredError({.reduction = "none"}));
  CHECK_THROWS_WITH_AS(model.fit(line::x(), line::y(), {.verbose = 0}),
                       "[Sequential] the loss is not a scalar; got shape (21,); use a reduction other than none",
                       ShapeError);
}
