#include <cornu/framework/model/sequential.hpp>

#include <algorithm>

#include <doctest/doctest.h>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/core/drop_mask.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/regularization/dropout.hpp>
#include <cornu/layers/reshaping/flatten.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using layers::Dense;
using layers::Embedding;
using layers::Flatten;
using layers::GlobalAveragePooling1D;
using testing::fixture_text;
using testing::message_of;
using Names = std::vector<std::string>;

namespace {

Names names_of(const Model& model) {
  Names names;
  for (const auto& layer : model.layers()) names.push_back(layer->name());
  return names;
}

Sequential movie_reviews() {
  return Sequential{Embedding(10000, 16, {.mask_zero = true}), GlobalAveragePooling1D(), Dense(16, "relu"),
                    Dense(1, "sigmoid")};
}

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), ops::array_equal);
}

}  // namespace

// ── layers and names ────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("sequential: layers are named by their class and numbered in each model") {
  for (int i = 0; i < 2; ++i)
    CHECK(names_of(movie_reviews()) == Names{"embedding", "global_average_pooling1d", "dense", "dense_1"});
  Sequential model{Dense(1), Dense(1, {.name = "head"}), Dense(1)};
  CHECK(names_of(model) == Names{"dense", "head", "dense_1"});
}

TEST_CASE("sequential: a name that is taken is refused and nothing is added") {
  Sequential model{Dense(1, {.name = "a"})};
  CHECK_THROWS_WITH_AS(model.add(Dense(2, {.name = "a"})),
                       "[add] the name is taken; got a second layer 'a'; give each layer a name of its own",
                       ValueError);
  CHECK(model.layers().size() == 1);
  const auto shared = std::make_shared<Dense>(1);
  model.add(shared);
  CHECK_THROWS_AS(model.add(shared), ValueError);
  CHECK_THROWS_AS(model.add(std::shared_ptr<LayerBase>()), ValueError);
  CHECK(model.layers().size() == 2);
}

TEST_CASE("sequential: layers are found by name and by index, from the end too") {
  Sequential model = movie_reviews();
  CHECK(model.get_layer("dense_1").name() == "dense_1");
  CHECK(model.get_layer(0).name() == "embedding");
  CHECK(model.get_layer(-1).name() == "dense_1");
  CHECK_THROWS_WITH_AS(model.get_layer("dense_2"),
                       "[get_layer] no layer has that name; got 'dense_2'; expected one of: embedding, "
                       "global_average_pooling1d, dense, dense_1",
                       IndexError);
  CHECK_THROWS_WITH_AS(model.get_layer(4), "[get_layer] there is no such layer; got index 4; expected -4 … 3",
                       IndexError);
  CHECK_THROWS_AS(model.get_layer(-5), IndexError);
}

TEST_CASE("sequential: a shared layer is one layer, in both models") {
  const auto embedding = std::make_shared<Embedding>(20, 4);
  Sequential a, b;
  a.add(embedding);
  b.add(embedding);
  b.add(Flatten());
  a.build({None, 3});
  b.build({None, 3});
  a.set_weights({Tensor::ones({20, 4})});
  CHECK(ops::all(ops::equal(b.predict(Tensor({{1, 2, 3}})), 1)).item<bool>());
}

// ── building ────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("sequential: build makes the weights and tells the output's shape, with an open batch") {
  Sequential model = movie_reviews();
  model.build({32, 256});
  CHECK(model.built());
  CHECK(model.output_shape() == Shape{None, 1});
  CHECK(model.count_params() == 160289);
  CHECK(model.get_weights().size() == 5);
}

TEST_CASE("sequential: Keras's first example knows its output's shape at once") {
  Sequential model;
  model.add(Embedding(1000, 64, {.input_length = 10}));
  CHECK(model.output_shape() == Shape{None, 10, 64});
}

TEST_CASE("sequential: a model is built by the first data, as by its shape") {
  random::set_seed(1);
  Sequential lazy{Dense(3, "relu"), Dense(2)};
  CHECK_THROWS_WITH_AS(lazy.output_shape(), doctest::Contains("not known before the model is built"), StateError);
  CHECK_THROWS_WITH_AS(lazy.input_shape(), doctest::Contains("not known before the model is built"), StateError);
  CHECK_THROWS_AS(lazy.count_params(), StateError);
  CHECK_THROWS_WITH_AS(lazy.get_weights(), doctest::Contains("there are no weights before the layer is built"),
                       StateError);
  CHECK(lazy.predict(Tensor::ones({5, 4})).shape() == Shape{5, 2});
  CHECK(lazy.input_shape() == Shape{None, 4});
  CHECK(lazy.output_shape() == Shape{None, 2});
  random::set_seed(1);
  Sequential eager{Dense(3, "relu"), Dense(2)};
  eager.build({None, 4});
  CHECK(same(lazy.get_weights(), eager.get_weights()));
}

