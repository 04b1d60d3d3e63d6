#include <doctest/doctest.h>

#include <algorithm>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/layer/list_layer.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/model/model_config.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/core/drop_mask.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/merging/add.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/merging/dot.hpp>
#include <cornu/layers/merging/multiply.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/reshaping/flatten.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using layers::Add;
using layers::Concatenate;
using layers::Dense;
using layers::Embedding;
using layers::GlobalAveragePooling1D;
using testing::message_of;
using Names = std::vector<std::string>;

namespace {

Names names_of(const Model& model) {
  Names names;
  for (const auto& layer : model.layers()) names.push_back(layer->name());
  return names;
}

SymbolicTensor ids(std::string name = {}) { return Input({.shape = {None}, .dtype = int32, .name = std::move(name)}); }

SymbolicTensor numbers(std::int64_t count, std::string name = {}) {
  return Input({.shape = {count}, .name = std::move(name)});
}

// Each of two texts pooled from one embedding, and what Dense makes of both.
struct Pair {
  std::shared_ptr<Embedding> embedding = std::make_shared<Embedding>(6, 3, layers::EmbeddingOptions{.mask_zero = true});
  SymbolicTensor question = ids("question"), answer = ids("answer");
  SymbolicTensor q = (*embedding)(question), a = (*embedding)(answer);
  SymbolicTensor both = Concatenate()({GlobalAveragePooling1D()(q), GlobalAveragePooling1D()(a)});
  SymbolicTensor score = Dense(1, "sigmoid", {.name = "score"})(both);
};

// The largest and the mean of each row: two outputs of one input.
class Extremes : public Layer<Extremes, ListLayer> {
 public:
  Tensors call(const Tensors& inputs, const CallContext&) override {
    return {ops::max(inputs[0], {.axis = -1, .keepdims = true}), ops::mean(inputs[0], {.axis = -1, .keepdims = true})};
  }
};

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), ops::array_equal);
}

}  // namespace

// ── symbolic tensors ────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("symbolic: Input knows shape, dtype and name") {
  const auto x = Input({.shape = {None, 3}, .batch_size = 8, .dtype = int64, .name = "x"});
  CHECK(x.shape() == Shape{8, None, 3});
  CHECK(x.dtype() == int64);
  CHECK(x.name() == "x");
  CHECK(Input({}).shape() == Shape{None});
  CHECK(Input({}).dtype() == float32);
  CHECK_THROWS_WITH_AS(Input({.batch_size = 0}), "[Input] no batch; got batch_size 0; expected 1 or more", ValueError);
}

TEST_CASE("symbolic: a layer that is called tells what comes out, and has its weights") {
  const auto embedding = std::make_shared<Embedding>(10, 4);
  const auto y = (*embedding)(ids("x"));
  CHECK(y.shape() == Shape{None, None, 4});
  CHECK(y.dtype() == float32);
  CHECK(embedding->built());
  CHECK(embedding->get_weights()[0].shape() == Shape{10, 4});
  CHECK(Dense(2)(y).shape() == Shape{None, None, 2});
}

TEST_CASE("symbolic: handles are equal when they are the same tensor") {
  const auto x = numbers(3), copy = x, other = numbers(3);
  CHECK(x == copy);
  CHECK_FALSE(x == other);
  CHECK(sizeof(SymbolicTensor) <= 16);
  const SymbolicTensor none;
  CHECK_FALSE(none.defined());
  CHECK_THROWS_WITH_AS(none.shape(), doctest::Contains("no tensor; got a default-constructed SymbolicTensor"),
                       StateError);
  CHECK_THROWS_AS(Dense(1)(none), StateError);
}

TEST_CASE("symbolic: errors come up where the layer is called, and leave it unbuilt") {
  const auto dense = std::make_shared<Dense>(2, layers::DenseOptions{.name = "d"});
  CHECK_THROWS_WITH_AS((*dense)(Input({})),
                       doctest::Contains("[Dense 'd'] the input must be a batch of vectors; got shape (None,)"),
                       ShapeError);
  CHECK_THROWS_AS((*dense)(Input({.shape = {None}})), ShapeError);
  CHECK_FALSE(dense->built());
  CHECK((*dense)(numbers(3)).shape() == Shape{None, 2});
  CHECK_THROWS_WITH_AS((*dense)(numbers(4)), doctest::Contains("[Dense 'd'] the layer was built for another input"),
                       ShapeError);
  CHECK(dense->get_weights()[0].shape() == Shape{3, 2});
}

