#include <cornu/layers/preprocessing/category_encoding.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/core/dense.hpp>

#include "tests/support/check.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::CategoryEncoding;

TEST_CASE("CategoryEncoding: vectors are Keras's in every output mode and rank") {
  const testing::Fixture keras("preprocessing");
  for (const char* mode : {"one_hot", "multi_hot", "count"})
    for (const char* shape : {"table", "column", "row"}) {
      const std::string name = fmt::format("encoding_{}_{}", mode, shape);
      CAPTURE(name);
      const Tensor got = CategoryEncoding(4, {.output_mode = mode})(keras.tensor(name + "/input"));
      CHECK(ops::array_equal(got, keras.tensor(name + "/output")));
    }
}

TEST_CASE("CategoryEncoding: weights are counted as Keras's, and have a gradient") {
  const testing::Fixture keras("preprocessing");
  const Tensor ids = keras.tensor("encoding_weights/input"), weights = keras.tensor("encoding_weights/weights");
  CategoryEncoding layer(4, {.output_mode = "count"});
  GradientTape tape;
  tape.watch(weights);
  const Tensor counts = layer({ids, weights});
  CHECK(ops::all_close(counts, keras.tensor("encoding_weights/output")));
  const Tensor gradient = tape.gradient(ops::sum(counts * Tensor({1.F, 2.F, 3.F, 4.F})), weights).to_dense();
  CHECK(ops::array_equal(gradient, ops::cast(ids, float32) + 1));
}

TEST_CASE("CategoryEncoding: keeps a layer's promises") {
  check(check_layer([] { return CategoryEncoding(4); }, Tensor({{0, 2, 2}, {3, 1, 0}}), {.output_shape = Shape{2, 4}}));
  check(check_layer([] { return CategoryEncoding(4, {.output_mode = "one_hot"}); }, Tensor({{0}, {3}}),
                    {.output_shape = Shape{2, 4}}));
}

TEST_CASE("CategoryEncoding: stands in front of a model that learns") {
  Sequential model{CategoryEncoding(4), layers::Dense(1)};
  model.compile("sgd", "mse");
  const Tensor x({{0, 2}, {1, 3}}), y({{0.F}, {1.F}});
  const double before = model.evaluate(x, y, {.verbose = 0})["loss"];
  model.fit(x, y, {.epochs = 5, .verbose = 0});
  CHECK(model.evaluate(x, y, {.verbose = 0})["loss"] < before);
}

TEST_CASE("CategoryEncoding: an empty batch, and what is refused") {
  CHECK(CategoryEncoding(4)(Tensor::zeros({0, 3}, int32)).shape() == Shape{0, 4});
  CHECK(ops::array_equal(CategoryEncoding(3)(Tensor({{1.9F}})), Tensor({{0.F, 1.F, 0.F}})));
  CHECK_THROWS_AS(CategoryEncoding(0), ValueError);
  CHECK_THROWS_AS(CategoryEncoding(3, {.output_mode = "int"}), ValueError);
  CHECK_THROWS_WITH_AS(CategoryEncoding(3)(Tensor({{0, 3}})),
                       "[CategoryEncoding] an id lies outside of the tokens; got 3; expected 0 … 2", IndexError);
  CHECK_THROWS_AS(CategoryEncoding(3)(Tensor({{-1}})), IndexError);
  const Tensor ids({{0, 1}}), weights({{1.F, 2.F}});
  CHECK_THROWS_AS(CategoryEncoding(3)({ids, weights}), ValueError);
  CHECK_THROWS_AS(CategoryEncoding(3, {.output_mode = "count"})({ids, weights, weights}), ValueError);
  CHECK_THROWS_AS(CategoryEncoding(3, {.output_mode = "count"})({ids, Tensor({{1.F}})}), ShapeError);
}
