#include <doctest/doctest.h>

#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/optim/adam.hpp>

#include "tests/support/fixture.hpp"

using namespace cornu;
using ops::BagMode;
using ops::BagOptions;
using ops::embedding_bag;
using testing::Fixture;

namespace {

const Tensor table({{1.f, 2.f}, {3.f, 4.f}, {5.f, 0.f}, {-1.f, -2.f}});

// The same of plain ops: bag by bag, the rows gathered.
Tensor plain(const Tensor& x, const Tensor& ids, const std::vector<std::int64_t>& ends, BagMode mode,
             const std::optional<Tensor>& weights = {}) {
  std::vector<Tensor> bags;
  for (std::size_t b = 1; b < ends.size(); ++b) {
    const ops::SliceOptions part{.start = ends[b - 1], .stop = ends[b]};
    Tensor rows = ops::gather(x, ops::slice(ids, 0, part));
    if (weights) rows = rows * ops::expand_dims(ops::slice(*weights, 0, part), 1);
    if (rows.dim(0) == 0) rows = Tensor::zeros({1, x.dim(1)}, x.dtype());
    const ops::ReduceOptions over_rows{.axis = 0, .keepdims = true};
    bags.push_back(mode == BagMode::sum    ? ops::sum(rows, over_rows)
                   : mode == BagMode::mean ? ops::mean(rows, over_rows)
                                           : ops::max(rows, over_rows));
  }
  return ops::concatenate(bags, 0);
}

}  // namespace

TEST_CASE("embedding_bag: sums, means and largest values of bags, 0 for an empty one") {
  const Tensor ids({0, 1, 1, 2}), offsets({0, 3, 3});
  CHECK(ops::array_equal(embedding_bag(table, ids, offsets, {.mode = BagMode::sum}),
                         Tensor({{7.f, 10.f}, {0.f, 0.f}, {5.f, 0.f}})));
  CHECK(ops::all_close(embedding_bag(table, ids, offsets), Tensor({{7.f / 3, 10.f / 3}, {0.f, 0.f}, {5.f, 0.f}})));
  CHECK(ops::array_equal(embedding_bag(table, Tensor({0, 3, 2}), Tensor({0, 1, 3}), {.mode = BagMode::max}),
                         Tensor({{1.f, 2.f}, {5.f, 0.f}, {0.f, 0.f}})));
}

TEST_CASE("embedding_bag: values and gradients are PyTorch's") {
  const Fixture expected("embedding_bag");
  const Tensor weights = expected.tensor("inputs/weights");
  int compared = 0;
  for (const std::string& record : expected.names()) {
    if (!record.ends_with("/output") || record.starts_with("max_norm/")) continue;
    const std::string name = record.substr(0, record.find('/'));
    CAPTURE(name);
    const auto has = [&](const char* part) { return name.find(part) != std::string::npos; };
    const bool matrix = has("_matrix");
    BagOptions options{.mode = has("sum") ? BagMode::sum : has("max") ? BagMode::max : BagMode::mean};
    if (has("_padding")) options.padding_idx = has("_padding2") ? 2 : 1;
    GradientTape tape({.persistent = true});
    const Tensor x = expected.tensor("inputs/table");
    tape.watch(x);
    tape.watch(weights);
    if (has("_weighted")) options.weights = matrix ? ops::reshape(weights, {2, 4}) : weights;
    const Tensor y = matrix
                         ? embedding_bag(x, expected.tensor("inputs/matrix"), options)
                         : embedding_bag(x, expected.tensor("inputs/ids"), expected.tensor("inputs/offsets"), options);
    const Tensor target = ops::sum(y * expected.tensor(matrix ? "inputs/d_matrix" : "inputs/d_output"));
    const Gradient d_x = tape.gradient(target, x);
    CHECK(ops::all_close(y, expected.tensor(record), 1e-15));
    CHECK(d_x.is_rows());
    CHECK(ops::all_close(d_x.to_dense(), expected.tensor(name + "/d_table"), 1e-15));
    if (options.weights) {
      const Tensor d_weights = tape.gradient(target, weights).to_dense(), truth = expected.tensor(name + "/d_weights");
      CHECK(ops::all_close(d_weights, ops::reshape(truth, d_weights.shape()), 1e-15));
    }
    ++compared;
  }
  CHECK(compared == 15);
}

