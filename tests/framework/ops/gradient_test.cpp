#include <doctest/doctest.h>

#include <cornu/framework/autodiff/gradient.hpp>
#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/id_groups.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;
using Floats = std::vector<float>;
using Ints = std::vector<std::int32_t>;

TEST_CASE("rows: equal ids are summed, in order of first appearance") {
  const Rows rows = Rows::sum_by_id(Tensor({{7, 2}, {7, 7}}),
                                    Tensor({{{1.f, 2.f}, {3.f, 4.f}}, {{10.f, 20.f}, {100.f, 200.f}}}), {9, 2});
  CHECK(rows.ids.dtype() == int32);
  CHECK(rows.ids.to_vector<std::int32_t>() == Ints{7, 2});
  CHECK(rows.values.to_vector<float>() == Floats{111, 222, 3, 4});
  const Tensor dense = rows.to_dense();
  CHECK(dense.shape() == Shape{9, 2});
  CHECK(ops::sum(dense).item<float>() == 111 + 222 + 3 + 4);
  CHECK(dense.at<float>(7, 1) == 222);
}

TEST_CASE("rows: as one_hot(ids)ᵀ · values, for many ids, every width, either dtype of ids") {
  random::set_seed(1);
  for (const std::int64_t count : {1, 2, 63, 64, 65, 1000})
    for (const std::int64_t width : {1, 3, 8, 16, 17, 32, 64})
      for (const std::int64_t table : {std::int64_t{1}, std::int64_t{50}, std::int64_t{2'000'000'000}}) {
        const Tensor ids = random::randint({count}, 0, table, int64);
        const Tensor values = random::normal({count, width}, 0, 1, float64);
        const Rows rows = Rows::sum_by_id(ids, values, {table, width});
        const Rows narrow = Rows::sum_by_id(ids.astype(int32), values, {table, width});
        REQUIRE(ops::array_equal(rows.ids, narrow.ids));
        REQUIRE(ops::array_equal(rows.values, narrow.values));
        const Tensor distinct = ops::reshape(rows.ids, {-1, 1}).astype(int64);
        const Tensor same = ops::cast(ops::equal(distinct, ops::reshape(ids, {1, -1})), float64);
        REQUIRE(ops::all_close(rows.values, ops::matmul(same, values), 1e-13, 1e-13));
        REQUIRE(ops::array_equal(ops::sum(same, {.axis = 0}), Tensor::ones({count}, float64)));  // no id twice
      }
}

TEST_CASE("rows: of a table with one axis, with several, and of no ids") {
  const Rows flat = Rows::sum_by_id(Tensor({1, 1}), Tensor({2.f, 3.f}), {4});
  CHECK(flat.to_dense().to_vector<float>() == Floats{0, 5, 0, 0});
  const Rows deep = Rows::sum_by_id(Tensor({1, 1}), Tensor::ones({2, 2, 3}), {2, 2, 3});
  CHECK(deep.values.shape() == Shape{1, 2, 3});
  CHECK(deep.to_dense().at<float>(1, 1, 2) == 2);
  const Rows none = Rows::sum_by_id(Tensor::zeros({0}, int32), Tensor::zeros({0, 2}), {3, 2});
  CHECK(none.ids.size() == 0);
  CHECK(none.to_dense().to_vector<float>() == Floats(6, 0.f));
}

TEST_CASE("rows: refuse values that do not fit, and ids outside the table") {
  CHECK(message_of<ShapeError>([] {
          Rows::sum_by_id(Tensor({0, 1}), Tensor::zeros({2, 3}), {4, 2});
        }) == "[Rows] values do not fit ids (2,) of a table (4, 2); got (2, 3); expected (2, 2)");
  CHECK_THROWS_AS(Rows::sum_by_id(Tensor({4}), Tensor::zeros({1, 2}), {4, 2}), IndexError);
  CHECK_THROWS_AS(Rows::sum_by_id(Tensor({-1}), Tensor::zeros({1, 2}), {4, 2}), IndexError);
  CHECK_THROWS_AS(Rows::sum_by_id(Tensor({0}), Tensor::zeros({1, 2}, int32), {4, 2}), ValueError);
  CHECK_THROWS_AS(Rows::sum_by_id(Tensor({0}), Tensor::zeros({1}), Shape()), ShapeError);
}

TEST_CASE("gradient: dense, rows or empty") {
  const Gradient empty, dense(Tensor({1.f})), rows(Rows::sum_by_id(Tensor({1}), Tensor({{5.f}}), {2, 1}));
  CHECK(empty.empty());
  CHECK_FALSE(dense.empty());
  CHECK_FALSE(dense.is_rows());
  CHECK(rows.is_rows());
  CHECK(rows.rows().ids.item<int>() == 1);
  CHECK(rows.to_dense().to_vector<float>() == Floats{0, 5});
  CHECK_THROWS_AS(empty.to_dense(), StateError);
  CHECK(message_of<StateError>([&] { dense.rows(); }) ==
        "[Gradient::rows] the gradient is dense; got no rows; use to_dense()");
  CHECK_THROWS_AS(empty.rows(), StateError);
}

TEST_CASE("gradient: adding keeps rows as long as both are") {
  const Gradient a(Rows::sum_by_id(Tensor({2, 0}), Tensor({{1.f}, {2.f}}), {4, 1}));
  const Gradient b(Rows::sum_by_id(Tensor({3, 2}), Tensor({{10.f}, {20.f}}), {4, 1}));
  const Tensor dense({{100.f}, {100.f}, {100.f}, {100.f}});

  Gradient both = a;
  both.add(b);
  REQUIRE(both.is_rows());
  CHECK(both.rows().ids.to_vector<std::int32_t>() == Ints{2, 0, 3});
  CHECK(both.rows().values.to_vector<float>() == Floats{21, 2, 10});

  Gradient rows_first = a, dense_first = dense, from_empty;
  rows_first.add(dense);
  dense_first.add(a);
  from_empty.add(a);
  from_empty.add(Gradient());
  CHECK(rows_first.to_dense().to_vector<float>() == Floats{102, 100, 101, 100});
  CHECK(dense_first.to_dense().to_vector<float>() == Floats{102, 100, 101, 100});
  CHECK(from_empty.is_rows());
  CHECK(dense.to_vector<float>() == Floats(4, 100.f));  // never in place
}

TEST_CASE("gradient: a table that is gathered, gathered again and used whole") {
  const Variable table(Tensor({{1.f}, {2.f}, {3.f}}));
  GradientTape tape({.persistent = true});
  const Tensor twice =
      ops::sum(ops::gather(table, Tensor({0, 2}))) + ops::sum(ops::gather(table, Tensor({2, 2})) * 10.0);
  const Gradient rows = tape.gradient(twice, table);
  CHECK(rows.is_rows());
  CHECK(rows.to_dense().to_vector<float>() == Floats{1, 0, 21});
  const Gradient mixed = tape.gradient(twice + ops::sum(ops::square(table)), table);
  CHECK_FALSE(mixed.is_rows());
  CHECK(mixed.to_dense().to_vector<float>() == Floats{3, 4, 27});
}

TEST_CASE("gradient: what a mean over steps passes back is not written out, and is what it stands for") {
  random::set_seed(2);
  const Tensor counts({{true, false, true}, {false, false, true}});
  for (const Tensor& mask : {Tensor(), counts})
    for (const std::int64_t features : {1, 3, 16, 32, 64}) {
      const detail::Repeated repeated{random::normal({2, features}, 0, 1, float64), 3, mask};
      const Gradient gradient(repeated);
      CHECK_FALSE(gradient.empty());
      CHECK_FALSE(gradient.is_rows());
      const Tensor dense = ops::broadcast_to(ops::expand_dims(repeated.values, 1), {2, 3, features});
      const Tensor expected =
          mask.defined() ? ops::where(ops::expand_dims(mask, 2), dense, Tensor::zeros(dense.shape(), float64)) : dense;
      CHECK(ops::array_equal(gradient.to_dense(), expected));

      const Tensor ids({{4, 1, 4}, {0, 1, 0}});
      const Rows rows = detail::IdGroups::of(ids, 6).sum(gradient, {6, features});
      const Rows written_out = Rows::sum_by_id(ids, expected, {6, features});
      CHECK(ops::array_equal(rows.ids, written_out.ids));
      CHECK(ops::array_equal(rows.values, written_out.values));

      Gradient sum = gradient;
      sum.add(gradient);
      CHECK(ops::array_equal(sum.to_dense(), expected + expected));
    }
}

TEST_CASE("gradient: of a tensor that is read by a mean over its steps and by another op") {
  const Tensor x = random::normal({2, 3, 4}, 0, 1, float64);
  GradientTape tape;
  tape.watch(x);
  const Tensor loss = ops::sum(ops::mean(x, {.axis = 1})) + ops::sum(ops::square(x));
  CHECK(ops::all_close(tape.gradient(loss, x).to_dense(), x * 2.0 + 1.0 / 3, 1e-14, 1e-14));
}

TEST_CASE("gradient: of a variable whose steps are averaged is one tensor, and trains it") {
  const Variable w(Tensor::ones({2, 3, 4}), {.name = "w"});
  GradientTape tape;
  const Tensor loss = ops::sum(ops::mean(w.value(), {.axis = 1}));
  const Gradient gradient = tape.gradient(loss, w);
  CHECK_FALSE(gradient.is_repeated());
  CHECK(ops::all_close(gradient.to_dense(), Tensor::full({2, 3, 4}, 1.0 / 3)));
  optim::SGD sgd({.learning_rate = 3});
  sgd.apply({{gradient, w}});
  CHECK(ops::all_close(w.peek(), Tensor::zeros({2, 3, 4}), 0, 1e-6));
}
