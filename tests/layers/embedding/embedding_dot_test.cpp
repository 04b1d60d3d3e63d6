#include <cornu/layers/embedding/embedding_dot.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/merging/dot.hpp>
#include <cornu/layers/reshaping/reshape.hpp>

#include "tests/support/check.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::EmbeddingDot;
using testing::message_of;

namespace {

const Tensor table({{0.f, 0.5f}, {1.f, 1.5f}, {2.f, -2.5f}, {3.f, 3.5f}});

// A model that scores three candidates against a word, and its loss over some steps.
template <class Score>
std::vector<Tensor> trained(Score score) {
  random::set_seed(1);
  const auto word = Input({.dtype = int32}), candidates = Input({.shape = {3}, .dtype = int32});
  const auto vector = layers::Embedding(9, 4, {.name = "word"})(word);
  Model model({word, candidates}, score(candidates, vector));
  model.compile("sgd", losses::BinaryCrossentropy({.from_logits = true}));
  const Tensor words = random::randint({64}, 0, 9), others = random::randint({64, 3}, 0, 9);
  model.fit({words, others}, random::randint({64, 3}, 0, 2), {.epochs = 3, .verbose = 0});
  return std::vector{model.get_layer("word").get_weights()[0], model.get_layer("candidates").get_weights()[0]};
}

}  // namespace

TEST_CASE("EmbeddingDot: the product of a vector with the vectors of its ids") {
  EmbeddingDot layer(4, 2, {.weights = table});
  const Tensor ids({{1, 2, 2}, {3, 3, 0}}), vectors({{1.f, 2.f}, {-1.f, 4.f}});
  CHECK(ops::array_equal(layer({ids, vectors}), Tensor({{4.f, -3.f, -3.f}, {11.f, 11.f, 2.f}})));
  CHECK(ops::array_equal(layer({ops::cast(ids, float32), vectors}), layer({ids, vectors})));
}

TEST_CASE("EmbeddingDot: trains as Embedding and Dot do") {
  const auto fused = trained([](const auto& candidates, const auto& vector) {
    return EmbeddingDot(9, 4, {.name = "candidates"})({candidates, vector});
  });
  const auto apart = trained([](const auto& candidates, const auto& vector) {
    return layers::Dot({2, 1})({layers::Embedding(9, 4, {.name = "candidates"})(candidates), vector});
  });
  REQUIRE(fused.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) CHECK(ops::all_close(fused[i], apart[i], 1e-5, 1e-6));
}

TEST_CASE("EmbeddingDot: keeps a layer's promises") {
  const Tensor ids({{1, 2, 2, 0}, {3, 1, 0, 0}}), vectors = random::normal({2, 3});
  const LayerExpectations expected{.output_shape = Shape{2, 4}, .weight_names = {{"embeddings"}}};
  check(check_layer([] { return EmbeddingDot(4, 3); }, {ids, vectors}, expected));
  check(check_layer([] { return EmbeddingDot(4, 3, {.activity_regularizer = "l2", .dtype = float64}); }, {ids, vectors},
                    expected));
}

TEST_CASE("EmbeddingDot: refused") {
  CHECK_THROWS_AS(EmbeddingDot(0, 3), ValueError);
  CHECK_THROWS_AS(EmbeddingDot(4, 3, {.weights = table}), ShapeError);
  EmbeddingDot layer(4, 2);
  CHECK(message_of<ValueError>([&] {
          layer(Tensors{Tensor({{1}})});
        }).ends_with("the layer takes two inputs, ids and vectors; got 1"));
  CHECK_THROWS_AS(layer({Tensor({{4}}), Tensor({{1.f, 2.f}})}), IndexError);
  CHECK_THROWS_AS(layer({Tensor({{1}}), Tensor({{1.f, 2.f, 3.f}})}), ShapeError);
}