TEST_CASE("symbolic: a variable must belong to a shared_ptr") {
  Dense dense(2);
  const auto x = numbers(3);
  CHECK_THROWS_WITH_AS(dense(x),
                       "[Dense] a graph keeps its layers, but not a variable of yours; write `auto layer = "
                       "std::make_shared<Dense>(…);` and call (*layer)(x), or std::move(layer)(x) to call it once",
                       StateError);
  CHECK_FALSE(dense.built());
  CHECK(std::move(dense)(x).shape() == Shape{None, 2});
}

TEST_CASE("symbolic: an object of a derived class is not cut off on its way into the graph") {
  class Twice : public Layer<Twice> {
   public:
    Tensor call(const Tensor& x) override { return factor() * x; }
    virtual double factor() const { return 2; }
  };
  class Cut : public Twice {
    double factor() const override { return 3; }
  };
  class Whole : public Layer<Whole, Twice> {
    double factor() const override { return 5; }
  };
  const auto x = numbers(1);
  CHECK_THROWS_WITH_AS(Cut()(x),
                       "[Cut] Cut derives from another layer, which alone would move into the graph; derive it from "
                       "Layer<Cut, that layer>, or keep it in a std::make_shared<Cut>(…)",
                       StateError);
  const auto cut = std::make_shared<Cut>();
  const Tensor one({{1.f}});
  CHECK(Model(x, (*cut)(x)).predict(one).item<double>() == 3);
  CHECK(Model(x, Whole()(x)).predict(one).item<double>() == 5);
  CHECK(Model(x, Twice()(x)).predict(one).item<double>() == 2);
}

TEST_CASE("symbolic: a layer for one input refuses several, and every layer refuses none") {
  const auto x = numbers(3), y = numbers(3);
  CHECK_THROWS_WITH_AS(
      Dense(1)({x, y}),
      "[Dense] Dense takes one input; got 2; expected one tensor; join several with a layer that does, "
      "such as layers::Concatenate()",
      StateError);
  CHECK_THROWS_WITH_AS(Add()(SymbolicTensors()), "[Add] Add is called on nothing; got an empty list; expected tensors",
                       ValueError);
  CHECK(Dense(1)({x}).shape() == Shape{None, 1});
  CHECK(Add()(std::vector{x, y, x}).shape() == Shape{None, 3});
}

TEST_CASE("symbolic: a mask is refused where the layer is called, with its maker and the way out") {
  Pair pair;
  CHECK_THROWS_WITH_AS(
      layers::Flatten()(pair.q),
      "[Flatten] Flatten cannot take the mask that Embedding made; got a mask before a layer that would count the "
      "padding; put layers::GlobalAveragePooling1D(), which leaves it out, or layers::DropMask() in between, or use "
      "mask_zero = false",
      StateError);
  const auto named = std::make_shared<Embedding>(6, 3, layers::EmbeddingOptions{.mask_zero = true, .name = "words"});
  const auto sum = Add()({Dense(3)((*named)(pair.question)), pair.a});
  CHECK_THROWS_WITH_AS(layers::Flatten()(sum), doctest::Contains("the mask that Embedding 'words' made"), StateError);
  CHECK_NOTHROW(layers::Flatten()(layers::DropMask()(
      Dense(3)(Embedding(6, 3, {.mask_zero = true, .input_length = 4})(Input({.shape = {4}, .dtype = int32}))))));
}

TEST_CASE("symbolic: several outputs come as a list") {
  const auto x = numbers(3);
  const auto [largest, mean] = Extremes().all_outputs(x).unpack<2>();
  CHECK(largest.shape() == Shape{None, 1});
  CHECK_FALSE(largest == mean);
  CHECK_THROWS_WITH_AS(Extremes()(x), doctest::Contains("Extremes has 2 outputs, where one is expected"), StateError);
  CHECK_THROWS_WITH_AS(Extremes().all_outputs(x).unpack<3>(),
                       "[unpack] another number of items; got 2 for 3 names; expected one name each", ValueError);
  const auto outputs = Extremes().apply(Tensors(Tensor({{1.f, 3.f}})), {}).first;
  CHECK(outputs[0].item<double>() == 3);
  CHECK(outputs[1].item<double>() == 2);
  CHECK_THROWS_AS(Extremes()(Tensor({{1.f, 3.f}})), StateError);
  CHECK_THROWS_AS(Sequential(Extremes()).build({None, 3}), StateError);
}

template <class T>
concept Addable = requires(T a) {
  a + a;
};
TEST_CASE("symbolic: operators do not compile") { CHECK_FALSE(Addable<SymbolicTensor>); }

// ── the model ───────────────────────────────────────────────────────────────────────────────────────────────────────

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