TEST_CASE("embedding_bag: is what gather and a reduction give, for any number of features") {
  random::set_seed(3);
  for (const std::int64_t width : {1, 15, 16, 33}) {
    CAPTURE(width);
    const Tensor x = random::normal({7, width}, 0, 1, float64), ids = random::randint({20}, 0, 7, int64);
    const Tensor weights = random::normal({20}, 0, 1, float64);
    const std::vector<std::int64_t> ends{0, 0, 4, 5, 5, 20};
    const Tensor offsets({0, 0, 4, 5, 5});
    GradientTape tape({.persistent = true});
    tape.watch(x);
    tape.watch(weights);
    const auto compare = [&](BagMode mode, const std::optional<Tensor>& factors) {
      const Tensor fused = embedding_bag(x, ids, offsets, {.mode = mode, .weights = factors});
      const Tensor twin = plain(x, ids, ends, mode, factors);
      CHECK(ops::all_close(fused, twin, 1e-12, 1e-13));
      const Tensor fused_loss = ops::sum(fused * fused), twin_loss = ops::sum(twin * twin);
      CHECK(ops::all_close(tape.gradient(fused_loss, x).to_dense(), tape.gradient(twin_loss, x).to_dense(), 1e-12,
                           1e-12));
      if (factors)
        CHECK(ops::all_close(tape.gradient(fused_loss, weights).to_dense(),
                             tape.gradient(twin_loss, weights).to_dense(), 1e-12, 1e-12));
    };
    compare(BagMode::sum, {});
    compare(BagMode::mean, {});
    compare(BagMode::sum, weights);
    // equal ids tie: here the first takes the gradient, in the plain form they share it, and it adds up to the same
    compare(BagMode::max, {});
  }
}

TEST_CASE("embedding_bag: gradients agree with central differences, and so do theirs") {
  random::set_seed(4);
  const Tensor ids({2, 0, 0, 3, 1, 3}), offsets({0, 2, 2, 5}), x = random::normal({4, 3});
  for (const BagMode mode : {BagMode::sum, BagMode::mean, BagMode::max}) {
    const auto f = [&](const Tensor& t) { return embedding_bag(t, ids, offsets, {.mode = mode, .padding_idx = 1}); };
    CHECK(check_gradients(f, {x}).ok());
    const auto gradient = [&](const Tensor& t) {
      GradientTape tape({.higher_order = true});
      tape.watch(t);
      const Tensor y = f(t);
      return tape.gradient(ops::sum(y * y * y), t).to_dense();
    };
    CHECK(check_gradients(gradient, {x}).ok());
  }
  const auto weighted = [&](const std::vector<Tensor>& inputs) {
    return embedding_bag(inputs[0], ids, offsets, {.mode = BagMode::sum, .weights = inputs[1]});
  };
  CHECK(check_gradients(weighted, {x, random::normal({6})}).ok());
}

TEST_CASE("embedding_bag: of a variable whose updates are deferred it reads only the rows it needs, as gather does") {
  random::set_seed(5);
  const Tensor start = random::normal({50, 4});
  const Variable deferred(start), dense(start);
  optim::Adam a, b;
  const Tensor ids({3, 7, 7, 12, 3, 0}), offsets({0, 2, 5});
  for (int step = 0; step < 4; ++step) {
    const Tensor batch = ops::mod(ids + step, Tensor(50));
    GradientTape tape({.persistent = true});
    const auto loss = [](const Tensor& y) { return ops::sum(ops::square(y)); };
    const Gradient rows = tape.gradient(loss(embedding_bag(deferred, batch, offsets, {.padding_idx = 8})), deferred);
    const Tensor all = dense;
    const Tensor whole = tape.gradient(loss(embedding_bag(all, batch, offsets, {.padding_idx = 8})), dense).to_dense();
    a.apply({{rows, deferred}});
    b.apply({{whole, dense}});
    const Tensor looked = embedding_bag(deferred, ids, offsets, {.padding_idx = 7});
    CHECK(ops::all_close(looked, embedding_bag(dense.value(), ids, offsets, {.padding_idx = 7}), 1e-5, 1e-7));
  }
  CHECK(ops::all_close(deferred.value(), dense.value(), 1e-5, 1e-7));
}

