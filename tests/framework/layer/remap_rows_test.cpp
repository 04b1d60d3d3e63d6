#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/layer/remap_rows.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using layers::Dense, layers::Embedding, layers::GlobalAveragePooling1D;
using Rows64 = std::vector<std::int64_t>;

TEST_CASE("remap_rows: rows go where they are wanted, new ones come from the initializer") {
  const Variable table(Tensor({{0.F, 1.F}, {10.F, 11.F}, {20.F, 21.F}}));
  const Tensor before = table.peek();
  remap_rows(table, Rows64{2, -1, 0, 2}, "ones");
  CHECK(ops::array_equal(table.peek(), Tensor({{20.F, 21.F}, {1.F, 1.F}, {0.F, 1.F}, {20.F, 21.F}})));
  CHECK(before.shape() == Shape{3, 2});
  remap_rows(table, Rows64{}, "ones");
  CHECK(table.shape() == Shape{0, 2});
}

TEST_CASE("remap_rows: refuses rows that there are not, and changes nothing") {
  const Variable table(Tensor::ones({3, 2})), scalar(Tensor(1.F));
  CHECK(testing::message_of<IndexError>([&] {
          remap_rows(table, Rows64{0, 3}, "ones");
        }) == "[remap_rows] no such row; got 3 at 1; expected -1 … 2");
  CHECK_THROWS_AS(remap_rows(table, Rows64{-2}, "ones"), IndexError);
  CHECK_THROWS_AS(remap_rows(scalar, Rows64{0}, "ones"), ShapeError);
  CHECK(ops::array_equal(table.peek(), Tensor::ones({3, 2})));
}

namespace {

Rows gradient_of(std::int32_t id, std::int64_t rows) {
  return Rows::sum_by_id(Tensor({id}), Tensor::ones({1, 2}), {rows, 2});
}

}  // namespace

TEST_CASE("remap_rows: an optimizer goes on with the rows, its updates deferred or accumulated") {
  for (const bool accumulates : {false, true}) {
    optim::SGDOptions options{.learning_rate = 1, .momentum = 0.5};
    if (accumulates) options.gradient_accumulation_steps = 2;
    optim::SGD sgd(options);
    const Variable table(Tensor::zeros({8, 2}), {.name = "table"});
    const auto step = [&](std::int32_t id) { sgd.apply({{gradient_of(id, table.shape().front()), table}}); };
    const int repeats = accumulates ? 2 : 1;
    for (int i = 0; i < repeats; ++i) step(4);
    for (int i = 0; i < repeats; ++i) step(7);  // row 4 is to move by its momentum
    if (accumulates) step(4);                   // half of an update
    remap_rows(table, Rows64{4, -1, 7}, "zeros");
    CHECK(table.peek().at<float>(0, 0) == -1.5F);
    CHECK(table.peek().at<float>(2, 0) == -1);
    step(1);
    // Without accumulation: row 0 moves on, and row 1 by its first gradient. With it, row 0 has half of each.
    CHECK(table.peek().at<float>(0, 0) == (accumulates ? -1.5F - 0.25F - 0.5F : -1.75F));
    CHECK(table.peek().at<float>(1, 0) == (accumulates ? -0.5F : -1.F));
    CHECK(table.peek().at<float>(2, 0) == -1.5F);
  }
}

TEST_CASE("Embedding: a vocabulary that grows keeps its rows, its slots and the rest of the model") {
  random::set_seed(2);
  Sequential model;
  const auto embedding = std::make_shared<Embedding>(10, 4);
  model.add(embedding);
  model.add(GlobalAveragePooling1D());
  model.add(Dense(1));
  model.compile("adam", "mse");
  model.fit(random::randint({32, 3}, 0, 10), random::normal({32, 1}), {.verbose = 0});
  const Tensor old = model.get_weights()[0], slot = model.optimizer().variables()[2].peek();
  embedding->resize_vocabulary(14);
  CHECK(embedding->input_dim() == 14);
  CHECK(model.get_weights()[0].shape() == Shape{14, 4});
  CHECK(ops::array_equal(ops::slice(model.get_weights()[0], 0, {.stop = 10}), old));
  CHECK(ops::array_equal(ops::slice(model.optimizer().variables()[2].peek(), 0, {.stop = 10}), slot));
  CHECK(ops::max(ops::slice(model.optimizer().variables()[2].peek(), 0, {.start = 10})).item<float>() == 0);
  model.fit(random::randint({32, 3}, 0, 14), random::normal({32, 1}), {.verbose = 0});
  CHECK_FALSE(ops::array_equal(ops::slice(model.get_weights()[0], 0, {.stop = 10}), old));
  CHECK_THROWS_AS(model.predict(Tensor({{14}})), IndexError);
  embedding->resize_vocabulary(5);
  model.fit(random::randint({32, 3}, 0, 5), random::normal({32, 1}), {.verbose = 0});
  CHECK(model.count_params() == 5 * 4 + 5);
  CHECK_THROWS_AS(embedding->resize_vocabulary(0), ValueError);
  CHECK_THROWS_AS(embedding->remap_vocabulary({7}), IndexError);
}

TEST_CASE("Embedding: a vocabulary may be resized before there is a table") {
  Embedding embedding(10, 4);
  embedding.resize_vocabulary(3);
  CHECK(embedding(Tensor({{2}})).shape() == Shape{1, 1, 4});
  CHECK(embedding.get_weights()[0].shape() == Shape{3, 4});
}