// ── running ─────────────────────────────────────────────────────────────────────────────────────────────────────────

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
  CHECK_THROWS_WITH_AS(model.fit({qs, Tensor()}, y), doctest::Contains("no samples; got input 'answer' of shape ()"),
                       ShapeError);
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

// ── models in models ────────────────────────────────────────────────────────────────────────────────────────────────

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

// ── training ────────────────────────────────────────────────────────────────────────────────────────────────────────

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

namespace {

// Two outputs of one number each, y = x·1 and y = x·2, so that all figures are easily found.
struct TwoLines {
  SymbolicTensor x = numbers(1, "x");
  Model model{x,
              {Dense(1, {.use_bias = false, .kernel_initializer = "ones", .name = "one"})(x),
               Dense(1, {.use_bias = false, .kernel_initializer = initializers::Constant(2), .name = "two"})(x)}};
  Tensor data = Tensor({{1.f}, {3.f}});
  Tensors zeros{Tensor::zeros({2, 1}), Tensor::zeros({2, 1})};
};

}  // namespace

TEST_CASE("functional: the loss is the weighted sum of the outputs' losses, which are told unweighted") {
  TwoLines lines;
  lines.model.compile({.optimizer = "sgd", .loss = "mse", .loss_weights = {1, 0.5}});
  const Logs figures = lines.model.evaluate(lines.data, lines.zeros);
  CHECK(figures["one_loss"] == 5);
  CHECK(figures["two_loss"] == 20);
  CHECK(figures["loss"] == 15);
  lines.model.compile("sgd", {"mse", "mae"}, {"mae", {}});
  const Logs others = lines.model.test_on_batch(lines.data, lines.zeros);
  CHECK(others["loss"] == 5 + 4);
  CHECK(others["one_mae"] == 2);
  CHECK(others.size() == 4);
}

