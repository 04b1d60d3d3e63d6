#include <cornu/framework/model/model.hpp>

#include <doctest/doctest.h>

#include <algorithm>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/merging/add.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/merging/multiply.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/reshaping/flatten.hpp>

#include "tests/framework/model/graph_models.hpp"

using namespace cornu;
using layers::Add, layers::Concatenate, layers::Dense, layers::Embedding, layers::GlobalAveragePooling1D;
using testing::ids, testing::names_of, testing::numbers, testing::Pair;
using Names = std::vector<std::string>;

namespace {

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), ops::array_equal);
}

}  // namespace

TEST_CASE("functional: computes what its layers compute") {
  Pair pair;
  Model model({pair.question, pair.answer}, {pair.score, pair.both});
  const Tensor qs({{1, 2, 0}, {5, 0, 0}}), as({{3}, {0}});
  const auto [scores, both] = model.predict_all({qs, as}).unpack<2>();
  const Tensor table = pair.embedding->embeddings();
  const auto row = [&](std::int64_t id) { return ops::select(table, 0, id); };
  const Tensor first = ops::concatenate({(row(1) + row(2)) / 2, row(3)}, 0);
  CHECK(ops::all_close(ops::select(both, 0, 0), first));
  CHECK(ops::all_close(ops::select(both, 0, 1), ops::concatenate({row(5), Tensor::zeros({3})}, 0)));
  CHECK(scores.shape() == Shape{2, 1});
}

TEST_CASE("functional: predict is for one output, predict_all for several") {
  Pair pair;
  Model model({pair.question, pair.answer}, {pair.score, pair.q});
  const Tensors data{random::randint({5, 4}, 0, 6), random::randint({5, 2}, 0, 6)};
  CHECK_THROWS_WITH_AS(model.predict(data),
                       "[predict] the model has several outputs; got predict for score, embedding; use predict_all",
                       StateError);
  const Tensors whole = model.predict_all(data), parts = model.predict_all(data, {.batch_size = 2});
  REQUIRE(parts.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) CHECK(ops::array_equal(whole[i], parts[i]));
  CHECK_THROWS_AS(model(data), StateError);
  Model one({pair.question, pair.answer}, pair.score);
  CHECK(ops::array_equal(one.predict(data), whole[0]));
  CHECK(ops::array_equal(one.predict_on_batch(data), whole[0]));
  CHECK(ops::array_equal(one(data), whole[0]));
}

TEST_CASE("functional: data are cast and given a last axis of 1, or rid of it, as the inputs were declared") {
  const auto x = numbers(1, "x"), words = ids("words");
  Model model({x, words}, {Dense(1)(x), Embedding(6, 3)(words)});
  const Tensor narrow({1.f, 2.f}), whole_numbers = Tensor({{1, 2}, {3, 4}});
  const Tensors expected = model.predict_all({ops::expand_dims(narrow, 1), whole_numbers});
  const Tensors others = model.predict_all({narrow.astype(float64), ops::expand_dims(whole_numbers.astype(int64), -1)});
  for (std::size_t i = 0; i < 2; ++i) CHECK(ops::array_equal(others[i], expected[i]));
  CHECK(model.predict_all({Tensor::zeros({0, 1}), Tensor::zeros({0, 5}, int32)})[1].shape() == Shape{0, 5, 3});
}

TEST_CASE("functional: data that do not fit are refused by the input's name") {
  Pair pair;
  Model model({pair.question, pair.answer}, pair.score);
  model.compile("sgd", "mse");
  const Tensor qs = Tensor::ones({4, 5}, int32), as = Tensor::ones({4, 2}, int32), y = Tensor::ones({4, 1});
  CHECK_THROWS_WITH_AS(model.predict(qs), "[predict] another number of inputs; got 1; expected 2: question, answer",
                       ValueError);
  CHECK_THROWS_WITH_AS(model(qs), "[Functional] another number of inputs; got 1; expected 2: question, answer",
                       ValueError);
  CHECK_THROWS_WITH_AS(model.fit({qs, as, as}, y), doctest::Contains("[fit] another number of inputs; got 3"),
                       ValueError);
  CHECK_THROWS_WITH_AS(model.fit({qs, as}, {y, y}), "[fit] another number of targets; got 2; expected 1: score",
                       ValueError);
  CHECK_THROWS_WITH_AS(model.predict({qs, Tensor::ones({4, 2, 3}, int32)}),
                       "[Functional] input 'answer' has another shape; got (4, 2, 3); expected (None, None)",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      model.fit({qs, Tensor::ones({3, 2}, int32)}, y),
      "[fit] input 'question' and input 'answer' have different numbers of samples; got (4, 5) and (3, "
      "2); expected one input a sample",
      ShapeError);
  CHECK_THROWS_WITH_AS(model.fit({qs, as}, Tensor::ones({3, 1})),
                       "[fit] input 'question' and y have different numbers of samples; got (4, 5) and (3, 1); "
                       "expected one target a sample",
                       ShapeError);
  CHECK_THROWS_WITH_AS(model.fit({qs, Tensor()}, y),
                       doctest::Contains("input 'answer' holds nothing; got a default-constructed Tensor"), ShapeError);
  const auto x = numbers(3, "x");
  CHECK_THROWS_WITH_AS(Model(x, Dense(1)(x)).predict(Tensor::ones({2, 4})),
                       "[Functional] input 'x' has another shape; got (2, 4); expected (None, 3)", ShapeError);
}

