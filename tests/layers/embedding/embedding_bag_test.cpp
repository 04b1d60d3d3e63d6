#include <cornu/layers/embedding/embedding_bag.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/optim/adam.hpp>

#include "tests/support/check.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::EmbeddingBag;
using testing::Fixture;

namespace {

const Tensor table({{0.f, 0.5f}, {1.f, 1.5f}, {2.f, -2.5f}, {3.f, 3.5f}});

EmbeddingBag bag(layers::EmbeddingBagOptions options = {}) {
  options.weights = table;
  return EmbeddingBag(4, 2, std::move(options));
}

}  // namespace

TEST_CASE("EmbeddingBag: the sum, mean or largest of a bag's rows") {
  const Tensor ids({{1, 2, 2}, {3, 3, 0}});
  CHECK(ops::array_equal(bag({.mode = "sum"})(ids), Tensor({{5.f, -3.5f}, {6.f, 7.5f}})));
  CHECK(ops::all_close(bag()(ids), Tensor({{5.f / 3, -3.5f / 3}, {2.f, 2.5f}})));
  CHECK(ops::array_equal(bag({.mode = "max"})(ids), Tensor({{2.f, 1.5f}, {3.f, 3.5f}})));
}

TEST_CASE("EmbeddingBag: padding does not count, and its row has no gradient") {
  EmbeddingBag layer = bag({.padding_idx = 2});
  GradientTape tape;
  const Tensor y = layer(Tensor({{1, 2, 3}, {2, 2, 2}}));
  CHECK(ops::array_equal(y, Tensor({{2.f, 2.5f}, {0.f, 0.f}})));
  const Gradient gradient = tape.gradient(ops::sum(y), layer.embeddings());
  CHECK(gradient.is_rows());
  CHECK(gradient.rows().ids.to_vector<std::int32_t>() == std::vector<std::int32_t>{1, 3});
}

TEST_CASE("EmbeddingBag: bags of any lengths, with a factor for each id") {
  EmbeddingBag layer = bag({.mode = "sum", .padding_idx = 0});
  const Tensor ids({1, 2, 0, 3, 1}), offsets({0, 3, 3});
  CHECK(ops::array_equal(layer.bags(ids, offsets), Tensor({{3.f, -1.f}, {0.f, 0.f}, {4.f, 5.f}})));
  CHECK(ops::array_equal(layer.bags(ids, offsets, Tensor({2.f, 0.5f, 9.f, -1.f, 1.f})),
                         Tensor({{3.f, 1.75f}, {0.f, 0.f}, {-2.f, -2.f}})));
  CHECK(ops::array_equal(layer.bags(ops::cast(ids, float32), offsets), layer.bags(ids, offsets)));
  EmbeddingBag unbuilt(4, 3);
  CHECK(unbuilt.bags(ids, offsets).shape() == Shape{3, 3});
}

TEST_CASE("EmbeddingBag: keeps a layer's promises") {
  const Tensor ids({{1, 2, 2, 0}, {3, 1, 0, 0}});
  const LayerExpectations expected{.output_shape = Shape{2, 3}, .weight_names = {{"embeddings"}}};
  for (const char* mode : {"sum", "mean", "max"}) {
    check(check_layer([&] { return EmbeddingBag(4, 3, {.mode = mode}); }, ids, expected));
    check(check_layer([&] { return EmbeddingBag(4, 3, {.mode = mode, .padding_idx = 0}); }, ids, expected));
  }
  check(
      check_layer([] { return EmbeddingBag(4, 3, {.activity_regularizer = "l2", .dtype = float64}); }, ids, expected));
}

TEST_CASE("EmbeddingBag: learns inside a model, its table by rows") {
  random::set_seed(1);
  const Tensor x = random::randint({64, 5}, 0, 20);
  const Tensor y = ops::cast(ops::greater(ops::sum(ops::less(x, 10), {.axis = 1}), 2), float32);  // most are small
  Sequential model{EmbeddingBag(20, 8), layers::Dense(1, "sigmoid")};
  model.compile(optim::Adam({.learning_rate = 0.1}), "binary_crossentropy", {"accuracy"});
  const double before = model.evaluate(x, y, {.verbose = 0})["loss"];
  model.fit(x, y, {.epochs = 20, .verbose = 0});
  CHECK(model.evaluate(x, y, {.verbose = 0})["loss"] < before / 2);
}