TEST_CASE("functional: sample weights are one tensor for all outputs, or one for each") {
  TwoLines lines;
  lines.model.compile({.optimizer = "sgd", .loss = "mse", .weighted_metrics = {"mae", "mae"}});
  const Tensor first({1.f, 0.f}), second({0.f, 1.f});
  const Logs same = lines.model.evaluate(lines.data, lines.zeros, {.sample_weight = first});
  CHECK(same["one_loss"] == 0.5);
  CHECK(same["two_loss"] == 2);
  CHECK(same["one_mae"] == 1);
  const Logs each = lines.model.evaluate(lines.data, lines.zeros, {.sample_weight = {first, second}});
  CHECK(each["two_loss"] == 18);
  CHECK(each["two_mae"] == 6);
  const Logs only_second = lines.model.evaluate(lines.data, lines.zeros, {.sample_weight = {Tensor(), second}});
  CHECK(only_second["one_loss"] == 5);
  CHECK_THROWS_WITH_AS(lines.model.evaluate(lines.data, lines.zeros, {.sample_weight = {first, first, first}}),
                       doctest::Contains("another number of sample weights than of targets; got 3"), ValueError);
  CHECK_THROWS_AS(lines.model.evaluate(lines.data, lines.zeros, {.sample_weight = {first, Tensor::ones({3})}}),
                  ShapeError);
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

TEST_CASE("functional: losses, weights and metrics are as many as outputs") {
  TwoLines lines;
  CHECK_THROWS_WITH_AS(lines.model.compile("sgd", {"mse", "mse", "mse"}),
                       "[compile] there must be as many losses as outputs; got 3; expected one for each of one, two",
                       ValueError);
  CHECK_THROWS_WITH_AS(
      lines.model.compile({.loss = "mse", .loss_weights = {1}}),
      "[compile] there must be as many loss weights as outputs; got 1; expected one for each of one, two", ValueError);
  CHECK_THROWS_WITH_AS(lines.model.compile("sgd", "mse", {"mae"}),
                       "[compile] there must be as many metrics as outputs; got 1; expected one for each of one, two",
                       ValueError);
  CHECK_THROWS_WITH_AS(lines.model.compile({.optimizer = "sgd"}), doctest::Contains("[compile] the loss is missing"),
                       ValueError);
  CHECK_THROWS_AS(Sequential(Dense(1)).compile("sgd", {"mse", "mae"}), ValueError);
  lines.model.compile("sgd", "mse");
  CHECK_THROWS_WITH_AS(lines.model.train_on_batch(lines.data, lines.zeros, {.class_weight = {{0, 1}}}),
                       "[train_on_batch] class_weight needs one output; got 2; use sample_weight", ValueError);
}

TEST_CASE("functional: labels are refused by the output's name") {
  const auto x = numbers(1, "x");
  Model model(x, {Dense(1, {.name = "one"})(x), Dense(3, "softmax", {.name = "kind"})(x)});
  model.compile("sgd", {"mse", "sparse_categorical_crossentropy"});
  CHECK_THROWS_WITH_AS(model.fit(Tensor::ones({2, 1}), {Tensor::ones({2, 1}), Tensor({0, 3})}),
                       doctest::Contains("[target 'kind'] labels must be class ids; got 3 in sample 1"), IndexError);
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

// ── summary and config ──────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("functional: the summary shows the connections, as Keras prints it") {
  const auto x = numbers(64, "x");
  const auto hidden = Dense(3, {.name = "hidden"})(x);
  Model features(x, {hidden, Dense(2, {.name = "code"})(hidden)}, {.name = "features"});
  const auto embedding = std::make_shared<Embedding>(1000, 32);
  const auto question = ids("question"), answer = ids("answer");
  const auto q = (*embedding)(question), a = (*embedding)(answer);
  const auto pooled = GlobalAveragePooling1D()(q), other = GlobalAveragePooling1D()(a);
  const auto [wide, code] = std::move(features).all_outputs(Concatenate()({pooled, other})).unpack<2>();
  Model model({question, answer}, {Dense(1, {.name = "score"})(code), wide}, {.name = "outer"});
  CHECK(model.summary_text() == testing::fixture_text("summary_functional"));
}

TEST_CASE("functional: the summary shows connections unless the layers follow one another, each called once") {
  const auto has_connections = [](const SymbolicTensor& input, const SymbolicTensors& outputs) {
    return Model(input, outputs).summary_text().find("Connected to") != std::string::npos;
  };
  const auto x = numbers(3, "x");
  const auto twice = std::make_shared<Dense>(3);
  CHECK_FALSE(has_connections(x, Dense(3)(Dense(3)(x))));
  CHECK(has_connections(x, (*twice)((*twice)(x))));
  CHECK(has_connections(x, {Dense(3)(x), Dense(3)(x)}));
  CHECK(has_connections(x, Add()({x, Dense(3)(x)})));
}

TEST_CASE("functional: the summary of a chain has no connections, as in Keras") {
  const auto x = numbers(4);
  Model model(x, Dense(2)(Dense(3)(x)));
  const std::string text = model.summary_text();
  CHECK(text.find("Model: \"functional\"") == 0);
  CHECK(text.find("Connected to") == std::string::npos);
  CHECK(text.find("│ input_layer (InputLayer)        │ (None, 4)              │             0 │") != std::string::npos);
}

TEST_CASE("functional: the config has the calls of each layer, as Keras's files do") {
  const auto x = Input({.shape = {2}, .name = "x"});
  const auto dense = std::make_shared<Dense>(2, layers::DenseOptions{.name = "d"});
  const Model model(x, Add({.name = "sum"})({(*dense)(x), (*dense)((*dense)(x))}), {.name = "m"});
  const Config config = model.get_config();
  CHECK(config["input_layers"].to_json() == R"(["x", 0, 0])");
  CHECK(config["output_layers"].to_json() == R"(["sum", 0, 0])");
  const std::vector<Config>& all = config["layers"].as_list();
  REQUIRE(all.size() == 3);
  CHECK(all[0]["config"].to_json() ==
        R"({"batch_shape": [null, 2], "dtype": "float32", "sparse": false, "ragged": false, "name": "x", )"
        R"("optional": false})");
  CHECK(all[0]["inbound_nodes"].to_json() == "[]");
  CHECK(all[1]["inbound_nodes"].as_list().size() == 3);
  CHECK(all[2]["inbound_nodes"].to_json() ==
        R"([{"args": [[{"class_name": "__keras_tensor__", "config": {"shape": [null, 2], "dtype": "float32", )"
        R"("keras_history": ["d", 0, 0]}}, {"class_name": "__keras_tensor__", "config": {"shape": [null, 2], "dtype": )"
        R"("float32", "keras_history": ["d", 2, 0]}}]], "kwargs": {}}])");
}

TEST_CASE("model configs: Keras finds models in modules of their own") {
  const Sequential chain{layers::Dense(2)};
  const Config sequential = cornu::detail::layer_or_model_to_config(chain);
  CHECK(sequential["module"].as_string() == "keras");
  CHECK(sequential["registered_name"].is_null());
  const auto x = Input({.shape = {3}});
  const Model graph(x, layers::Dense(2)(x));
  const Config functional = cornu::detail::layer_or_model_to_config(graph);
  CHECK(functional["module"].as_string() == "keras.src.models.functional");
  CHECK(functional["registered_name"].as_string() == "Functional");
}
