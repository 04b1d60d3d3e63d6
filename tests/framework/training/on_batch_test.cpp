// What predict and the *_on_batch functions promise besides their numbers.
#include <doctest/doctest.h>

#include <thread>

#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/regularization/dropout.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/line.hpp"

using namespace cornu;
using layers::Dense;
namespace line = testing::line;

TEST_CASE("train_on_batch is a fit of one batch, test_on_batch an evaluation, predict_on_batch a prediction") {
  Sequential by_fit = line::model(), by_batch = line::model();
  const History history =
      by_fit.fit(line::x(), line::y(), {.batch_size = 21, .epochs = 2, .verbose = 0, .shuffle = false});
  for (const double expected : history["loss"])
    CHECK(by_batch.train_on_batch(line::x(), line::y())["loss"] == expected);
  CHECK(line::same(by_fit.get_weights(), by_batch.get_weights()));
  const Logs logs = by_batch.test_on_batch(line::x(), line::y()), evaluated = by_fit.evaluate(line::x(), line::y());
  for (const char* key : {"loss", "mae"}) CHECK(logs[key] == evaluated[key]);
  CHECK(ops::array_equal(by_batch.predict_on_batch(line::x()), by_fit.predict(line::x())));
  const Tensor labels = ops::cast(ops::greater(line::y(), 0), int32);
  CHECK(by_batch.test_on_batch(line::x(), labels, {.class_weight = {{0, 0}, {1, 0}}})["loss"] == 0);
  CHECK(by_batch.test_on_batch(line::x(), labels, {.sample_weight = Tensor::zeros({21})})["loss"] == 0);
}

TEST_CASE("train_on_batch and test_on_batch: each call has the figures of its batch alone, as Keras") {
  Sequential model{Dense(1, {.use_bias = false, .kernel_initializer = "zeros"})};
  model.compile(optim::SGD({.learning_rate = 0}), "mse", {"mse"});
  const Tensor x = Tensor::ones({1, 1});
  for (const double error : {1., 3., 5.})
    for (const Logs& logs :
         {model.train_on_batch(x, Tensor::full({1, 1}, error)), model.test_on_batch(x, Tensor::full({1, 1}, error))})
      for (const char* key : {"loss", "mse"}) CHECK(logs[key] == error * error);
}

TEST_CASE("train_on_batch: one model takes labels (n,) and (n, 1)") {
  Sequential model = line::model();
  model.compile(optim::SGD({.learning_rate = 0}), "mse", {"mae"});
  const Logs column = model.train_on_batch(line::x(), line::y());
  const Logs flat = model.train_on_batch(line::x(), ops::reshape(line::y(), {21}));
  for (const char* key : {"loss", "mae"}) CHECK(flat[key] == column[key]);
}

TEST_CASE("train_on_batch: labels must fit these data, whatever the data before were, and the layers as they are now") {
  Sequential model{layers::Embedding(9, 2), layers::Dense(1)};
  model.compile("sgd", "mse");
  const auto ids = [](std::int64_t length) { return Tensor::zeros({2, length}, int32); };
  for (const std::int64_t length : {3, 5, 3}) {
    model.train_on_batch(ids(length), Tensor::zeros({2, length, 1}));
    CHECK_THROWS_AS(model.train_on_batch(ids(length), Tensor::zeros({2, 4, 1})), ShapeError);
  }
  model.add(layers::Dense(2));
  model.train_on_batch(ids(3), Tensor::zeros({2, 3, 2}));
  CHECK_THROWS_AS(model.train_on_batch(ids(3), Tensor::zeros({2, 3, 1})), ShapeError);
}

TEST_CASE("predict: batches give what all samples at once give, and nothing gives nothing") {
  Sequential model = line::model();
  const Tensor whole = model.predict(line::x(), {.batch_size = 100});
  CHECK(ops::all_close(model.predict(line::x(), {.batch_size = 4}), whole, 1e-6, 1e-7));
  CHECK(model.predict(line::x(), {.batch_size = 4, .steps = 2}).shape() == Shape{8, 1});
  CHECK(model.predict(Tensor::zeros({0, 3})).shape() == Shape{0, 1});
  CHECK_THROWS_AS(model.predict(Tensor(1.f)), ShapeError);
  CHECK_THROWS_AS(model.predict(Tensor()), ShapeError);
}

TEST_CASE("predict: several threads at once get what one gets") {
  random::set_seed(2);
  Sequential model{layers::Embedding(50, 8, {.mask_zero = true}), layers::GlobalAveragePooling1D(), Dense(8, "relu"),
                   layers::Dropout(0.5), Dense(1, "sigmoid")};
  const Tensor ids = random::randint({200, 12}, 0, 50);
  const Tensor expected = model.predict(ids);
  std::vector<int> equal(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < equal.size(); ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) equal[t] += ops::array_equal(model.predict(ids), expected);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(equal == std::vector<int>(4, 20));
}

TEST_CASE("evaluate and predict: options out of range are refused") {
  Sequential model = line::model();
  CHECK_THROWS_AS(model.evaluate(line::x(), line::y(), {.batch_size = 0}), ValueError);
  CHECK_THROWS_AS(model.evaluate(line::x(), line::y(), {.steps = 0}), ValueError);
  CHECK_THROWS_AS(model.predict(line::x(), {.batch_size = 0}), ValueError);
  CHECK_THROWS_AS(model.predict(line::x(), {.steps = -1}), ValueError);
  CHECK_THROWS_AS(model.evaluate(line::x(), ops::slice(line::y(), 0, {.stop = 3})), ShapeError);
}