TEST_CASE("functional: ids that the input's dtype does not hold are refused, by every way into the model") {
  const auto words = ids("words");
  Model model(words, layers::GlobalAveragePooling1D()(Embedding(5, 2)(words)));
  model.compile("sgd", "mse");
  const Tensor y = Tensor::ones({2, 2}), beyond({{1L, 4294967297L}, {0L, 0L}});
  const char* const text =
      "[Functional] input 'words': 4294967297 at (0, 1) is too large for int32; expected -2147483648 … 2147483647; use "
      "int64";
  CHECK_THROWS_WITH_AS(model.predict(beyond), text, IndexError);
  CHECK_THROWS_WITH_AS(model.predict(beyond, {.batch_size = 1}), text, IndexError);
  CHECK_THROWS_WITH_AS(model(beyond), text, IndexError);
  CHECK_THROWS_WITH_AS(model.fit(beyond, y, {.verbose = 0}), text, IndexError);
  CHECK_THROWS_WITH_AS(model.evaluate(beyond, y), text, IndexError);
  CHECK_THROWS_AS(model.train_on_batch(beyond, y), IndexError);
  CHECK_THROWS_AS((Sequential{std::move(model), Dense(1)}.predict(beyond)), Error);
  CHECK_THROWS_WITH_AS(Model(words, Embedding(5, 2)(words)).predict(Tensor({{0.25f}})),
                       "[Functional] the data are floats; got 0.25 at (0, 0); expected whole numbers; give input "
                       "'words' a float dtype",
                       IndexError);
}

TEST_CASE("functional: all data are looked at before the first step") {
  Pair pair;
  Model model({pair.question, pair.answer}, pair.score);
  model.compile("sgd", "mse");
  const std::vector<Tensor> before = model.get_weights();
  Tensor late = Tensor::ones({64, 2}, int32);
  late.mutable_data<std::int32_t>()[127] = 6;
  CHECK_THROWS_WITH_AS(model.fit({Tensor::ones({64, 3}, int32), late}, Tensor::ones({64, 1}), {.verbose = 0}),
                       doctest::Contains("[Embedding 'embedding'] id 6 at (63, 1)"), IndexError);
  CHECK(same(model.get_weights(), before));
}

TEST_CASE("functional: a model and a Sequential are layers of other models") {
  Pair pair;
  const auto scoring = std::make_shared<Model>(SymbolicTensors{pair.question, pair.answer}, pair.score);
  Sequential tail{Dense(3, "relu"), Dense(1)};
  const auto a = ids("a"), b = ids("b"), c = ids("c");
  const auto ab = (*scoring)({a, b}), ac = (*scoring)({a, c});
  Model model({a, b, c}, std::move(tail)(Concatenate()({ab, ac})));
  CHECK(names_of(model) == Names{"a", "b", "c", "functional", "concatenate", "sequential"});
  CHECK(model.weights().size() == 3 + 4);
  const Tensors data{Tensor({{1, 2}}), Tensor({{3}}), Tensor({{4, 5, 0}})};
  const Tensor scores =
      ops::concatenate({scoring->predict({data[0], data[1]}), scoring->predict({data[0], data[2]})}, 1);
  CHECK(ops::array_equal(model.predict(data), static_cast<Model&>(model.get_layer("sequential")).predict(scores)));
}

TEST_CASE("functional: a model of several outputs inside another gives them all") {
  const auto x = numbers(2, "x");
  Model inner(x, {Dense(3)(x), Dense(1)(x)}, {.name = "inner"});
  const auto y = numbers(2, "y");
  const auto [wide, narrow] = std::move(inner).all_outputs(y).unpack<2>();
  Model model(y, layers::Multiply()({wide, narrow}));
  CHECK(model.predict(Tensor::ones({4, 2})).shape() == Shape{4, 3});
  CHECK(names_of(model) == Names{"y", "inner", "multiply"});
}

TEST_CASE("functional: masks pass through models") {
  const auto words = ids();
  Model embed(words, Dense(3)(Embedding(6, 3, {.mask_zero = true})(words)));
  const auto text = ids("text");
  const auto vectors = std::move(embed)(text);
  CHECK_THROWS_WITH_AS(layers::Flatten()(vectors), doctest::Contains("the mask that Functional made"), StateError);
  Model model(text, GlobalAveragePooling1D()(vectors));
  CHECK(ops::all_close(model.predict(Tensor({{4, 0, 0}})), model.predict(Tensor({{4}}))));
}

TEST_CASE("functional: the gradients of a layer's calls add") {
  Pair pair;
  Model model({pair.question, pair.answer},
              Add()({GlobalAveragePooling1D()(pair.q), GlobalAveragePooling1D()(pair.a)}));
  GradientTape tape;
  const Tensor y = model({Tensor({{1, 2}}), Tensor({{2, 0}})});
  // id 1 is half of the question, id 2 the other half and all of the answer
  const Tensor gradient = tape.gradient(ops::sum(y), pair.embedding->embeddings()).to_dense();
  const Tensor by_id = ops::select(gradient, 1, 0);
  CHECK(ops::array_equal(by_id, Tensor({0.f, .5f, 1.5f, 0.f, 0.f, 0.f})));
}

TEST_CASE("functional: an output may be an input, or be there twice") {
  const auto x = numbers(1, "x");
  const auto y = Dense(1, {.name = "y"})(x);
  Model model(x, {y, x, y});
  const Tensors outputs = model.predict_all(Tensor({{2.f}}));
  CHECK(outputs[1].item<double>() == 2);
  CHECK(ops::array_equal(outputs[0], outputs[2]));
  model.compile("sgd", "mse");
  const Tensor zero({{0.f}});
  const Logs figures = model.evaluate(Tensor({{2.f}}), {zero, zero, zero});
  CHECK(figures["x_loss"] == 4);
  CHECK(figures["y_loss"] == figures["y_1_loss"]);
}