TEST_CASE("sequential: ids may have any rank, before the model is built and after") {
  for (const Shape& shape : {Shape{4}, Shape{4, 5}, Shape{4, 5, 6}}) {
    Sequential model{Embedding(10, 3)};
    Shape expected = shape;
    expected.push_back(3);
    CHECK(model.predict(Tensor::zeros(shape, int32)).shape() == expected);
  }
  Sequential model{Embedding(10, 3), Dense(2)};
  model.compile("sgd", "mse");
  for (const Shape& shape : {Shape{4, 5}, Shape{4, 5, 6}, Shape{4, 7}, Shape{4}}) {
    Shape target = shape;
    target.push_back(2);
    model.fit(Tensor::zeros(shape, int32), Tensor::zeros(target), {.verbose = 0});
    CHECK(model.predict(Tensor::zeros(shape, int32)).shape() == target);
  }
}

TEST_CASE("sequential: building again for another shape keeps the weights") {
  Sequential model = movie_reviews();
  model.build({None, 256});
  const std::vector<Tensor> weights = model.get_weights();
  model.build({None, 20});
  CHECK(same(model.get_weights(), weights));
  CHECK(model.get_layer(0).compute_output_shape({None, 20}) == Shape{None, 20, 16});
}

TEST_CASE("sequential: add and pop find the shapes anew and keep the weights that stay") {
  Sequential model{Dense(3, "relu"), Dense(2)};
  model.build({None, 4});
  const std::vector<Tensor> before = model.get_weights();
  model.add(Dense(5));
  CHECK(model.output_shape() == Shape{None, 5});
  CHECK(model.count_params() == 4 * 3 + 3 + 3 * 2 + 2 + 2 * 5 + 5);
  model.pop();
  CHECK(model.output_shape() == Shape{None, 2});
  CHECK(same(model.get_weights(), before));
  model.pop();
  model.add(Dense(7));
  CHECK(names_of(model) == Names{"dense", "dense_1"});
  CHECK(model.predict(Tensor::ones({1, 4})).shape() == Shape{1, 7});
}

TEST_CASE("sequential: a model emptied and filled again forgets its input") {
  Sequential model{Dense(3)};
  model.build({None, 4});
  model.pop();
  CHECK_THROWS_WITH_AS(model.pop(), "[Sequential::pop] the model has no layers to remove", StateError);
  model.add(Dense(2));
  CHECK_THROWS_AS(model.output_shape(), StateError);
  CHECK(model.predict(Tensor::ones({1, 9})).shape() == Shape{1, 2});
}

TEST_CASE("sequential: a failing build leaves new layers unbuilt and trained ones as they were") {
  const auto trained = std::make_shared<Dense>(3);
  trained->ensure_built({None, 4});
  const std::vector<Tensor> weights = trained->get_weights();
  Sequential model;
  model.add(trained);
  model.add(Dense(2));
  model.add(GlobalAveragePooling1D());
  CHECK_THROWS_AS(model.build({None, 4}), ShapeError);
  CHECK_FALSE(model.built());
  CHECK_FALSE(model.layers()[1]->built());
  CHECK(trained->built());
  CHECK(same(trained->get_weights(), weights));
  CHECK_THROWS_AS(model.predict(Tensor::ones({2, 4})), ShapeError);
  model.pop();
  CHECK(model.predict(Tensor::ones({2, 4})).shape() == Shape{2, 2});
}

TEST_CASE("sequential: a model built before stays usable when building it for another shape fails") {
  Sequential model{Dense(3)};
  model.build({None, 4});
  const std::vector<Tensor> weights = model.get_weights();
  CHECK_THROWS_WITH_AS(model.build({None, 5}), doctest::Contains("[Dense 'dense']"), ShapeError);
  CHECK(same(model.get_weights(), weights));
  CHECK(model.output_shape() == Shape{None, 3});
}

TEST_CASE("sequential: without layers nothing can be built") {
  Sequential model;
  CHECK_THROWS_WITH_AS(model.build({None, 4}), "[Sequential] the model has no layers; add one first", StateError);
  CHECK_THROWS_AS(model.predict(Tensor::ones({1, 1})), StateError);
}

