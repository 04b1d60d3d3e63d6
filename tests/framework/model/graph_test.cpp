#include <cornu/framework/model/graph.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/merging/add.hpp>

#include "tests/framework/model/graph_models.hpp"

using namespace cornu;
using layers::Add, layers::Dense;
using testing::ids, testing::names_of, testing::numbers, testing::Pair;
using Names = std::vector<std::string>;

TEST_CASE("functional: layers stand in Keras's order, and are numbered in the order of the calls") {
  Pair pair;
  const Model model({pair.question, pair.answer}, pair.score);
  CHECK(names_of(model) == Names{"question", "answer", "embedding", "global_average_pooling1d",
                                 "global_average_pooling1d_1", "concatenate", "score"});
  CHECK(model.built());
  const auto x = numbers(2);
  const auto late = Dense(1)(x), early = Dense(3)(Dense(2)(x));
  CHECK(names_of(Model(x, {late, early})) == Names{"input_layer", "dense_1", "dense", "dense_2"});
}

TEST_CASE("functional: layers are numbered anew in each model, and keep the names they were given") {
  for (int i = 0; i < 2; ++i) {
    const auto x = numbers(2);
    CHECK(names_of(Model(x, Dense(1)(Dense(1, {.name = "dense"})(x)))) == Names{"input_layer", "dense", "dense_1"});
  }
  const auto x = numbers(2), y = numbers(2);
  const auto a = Dense(1)(x), b = Dense(1)(y);
  const Model first(x, a), second(y, b), both({x, y}, Add()({a, b}));
  CHECK(names_of(both) == Names{"input_layer", "input_layer_1", "dense", "dense_1", "add"});
}

TEST_CASE("functional: two layers of one given name are refused") {
  const auto x = numbers(2);
  const auto y = Dense(1, {.name = "d"})(Dense(1, {.name = "d"})(x));
  CHECK_THROWS_WITH_AS(Model(x, y), "[Model] two layers have one name; got a second 'd'; give each a name of its own",
                       ValueError);
}

TEST_CASE("functional: what leads from the inputs to the outputs must be given") {
  Pair pair;
  CHECK_THROWS_WITH_AS(Model(pair.question, pair.score),
                       "[Model] output 'score' needs another input, 'answer'; got the inputs question; expected all "
                       "that lead to the outputs",
                       ValueError);
  CHECK_THROWS_WITH_AS(Model({pair.question, pair.answer, numbers(2, "extra")}, pair.score),
                       "[Model] input 'extra' leads to none of the outputs; got the outputs score; leave it out",
                       ValueError);
  CHECK_THROWS_WITH_AS(Model({pair.question, pair.answer, pair.question}, pair.score),
                       "[Model] an input is given twice; got question, answer, question; expected each once, but "
                       "'question' is there again",
                       ValueError);
  CHECK_THROWS_WITH_AS(Model({}, pair.score), doctest::Contains("[Model] there are no inputs; got an empty list"),
                       ValueError);
  CHECK_THROWS_AS(Model({pair.question, pair.answer}, {}), ValueError);
  CHECK_THROWS_AS(Model(SymbolicTensor(), pair.score), StateError);
  CHECK_NOTHROW(Model({pair.answer, pair.question}, pair.score));
}

TEST_CASE("functional: one layer called twice has its weights once") {
  Pair pair;
  Model model({pair.question, pair.answer}, pair.score);
  CHECK(model.weights().size() == 3);
  CHECK(model.count_params() == 6 * 3 + 6 + 1);
  model.set_weights({Tensor::ones({6, 3}), Tensor::ones({6, 1}), Tensor::zeros({1})});
  CHECK(ops::all(ops::equal(pair.embedding->get_weights()[0], 1)).item<bool>());
}

TEST_CASE("functional: a model begins in the middle of a graph, too") {
  const auto x = numbers(2, "x");
  const auto hidden = Dense(3, {.name = "hidden"})(x), y = Dense(1, {.name = "y"})(hidden);
  Model whole(x, y), front(x, hidden), back(hidden, y);
  CHECK(names_of(back) == Names{"input_layer", "y"});
  const Tensor data = random::normal({4, 2});
  CHECK(ops::array_equal(back.predict(front.predict(data)), whole.predict(data)));
}

TEST_CASE("functional: layers are found by name, and called again from there") {
  Pair pair;
  const Model model({pair.question, pair.answer}, pair.score);
  const auto other = ids("other");
  Model vectors(other, model.get_layer("embedding")(other));
  CHECK(ops::array_equal(vectors.predict(Tensor({{5}})), ops::gather(pair.embedding->embeddings(), Tensor({{5}}))));
}

TEST_CASE("functional: moving a model keeps what it is") {
  const auto x = numbers(2);
  Model model(x, Dense(1)(x));
  model.compile("sgd", "mse");
  const Tensor data = random::normal({4, 2}), before = model.predict(data);
  Model moved = std::move(model);
  CHECK(ops::array_equal(moved.predict(data), before));
  CHECK(moved.evaluate(data, before)["loss"] == 0);
}

TEST_CASE("functional: a chain of 30,000 layers, its run and its end need no recursion") {
  const auto x = numbers(1);
  SymbolicTensor y = x;
  for (int i = 0; i < 30000; ++i) y = Add()(y);
  Model model(x, y);
  y = SymbolicTensor();
  CHECK(model.layers().size() == 30001);
  CHECK(model.predict(Tensor({{2.f}})).item<double>() == 2);
}
