#include <cornu/framework/layer/symbolic.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/layer/list_layer.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/core/drop_mask.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/merging/add.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/reshaping/flatten.hpp>

#include "tests/framework/model/graph_models.hpp"

using namespace cornu;
using layers::Add, layers::Dense, layers::Embedding;
using testing::ids, testing::numbers, testing::Pair;

namespace {

// The largest and the mean of each row: two outputs of one input.
class Extremes : public Layer<Extremes, ListLayer> {
 public:
  Tensors call(const Tensors& inputs, const CallContext&) override {
    return {ops::max(inputs[0], {.axis = -1, .keepdims = true}), ops::mean(inputs[0], {.axis = -1, .keepdims = true})};
  }
};

}  // namespace

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
                       "layers::shared(Dense(…));` and call (*layer)(x), or std::move(layer)(x) to call it once",
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
                       "Layer<Cut, that layer>, or keep it in a layers::shared(Cut(…))",
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

TEST_CASE("symbolic: operators compute what they say, as Keras's ops of the graph") {
  const auto a = numbers(2), b = numbers(2);
  Model model({a, b}, {a + b, a - b, a * b, a / b, -a});
  const Tensor x({{6.F, 3.F}}), y({{2.F, 4.F}});
  const Tensors got = model.predict_all({x, y});
  CHECK(ops::array_equal(got[0], x + y));
  CHECK(ops::array_equal(got[1], x - y));
  CHECK(ops::array_equal(got[2], x * y));
  CHECK(ops::array_equal(got[3], x / y));
  CHECK(ops::array_equal(got[4], -x));
  for (const char* name : {"add", "subtract", "multiply", "true_divide", "negative"})
    CHECK_NOTHROW(model.get_layer(name));
}

TEST_CASE("symbolic: a number beside a tensor, on either side, takes its dtype") {
  const auto a = numbers(2);
  Model model(a, {a + 1, a - 1, a * 3, a / 2, 1 + a, 1 - a, 3 * a, 12 / a});
  const Tensor x({{6.F, 3.F}});
  const Tensors got = model.predict_all(x);
  const Tensors expected{x + 1, x - 1, x * 3, x / 2, 1 + x, 1 - x, 3 * x, 12 / x};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(ops::array_equal(got[i], expected[i]));
    CHECK(got[i].dtype() == float32);
  }
}

TEST_CASE("symbolic: operators broadcast, work on one tensor twice, and pass gradients") {
  const auto x = numbers(3);
  const auto hidden = Dense(3, {.name = "hidden"})(x);
  Model model(x, Dense(1)(x + hidden * hidden));
  model.compile("sgd", "mse");
  const Tensor before = model.get_weights()[0];
  model.train_on_batch(Tensor({{1.F, 2.F, 3.F}}), Tensor({1.F}));
  CHECK_FALSE(ops::array_equal(model.get_weights()[0], before));
  CHECK((numbers(3) * Dense(1)(numbers(3))).shape() == Shape{None, 3});
}

TEST_CASE("symbolic: concatenate joins along an axis") {
  const auto a = numbers(2), b = numbers(3);
  CHECK(ops::concatenate({a, b}, 1).shape() == Shape{None, 5});
  Model model({a, b}, ops::concatenate({b, a}));
  const Tensor x({{1.F, 2.F}}), y({{3.F, 4.F, 5.F}});
  CHECK(ops::array_equal(model.predict({x, y}), Tensor({{3.F, 4.F, 5.F, 1.F, 2.F}})));
}

TEST_CASE("symbolic: operators refuse shapes and dtypes that do not fit, and what is no tensor") {
  CHECK_THROWS_AS(numbers(2) + numbers(3), ShapeError);
  CHECK_THROWS_AS(numbers(2) + ids(), ValueError);
  CHECK_THROWS_AS(numbers(2) * SymbolicTensor(), StateError);
  CHECK_THROWS_AS(ops::concatenate({numbers(2), Input({.shape = {2, 2}})}), ShapeError);
}
