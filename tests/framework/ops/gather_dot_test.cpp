#include <doctest/doctest.h>

#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using ops::gather_dot;
using testing::message_of;
using TensorVector = std::vector<Tensor>;

namespace {

const Tensor table({{1.f, 2.f}, {3.f, 4.f}, {5.f, 0.f}, {-1.f, -2.f}});

// The same of plain ops: the rows gathered.
template <class Table>
Tensor plain(const Table& rows, const Tensor& ids, const Tensor& x) {
  return ops::sum(ops::gather(rows, ids) * ops::expand_dims(x, -2), {.axis = -1});
}

struct Ids {
  Tensor ids;
  Shape x;
};
// With ids that occur in one sample, in several, and nowhere; of one sample, none, and with two leading axes.
std::vector<Ids> all_ids(std::int64_t width) {
  return {{Tensor({{0, 3, 3}, {1, 0, 0}}), {2, width}},
          {Tensor({5, 1, 5, 0, 2, 5}), {width}},
          {Tensor({{{4}, {4}}, {{1}, {2}}, {{4}, {0}}}, int64), {3, 2, width}},
          {Tensor::zeros({0, 3}, int32), {0, width}},
          {Tensor::zeros({2, 0}, int32), {2, width}}};
}

}  // namespace

TEST_CASE("gather_dot: the product of each sample with the rows that its ids pick") {
  const Tensor y = gather_dot(table, Tensor({{0, 3, 0}, {2, 1, 1}}), Tensor({{1.f, 10.f}, {2.f, -1.f}}));
  CHECK(ops::array_equal(y, Tensor({{21.f, -21.f, 21.f}, {10.f, 2.f, 2.f}})));
}

TEST_CASE("gather_dot: values and gradients, the second ones too, are those of gather, multiply and sum") {
  random::set_seed(1);
  for (const std::int64_t width : {0, 1, 3, 16, 47})
    for (const Ids& sample : all_ids(width)) {
      const Tensor& ids = sample.ids;
      CAPTURE(width);
      CAPTURE(ids.shape().to_string());
      const Tensor rows = random::normal({6, width}, 0, 1, float64), x = random::normal(sample.x, 0, 1, float64);
      CHECK(ops::all_close(gather_dot(rows, ids, x), plain(rows, ids, x), 1e-13, 1e-13));
      if (ids.size() == 0 || width == 0) continue;
      const auto product = [&ids](const TensorVector& inputs) { return gather_dot(inputs[0], ids, inputs[1]); };
      CHECK(check_gradients(product, {rows, x}).max_relative_error < 1e-7);
      const auto gradient = [&product](const TensorVector& inputs) {
        GradientTape tape({.higher_order = true});
        tape.watch(inputs[0]);
        tape.watch(inputs[1]);
        const Tensor y = product(inputs);
        return tape.gradient(ops::sum(y * y), inputs[0]).to_dense();
      };
      CHECK(check_gradients(gradient, {rows, x}).max_relative_error < 1e-6);
    }
}

TEST_CASE("gather_dot: the gradient of a table is rows, equal ids summed in order of first appearance") {
  const Variable weights(table), x(Tensor({{1.f, 10.f}, {2.f, -1.f}}));
  GradientTape tape;
  const Tensor y = gather_dot(weights, Tensor({{2, 0, 2}, {0, 0, 3}}), x);
  const auto [d_table, d_x] = tape.gradient(y * Tensor({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}), weights, x);
  REQUIRE(d_table.is_rows());
  CHECK(d_table.rows().ids.to_vector<std::int32_t>() == std::vector<std::int32_t>{2, 0, 3});
  CHECK(ops::array_equal(d_table.rows().values, Tensor({{4.f, 40.f}, {20.f, 11.f}, {12.f, -6.f}})));
  CHECK(d_table.rows().table_shape == Shape{4, 2});
  CHECK(ops::array_equal(d_x.to_dense(), Tensor({{22.f, 4.f}, {3.f, 6.f}})));
}

TEST_CASE("gather_dot: trains a table as gather does, whether its rows are touched or deferred") {
  random::set_seed(2);
  const Tensor rows = random::normal({12, 5}, 0, 1, float64);
  const auto trained = [&](auto optimizer, auto score) {
    const Variable weights(rows), x(random::normal({3, 5}, 0, 1, float64, random::Generator(3)));
    random::Generator generator(4);
    for (int step = 0; step < 20; ++step) {
      std::vector<std::int32_t> ids;
      for (int i = 0; i < 6; ++i) ids.push_back(static_cast<std::int32_t>(generator.below(12)));
      GradientTape tape;
      const Tensor loss = ops::sum(ops::square(score(weights, Tensor(ids).with_shape({3, 2}), x.value())));
      const auto [d_weights, d_x] = tape.gradient(loss, weights, x);
      optimizer.apply({{d_weights, weights}, {d_x, x}});
    }
    return weights.peek();
  };
  const auto fused = [](const Variable& t, const Tensor& ids, const Tensor& x) { return gather_dot(t, ids, x); };
  const auto gathered = [](const Variable& t, const Tensor& ids, const Tensor& x) { return plain(t, ids, x); };
  CHECK(ops::all_close(trained(optim::SGD({.learning_rate = 0.01}), fused),
                       trained(optim::SGD({.learning_rate = 0.01}), gathered), 1e-12, 1e-12));
  CHECK(ops::all_close(trained(optim::Adam(), fused), trained(optim::Adam(), gathered), 1e-9, 1e-9));
}

TEST_CASE("gather_dot: symbolic inputs tell the shape") {
  const Tensor ids = Tensor::symbolic({None, 6}, int32), x = Tensor::symbolic({None, 2});
  CHECK(gather_dot(table, ids, x).shape() == Shape{None, 6});
  CHECK(gather_dot(Variable(table), ids, x).shape() == Shape{None, 6});
}

TEST_CASE("gather_dot: refused") {
  const Tensor x({{1.f, 2.f}});
  CHECK(
      message_of<ShapeError>([&] {
        return gather_dot(table, Tensor({1, 2}), x);
      }) ==
      "[gather_dot] shapes do not fit; got table (4, 2), ids (2,) and x (1, 2); expected (rows, d), (…, n) and (…, d)");
  CHECK_THROWS_AS(gather_dot(table, Tensor({{1, 2}, {0, 0}}), x), ShapeError);
  CHECK_THROWS_AS(gather_dot(table, Tensor({{1, 2}}), Tensor({{1.f, 2.f, 3.f}})), ShapeError);
  CHECK_THROWS_AS(gather_dot(table, Tensor({{1, 4}}), x), IndexError);
  CHECK_THROWS_AS(gather_dot(table, Tensor({{1, -1}}), x), IndexError);
  CHECK_THROWS_AS(gather_dot(table, Tensor({{1.f, 0.f}}), x), ValueError);
  CHECK_THROWS_AS(gather_dot(table, Tensor({{1, 0}}), x.astype(float64)), ValueError);
}