TEST_CASE("embedding_bag: no bags, no ids, padding alone, no features") {
  const Tensor none = Tensor::zeros({0}, int32);
  for (const BagMode mode : {BagMode::sum, BagMode::mean, BagMode::max}) {
    CHECK(embedding_bag(table, none, none, {.mode = mode}).shape() == Shape{0, 2});
    CHECK(embedding_bag(table, Tensor::zeros({0, 5}, int32), {.mode = mode}).shape() == Shape{0, 2});
    CHECK(ops::array_equal(embedding_bag(table, Tensor::zeros({2, 0}, int32), {.mode = mode}), Tensor::zeros({2, 2})));
    GradientTape tape;
    tape.watch(table);
    const Tensor y = embedding_bag(table, Tensor({{1, 1}, {1, 1}}), {.mode = mode, .padding_idx = 1});
    CHECK(ops::array_equal(y, Tensor::zeros({2, 2})));
    CHECK(ops::array_equal(tape.gradient(ops::sum(y), table).to_dense(), Tensor::zeros({4, 2})));
    CHECK(embedding_bag(Tensor::zeros({4, 0}), Tensor({1, 2}), Tensor({0}), {.mode = mode}).shape() == Shape{1, 0});
  }
}

TEST_CASE("embedding_bag: a symbolic input tells the shape") {
  const Tensor ids = Tensor::symbolic({None, 7}, int32);
  CHECK(embedding_bag(table, ids).shape() == Shape{None, 2});
  CHECK(embedding_bag(Tensor::symbolic({4, 3}), Tensor({{1, 2}})).shape() == Shape{1, 3});
  CHECK(embedding_bag(table, Tensor::symbolic({None}, int32), Tensor::symbolic({None}, int64)).shape() ==
        Shape{None, 2});
}

TEST_CASE("embedding_bag: what it refuses") {
  const Tensor ids({0, 1, 2}), offsets({0, 1}), weights({1.f, 2.f, 3.f});
  CHECK_THROWS_WITH_AS(embedding_bag(table, Tensor({{0, 1}, {4, 0}})),
                       "[embedding_bag] id 4 at (1, 0) is outside the table; expected 0 … 3", IndexError);
  CHECK_THROWS_AS(embedding_bag(table, Tensor({-1}), Tensor({0})), IndexError);
  CHECK_THROWS_AS(embedding_bag(table, ids), ShapeError);
  CHECK_THROWS_AS(embedding_bag(table, Tensor({{1}}), offsets), ShapeError);
  CHECK_THROWS_AS(embedding_bag(Tensor({1.f}), ids, offsets), ShapeError);
  CHECK_THROWS_AS(embedding_bag(Tensor({{1, 2}}), Tensor({0}), Tensor({0})), ValueError);
  CHECK_THROWS_AS(embedding_bag(table, Tensor({0.f}), Tensor({0})), ValueError);
  CHECK_THROWS_WITH_AS(embedding_bag(table, ids, Tensor({1, 2})),
                       "[embedding_bag] offsets must rise from 0 to 3 at most, the number of ids; got [1 2]",
                       ValueError);
  CHECK_THROWS_AS(embedding_bag(table, ids, Tensor({0, 2, 1})), ValueError);
  CHECK_THROWS_AS(embedding_bag(table, ids, Tensor({0, 4})), ValueError);
  CHECK_THROWS_AS(embedding_bag(table, ids, Tensor::zeros({0}, int32)), ValueError);
  CHECK_THROWS_AS(embedding_bag(table, ids, offsets, {.padding_idx = 4}), ValueError);
  CHECK_THROWS_AS(embedding_bag(table, ids, offsets, {.weights = weights}), ValueError);
  CHECK_THROWS_AS(embedding_bag(table, ids, offsets, {.mode = BagMode::max, .weights = weights}), ValueError);
  CHECK_THROWS_AS(embedding_bag(table, ids, offsets, {.mode = BagMode::sum, .weights = Tensor({1.f})}), ShapeError);
  CHECK_THROWS_AS(embedding_bag(table, ids, offsets, {.mode = BagMode::sum, .weights = Tensor({1., 2., 3.})}),
                  ValueError);
  CHECK_THROWS_AS(embedding_bag(table, Tensor({{0, 1}}), {.mode = BagMode::sum, .weights = Tensor({{1.f}, {2.f}})}),
                  ShapeError);
}

TEST_CASE("embedding_bag: a bag of a million ids sums to the last digits") {
  const Tensor tenths = Tensor::full({2, 3}, 0.1), ids = Tensor::zeros({1, 1000000}, int32);
  CHECK(embedding_bag(tenths, ids, {.mode = BagMode::sum}).at<float>(0, 2) == doctest::Approx(1e5).epsilon(1e-6));
  CHECK(embedding_bag(tenths, ids, {.mode = BagMode::mean}).at<float>(0, 0) == doctest::Approx(0.1).epsilon(1e-6));
}