TEST_CASE("EmbeddingBag: max_norm is PyTorch's; outside training the table stays as it is") {
  const Fixture expected("embedding_bag");
  const Tensor before = expected.tensor("inputs/table"), ids = expected.tensor("inputs/matrix");
  const auto make = [&] {
    return EmbeddingBag(5, 3, {.padding_idx = 2, .weights = before, .max_norm = 1.5, .dtype = float64});
  };
  EmbeddingBag looking = make(), training = make();
  const Tensor output = expected.tensor("max_norm/bag/output");
  CHECK(ops::all_close(looking(ids), output, 1e-15));
  CHECK(ops::array_equal(looking.get_weights()[0], before));
  CHECK(ops::all_close(training(ids, {.training = true}), output, 1e-15));
  CHECK(ops::all_close(training.get_weights()[0], expected.tensor("max_norm/bag/table"), 1e-15));
  CHECK(ops::all_close(make().bags(ops::reshape(ids, {8}), Tensor({0, 4})), output, 1e-15));
  CHECK(ops::all_close(make().bags(ops::reshape(ids, {8}), Tensor({0, 4}), {}, {.training = true}), output, 1e-15));
}

TEST_CASE("EmbeddingBag: the config, and what model summaries ask") {
  const Config config =
      EmbeddingBag(10, 3, {.mode = "max", .padding_idx = 4, .max_norm = 2, .name = "bag"}).get_config();
  CHECK(config["name"].as_string() == "bag");
  CHECK(config["input_dim"].as_int() == 10);
  CHECK(config["mode"].as_string() == "max");
  CHECK(config["padding_idx"].as_int() == 4);
  CHECK(config["max_norm"].as_double() == 2);
  CHECK(config["norm_type"].as_double() == 2);
  CHECK(EmbeddingBag(10, 3).get_config()["padding_idx"].is_null());
  EmbeddingBag layer(10, 3);
  CHECK(layer.compute_output_shape({None, None}) == Shape{None, 3});
  CHECK(layer.expected_input_dtype() == int32);
}

TEST_CASE("EmbeddingBag: refused") {
  CHECK_THROWS_AS(EmbeddingBag(0, 2), ValueError);
  CHECK_THROWS_AS(EmbeddingBag(2, 0), ValueError);
  CHECK_THROWS_WITH_AS(EmbeddingBag(2, 2, {.mode = "average"}),
                       "[EmbeddingBag] unknown `mode`; got \"average\"; expected \"sum\", \"mean\" or \"max\"",
                       ValueError);
  CHECK_THROWS_AS(EmbeddingBag(2, 2, {.padding_idx = 2}), ValueError);
  CHECK_THROWS_AS(EmbeddingBag(2, 2, {.padding_idx = -1}), ValueError);
  CHECK_THROWS_AS(EmbeddingBag(2, 2, {.max_norm = 0}), ValueError);
  CHECK_THROWS_AS(EmbeddingBag(2, 2, {.max_norm = 1, .norm_type = -1}), ValueError);
  CHECK_THROWS_AS(EmbeddingBag(5, 2, {.weights = table}), ShapeError);
  EmbeddingBag layer(4, 2, {.name = "words"});
  CHECK_THROWS_WITH_AS(
      layer(Tensor({{0, 4}})),
      "[EmbeddingBag 'words'] id 4 at (0, 1) is outside the vocabulary; expected 0 … 3; raise input_dim "
      "or map unknown words to one id",
      IndexError);
  CHECK_THROWS_AS(layer(Tensor({0, 1})), ShapeError);
  CHECK_THROWS_WITH_AS(layer.bags(Tensor({0, 9}), Tensor({0})), doctest::Contains("[EmbeddingBag 'words'] id 9"),
                       IndexError);
  CHECK_THROWS_AS(layer.bags(Tensor({0, 1}), Tensor({0}), Tensor({1.f, 2.f})), ValueError);  // the mode is mean
  CHECK_THROWS_AS(layer.check_data(Tensor({{0, 4}})), IndexError);
}