// ── models in models ────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("sequential: a model inside a model counts as a layer, with weights in order") {
  Sequential inner{Dense(3, "relu"), Dense(2)};
  Sequential model{Dense(4)};
  model.add(std::move(inner));
  model.add(Dense(1));
  CHECK(names_of(model) == Names{"dense", "sequential", "dense_1"});
  CHECK(model.predict(Tensor::ones({2, 5})).shape() == Shape{2, 1});
  std::vector<Shape> shapes;
  for (const Tensor& weight : model.get_weights()) shapes.push_back(weight.shape());
  CHECK(shapes == std::vector<Shape>{{5, 4}, {4}, {4, 3}, {3}, {3, 2}, {2}, {2, 1}, {1}});
  CHECK(model.count_params() == 5 * 4 + 4 + 4 * 3 + 3 + 3 * 2 + 2 + 2 + 1);
  model.get_layer("sequential").set_trainable(false);
  CHECK(model.count_params({.trainable_only = true}) == 24 + 3);
}

TEST_CASE("sequential: a model inside a model computes what its layers compute in a row") {
  random::set_seed(3);
  Sequential flat{Embedding(9, 3, {.mask_zero = true}), GlobalAveragePooling1D(), Dense(2, "tanh")};
  const Tensor ids({{1, 2, 0}, {8, 0, 0}});
  flat.build({None, 3});
  Sequential front{Embedding(9, 3, {.mask_zero = true})}, back{GlobalAveragePooling1D(), Dense(2, "tanh")};
  Sequential nested;
  nested.add(std::move(front));
  nested.add(std::move(back));
  nested.build({None, 3});
  nested.set_weights(flat.get_weights());
  CHECK(ops::array_equal(nested.predict(ids), flat.predict(ids)));
}

TEST_CASE("sequential: moving a model keeps layers, weights and what it was compiled with") {
  Sequential model{Dense(2)};
  model.compile("sgd", "mse");
  model.build({None, 3});
  const std::vector<Tensor> weights = model.get_weights();
  Sequential moved = std::move(model);
  CHECK(same(moved.get_weights(), weights));
  CHECK(moved.output_shape() == Shape{None, 2});
  CHECK(moved.evaluate(Tensor::ones({1, 3}), Tensor::ones({1, 2})).contains("loss"));
}

// ── masks ───────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("sequential: the mask travels from Embedding through Dense and Dropout to the pooling") {
  Sequential model{Embedding(4, 2, {.mask_zero = true}), Dense(2, {.use_bias = false}), layers::Dropout(0.5),
                   GlobalAveragePooling1D()};
  model.build({None, 3});
  model.set_weights({Tensor({{9.f, 9.f}, {1.f, 2.f}, {3.f, 4.f}, {5.f, 6.f}}), Tensor::eye(2)});
  const Tensor means = model.predict(Tensor({{1, 3, 0}, {0, 0, 2}, {0, 0, 0}}));
  CHECK(ops::array_equal(means, Tensor({{3.f, 4.f}, {3.f, 4.f}, {0.f, 0.f}})));
}

TEST_CASE("sequential: a model gives its output's mask") {
  Sequential model{Embedding(4, 2, {.mask_zero = true}), Dense(2)};
  const Mask mask = model.apply(Tensor({{1, 3, 0}}), {}).second;
  REQUIRE(mask);
  CHECK(ops::array_equal(*mask, Tensor({{true, true, false}})));
  model.add(GlobalAveragePooling1D());
  CHECK_FALSE(model.apply(Tensor({{1, 3, 0}}), {}).second);
}

TEST_CASE("sequential: a layer that cannot take the mask is refused at build, with its maker and the way out") {
  Sequential wrong{Embedding(10, 4, {.mask_zero = true, .input_length = 5, .name = "tokens"}), Dense(3), Flatten(),
                   Dense(1)};
  CHECK(message_of<StateError>([&] {
          wrong.build({None, 5});
        }) ==
        "[Sequential] Flatten 'flatten' cannot take the mask that Embedding 'tokens' made; got a mask before a layer "
        "that would count the padding; put layers::GlobalAveragePooling1D(), which leaves it out, or "
        "layers::DropMask() in between, or use mask_zero = false");
  for (const auto& layer : wrong.layers()) CHECK_FALSE(layer->built());
  Sequential right{Embedding(10, 4, {.mask_zero = true, .input_length = 5}), layers::DropMask(), Flatten(), Dense(1)};
  right.build({None, 5});
  CHECK(right.output_shape() == Shape{None, 1});
}

