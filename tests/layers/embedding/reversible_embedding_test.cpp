#include <cornu/layers/embedding/reversible_embedding.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/shared.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::ReversibleEmbedding;

namespace {

void check_case(const std::string& name, layers::ReversibleEmbeddingOptions options, bool reverse) {
  testing::check_keras_case(name, ReversibleEmbedding(4, 2, std::move(options)),
                            {.fixture = "reversible", .reverse = reverse});
}

const Tensor ids({{1, 2, 2}, {0, 3, 1}});

// ids → words → a dense layer → scores of all words, by one table.
Model language_model(const layers::ReversibleEmbeddingOptions& options = {}) {
  const auto words = layers::shared(ReversibleEmbedding(4, 2, options));
  const auto x = Input({.shape = {3}, .dtype = int32});
  return Model(x, words->reverse(layers::Dense(2, "tanh")((*words)(x))));
}

}  // namespace

TEST_CASE("ReversibleEmbedding: outputs and gradients of both ways are Keras's") {
  check_case("words", {}, false);
  check_case("words_untied", {.tie_weights = false}, false);
  check_case("back", {}, true);
  check_case("back_untied", {.tie_weights = false}, true);
  check_case("back_capped", {.logit_soft_cap = 0.5}, true);
  check_case("back_untied_capped", {.tie_weights = false, .logit_soft_cap = 2}, true);
}

TEST_CASE("ReversibleEmbedding: keeps a layer's promises") {
  check(check_layer([] { return ReversibleEmbedding(4, 2, {.mask_zero = true}); }, {ids},
                    {.output_shape = Shape{2, 3, 2}, .weight_names = {{"embeddings"}}}));
}

TEST_CASE("ReversibleEmbedding: the way back is differentiated in double") {
  for (const bool is_tied : {true, false}) {
    ReversibleEmbedding layer(4, 3, {.tie_weights = is_tied, .logit_soft_cap = 1.5, .dtype = float64});
    layer.ensure_built(Shape{None, None});
    const auto report = check_gradients([&](const Tensor& x) { return layer.reverse(x); }, {random::normal({2, 2, 3})});
    CAPTURE(report.where);
    CHECK(report.ok());
  }
}

TEST_CASE("ReversibleEmbedding: a tied table learns from both ways") {
  ReversibleEmbedding layer(4, 2);
  GradientTape tape({.persistent = true});
  const Tensor vectors = layer(ids), back = ops::sum(layer.reverse(vectors));
  const Tensor there = ops::sum(vectors);
  const Tensor of_both = tape.gradient(back, layer.embeddings()).to_dense();
  // s = Σ x · Wᵀ with x = W[ids]: each word's row gets Σ x, and as often as it is looked up Σ W.
  const Tensor table = layer.embeddings().value(), counts({{1.F}, {2.F}, {2.F}, {1.F}});
  const Tensor expected = ops::sum(vectors, {.axis = {0, 1}}) + counts * ops::sum(table, {.axis = 0});
  CHECK(ops::all_close(of_both, expected, 1e-5, 1e-6));
  CHECK(ops::all_close(tape.gradient(there, layer.embeddings()).to_dense(), counts * Tensor({1.F, 1.F})));
}

TEST_CASE("ReversibleEmbedding: the mask is of the words; none comes back") {
  ReversibleEmbedding layer(4, 2, {.mask_zero = true});
  const auto [vectors, mask] = layer.apply(ids, {});
  REQUIRE(mask.has_value());
  CHECK(mask->to_vector<bool>() == std::vector<bool>{true, true, true, false, true, true});
  const auto [scores, after] = layer.apply(vectors, {.mask = mask, .reverse = true});
  CHECK(scores.shape() == Shape{2, 3, 4});
  CHECK_FALSE(after.has_value());
}

TEST_CASE("ReversibleEmbedding: reverse_dtype is what the scores are computed in") {
  ReversibleEmbedding layer(4, 2, {.reverse_dtype = float64});
  CHECK(layer(ids).dtype() == float32);
  CHECK(layer.reverse(layer(ids)).dtype() == float64);
  CHECK(layer.get_config()["reverse_dtype"].as_string() == "float64");
}

TEST_CASE("ReversibleEmbedding: a graph with both ways trains and comes back from its file") {
  const testing::TemporaryFolder folder;
  for (const bool is_tied : {true, false}) {
    Model model = language_model({.tie_weights = is_tied, .mask_zero = true, .logit_soft_cap = 3});
    model.compile(optim::SGD({.learning_rate = 0.1}), "mse");
    CHECK(model.output_shape() == Shape{None, 3, 4});
    model.train_on_batch(ids, Tensor::ones({2, 3, 4}));
    model.save(folder.path("model.keras"));
    const auto read = load_model(folder.path("model.keras"));
    CHECK(ops::array_equal(read->predict(ids), model.predict(ids)));
    CHECK(read->get_config().to_json() == model.get_config().to_json());
    CHECK(read->weights().size() == (is_tied ? 3 : 4));
  }
}

TEST_CASE("ReversibleEmbedding: a model's own input may go back") {
  const auto words = layers::shared(ReversibleEmbedding(4, 2));
  const auto x = Input({.shape = {2}});
  Model model(x, words->reverse(x));
  model.compile("sgd", "mse");
  model.fit(Tensor({{0.5F, -9.F}, {7.F, 1.F}}), Tensor::zeros({2, 4}), {.verbose = 0});
  CHECK(model.predict(Tensor({{0.5F, 1.F}})).shape() == Shape{1, 4});
}

TEST_CASE("ReversibleEmbedding: an empty batch") {
  ReversibleEmbedding layer(4, 2);
  CHECK(layer(Tensor::zeros({0, 3}, int32)).shape() == Shape{0, 3, 2});
  CHECK(layer.reverse(Tensor::zeros({0, 3, 2})).shape() == Shape{0, 3, 4});
}

TEST_CASE("ReversibleEmbedding: refused") {
  CHECK_THROWS_AS(ReversibleEmbedding(0, 2), ValueError);
  CHECK_THROWS_AS(ReversibleEmbedding(4, -1), ValueError);
  CHECK_THROWS_AS(ReversibleEmbedding(4, 2, {.reverse_dtype = int32}), ValueError);
  CHECK_THROWS_AS(ReversibleEmbedding(4, 2, {.logit_soft_cap = 0}), ValueError);
  ReversibleEmbedding layer(4, 2);
  CHECK_THROWS_AS(layer(Tensor({{4}})), IndexError);
  CHECK_THROWS_AS(layer.reverse(Tensor::zeros({2, 3})), ShapeError);
  CHECK_THROWS_AS(layer.reverse(Tensor::zeros({2})), ShapeError);
  const auto x = Input({.shape = {2}});
  CHECK_THROWS_AS(layer.reverse(x), StateError);
}
