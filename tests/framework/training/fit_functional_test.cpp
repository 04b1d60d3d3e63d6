#include <doctest/doctest.h>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/framework/model/graph_models.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using layers::Dense;
using testing::Pair, testing::TwoLines;

TEST_CASE("functional: training, its figures and what comes of it are Keras's") {
  const testing::Fixture keras("functional");
  Pair pair;
  Model model({pair.question, pair.answer}, {pair.score, Dense(3, "softmax", {.name = "words"})(pair.q)});
  std::vector<Tensor> start;
  for (int i = 0; i < 5; ++i) start.push_back(keras.tensor("weights/" + std::to_string(i)));
  model.set_weights(start);
  model.compile({.optimizer = optim::SGD({.learning_rate = 0.5}),
                 .loss = {"binary_crossentropy", "sparse_categorical_crossentropy"},
                 .loss_weights = {1, 0.25},
                 .metrics = {{"accuracy", "mae"}, {}},
                 .weighted_metrics = {{"mae"}, {"accuracy"}}});
  const Tensors x{keras.tensor("inputs/questions"), keras.tensor("inputs/answers")};
  const Tensors y{keras.tensor("targets/score"), keras.tensor("targets/words")};
  const History history = model.fit(x, y, {.batch_size = 4, .epochs = 2, .verbose = 0, .shuffle = false});
  for (const std::string& name : keras.names("history/")) {
    INFO(name);
    CHECK(ops::all_close(Tensor(history[name.substr(8)]), keras.tensor(name).astype(float64), 1e-5));
  }
  CHECK(history.series().size() == keras.names("history/").size() + 1);  // Keras on JAX loses a mask there
  for (int i = 0; i < 5; ++i)
    CHECK(ops::all_close(model.get_weights()[static_cast<std::size_t>(i)], keras.tensor("trained/" + std::to_string(i)),
                         1e-5, 1e-6));
  const Logs figures = model.evaluate(x, y, {.batch_size = 4});
  CHECK(figures.size() == keras.names("evaluate/").size());
  for (const std::string& name : keras.names("evaluate/"))
    CHECK(figures[name.substr(9)] == doctest::Approx(keras.scalar(name)).epsilon(1e-5));
  const auto [score, words] = model.predict_all(x).unpack<2>();
  CHECK(ops::all_close(score, keras.tensor("predict/score"), 1e-5, 1e-6));
  CHECK(ops::all_close(words, keras.tensor("predict/words"), 1e-5, 1e-6));
}

TEST_CASE("functional: a frozen layer stays, and learns again once it may") {
  Pair pair;
  Model model({pair.question, pair.answer}, pair.score);
  const Tensors x{random::randint({8, 4}, 1, 6), random::randint({8, 3}, 1, 6)};
  const Tensor y = random::randint({8, 1}, 0, 2);
  const auto table = [&] { return pair.embedding->get_weights()[0]; };
  const auto train = [&] {
    model.compile(optim::SGD({.learning_rate = 1}), "binary_crossentropy");
    model.fit(x, y, {.verbose = 0});
  };
  pair.embedding->set_trainable(false);
  const Tensor before = table(), kernel = model.get_weights()[1];
  train();
  CHECK(ops::array_equal(table(), before));
  CHECK_FALSE(ops::array_equal(model.get_weights()[1], kernel));
  CHECK(model.count_params({.trainable_only = true}) == 7);
  pair.embedding->set_trainable(true);
  train();
  CHECK_FALSE(ops::array_equal(table(), before));
}

TEST_CASE("functional: validation data are lists, too, or split off from lists") {
  TwoLines lines;
  lines.model.compile(optim::SGD({.learning_rate = 0}), "mse");
  const Tensor x({{1.f}, {1.f}, {1.f}, {3.f}}), y = Tensor::zeros({4, 1});
  const History given = lines.model.fit(
      lines.data, lines.zeros,
      {.verbose = 0, .validation_data = ValidationData{Tensor({{2.f}}), {Tensor({{0.f}}), Tensor({{0.f}})}}});
  CHECK(given["val_one_loss"].back() == 4);
  CHECK(given["val_two_loss"].back() == 16);
  const History split = lines.model.fit(x, {y, y}, {.verbose = 0, .validation_split = 0.25});
  CHECK(split["one_loss"].back() == 1);
  CHECK(split["val_one_loss"].back() == 9);
  const ValidationData wrong{Tensor({{2.f}}), Tensor({{0.f}})};
  CHECK_THROWS_WITH_AS(lines.model.fit(lines.data, lines.zeros, {.validation_data = wrong}),
                       "[fit, validation_data] another number of targets; got 1; expected 2: one, two", ValueError);
}