TEST_CASE("sequential: a mask that a model inside cannot take is refused at build too") {
  Sequential model{Embedding(10, 4, {.mask_zero = true, .input_length = 5})};
  model.add(Sequential{Flatten(), Dense(1)});
  CHECK_THROWS_WITH_AS(model.build({None, 5}), doctest::Contains("[Flatten 'flatten'] Flatten cannot take a mask"),
                       StateError);
  CHECK(model.get_layer("sequential").weights().empty());
}

// ── errors ──────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("sequential: an input of another width than it was built for names the layer") {
  Sequential model{Dense(3), Dense(2)};
  model.build({None, 4});
  const std::string message = message_of<ShapeError>([&] { model.predict(Tensor::ones({2, 5})); });
  CHECK(message.starts_with("[Dense 'dense'] "));
  CHECK(message.find("(2, 5)") != std::string::npos);
}

TEST_CASE("sequential: what is not compiled, or compiled with nothing, is refused") {
  Sequential model{Dense(3)};
  CHECK_THROWS_WITH_AS(model.optimizer(),
                       "[optimizer] the model is not compiled; call compile(optimizer, loss, metrics) first",
                       StateError);
  CHECK_THROWS_AS(model.compile("adan", "mse"), ValueError);
  CHECK_THROWS_AS(model.compile("adam", Handle<losses::Loss>()), ValueError);
  CHECK_THROWS_AS(model.compile(Handle<optim::Optimizer>(), "mse"), ValueError);
  CHECK_THROWS_AS(model.compile("adam", "mse", {Handle<metrics::Metric>()}), ValueError);
  CHECK_THROWS_AS(model.optimizer(), StateError);
}

// ── config and summary ──────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("sequential: the config lists the layers' configs") {
  const Sequential model{Dense(3, {.activation = "relu"})};
  const Config layers = model.get_config()["layers"];
  REQUIRE(layers.as_list().size() == 1);
  CHECK(layers.as_list()[0]["class_name"].as_string() == "Dense");
  CHECK(layers.as_list()[0]["config"]["name"].as_string() == "dense");
}

TEST_CASE("summary: as Keras prints it") {
  Sequential model = movie_reviews();
  model.build({None, 256});
  CHECK(model.summary_text() == fixture_text("summary_text_classifier"));
}

TEST_CASE("summary: a frozen layer's parameters are not trainable") {
  Sequential model = movie_reviews();
  model.build({None, 256});
  model.layers()[0]->set_trainable(false);
  CHECK(model.summary_text() == fixture_text("summary_frozen"));
}

TEST_CASE("summary: the optimizer's state is told once there is one") {
  Sequential model = movie_reviews();
  model.build({None, 256});
  model.compile("adam", "binary_crossentropy");
  const std::string rows = " Rows of embedding/embeddings: deferred (Adam moves rows without a gradient)\n";
  CHECK(model.summary_text() == fixture_text("summary_text_classifier") + rows);
  const std::vector<Variable> weights = model.trainable_weights();
  std::vector<const Variable*> pointers;
  for (const Variable& weight : weights) pointers.push_back(&weight);
  model.optimizer().build(pointers);
  CHECK(model.summary_text() == fixture_text("summary_compiled") + rows);
}

TEST_CASE("summary: names too long for their column are broken and cut") {
  const auto untouched = [](const Shape& shape, DType dtype) { return Tensor::uninitialized(shape, dtype); };
  Sequential model{
      Embedding(2000000, 64, {.embeddings_initializer = untouched, .name = "an_embedding_with_a_rather_long_name"}),
      Flatten(), layers::Dropout(0.5), Dense(1, "sigmoid", {.name = "a_dense_layer_that_has_a_long_name_as_well"})};
  model.build({None, 10});
  CHECK(model.summary_text() == fixture_text("summary_long_names"));
}

TEST_CASE("summary: what is not built yet has no shape and no parameters") {
  Sequential model{Dense(16, "relu"), Dense(1)};
  // Keras: the same, but that a layer without weights (there is none here) counts as built.
  CHECK(model.summary_text() == R"(Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ dense (Dense)                   │ ?                      │   0 (unbuilt) │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_1 (Dense)                 │ ?                      │   0 (unbuilt) │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 0 (0.00 B)
 Trainable params: 0 (0.00 B)
 Non-trainable params: 0 (0.00 B)
)");
}

TEST_CASE("summary: a model without layers has an empty table, and its own name where it has one") {
  CHECK(Sequential().summary_text().starts_with("Model: \"sequential\"\n┏"));
  Sequential named{Dense(1)};
  named.set_name("classifier");
  CHECK(named.summary_text().starts_with("Model: \"classifier\"\n┏"));
}
