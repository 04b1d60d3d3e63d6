#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;
using Floats = std::vector<float>;
using Ints = std::vector<std::int32_t>;
using TensorVector = std::vector<Tensor>;

namespace {
const Tensor table({{1.f, 1.f}, {1.f, 2.f}, {2.f, 2.f}, {3.f, 3.f}});
}

TEST_CASE("gather: the rows asked for, in their order") {
  const Tensor y = ops::gather(table, Tensor({{3, 0}, {1, 1}}));
  CHECK(y.shape() == Shape{2, 2, 2});
  CHECK(y.to_vector<float>() == Floats{3, 3, 1, 1, 1, 2, 1, 2});
  CHECK(ops::gather(table, Tensor(2)).to_vector<float>() == Floats{2, 2});
  CHECK(ops::gather(Tensor({5, 6, 7}), Tensor({2, 0})).to_vector<std::int32_t>() == Ints{7, 5});
  CHECK(ops::gather(table, Tensor({1, 2}, int64)).to_vector<float>() == Floats{1, 2, 2, 2});
  CHECK(ops::gather(Tensor({true, false}), Tensor({1, 0, 0})).to_vector<bool>() ==
        std::vector<bool>{false, true, true});
}

TEST_CASE("gather: rows of every width, of each dtype") {
  for (const DType dtype : {float32, float64, int32, int64, boolean})
    for (const std::int64_t width : {0, 1, 2, 3, 8, 16, 17, 32, 64, 128}) {
      const Tensor wide = Tensor::arange(0, static_cast<double>(5 * width), 1, int32).with_shape({5, width});
      const Tensor y = ops::gather(wide.astype(dtype), Tensor({4, 2, 4}));
      for (std::int64_t i = 0; i < 3; ++i)
        for (std::int64_t j = 0; j < width; ++j) {
          const std::int64_t row = i == 1 ? 2 : 4;
          REQUIRE(y.astype(int32).at<std::int32_t>(i, j) ==
                  (dtype == boolean ? 1 : static_cast<std::int32_t>(row * width + j)));
        }
    }
}

TEST_CASE("gather: equal ids add their gradients, as rows in order of first appearance") {
  const Variable weights(table);
  GradientTape tape;
  const Tensor y = ops::gather(weights, Tensor({2, 0, 2, 2}));
  const Tensor scale({{1.f, 2.f}, {3.f, 4.f}, {10.f, 20.f}, {100.f, 200.f}});
  const Gradient gradient = tape.gradient(y * scale, weights);
  REQUIRE(gradient.is_rows());
  CHECK(gradient.rows().ids.to_vector<std::int32_t>() == Ints{2, 0});
  CHECK(gradient.rows().values.to_vector<float>() == Floats{111, 222, 3, 4});
  CHECK(gradient.rows().table_shape == Shape{4, 2});
  CHECK(gradient.to_dense().to_vector<float>() == Floats{3, 4, 0, 0, 111, 222, 0, 0});
}

TEST_CASE("gather: the gradient of a table that was computed is dense on its way on") {
  random::set_seed(1);
  const Tensor ids({{0, 2}, {2, 2}});
  const auto rows_of_exp = [&](const Tensor& x) { return ops::gather(ops::exp(x), ids); };
  CHECK(check_gradients(rows_of_exp, {random::normal({4, 3})}).ok());
  CHECK(check_gradients([&](const Tensor& x) { return ops::gather(x, ids); }, {random::normal({3})}).ok());
  CHECK(check_gradients([&](const Tensor& x) { return ops::gather(x, ids); }, {random::normal({3, 2, 2})}).ok());
}

TEST_CASE("gather: second derivatives go through the dense form") {
  random::set_seed(2);
  const auto gradient_of_cube = [](const Tensor& x) {
    GradientTape tape({.higher_order = true});
    tape.watch(x);
    const Tensor rows = ops::gather(x, Tensor({1, 1, 0}));
    return tape.gradient(rows * rows * rows, x).to_dense();
  };
  CHECK(check_gradients(gradient_of_cube, {random::normal({3, 2})}).ok());
}

TEST_CASE("gather: no ids, and an empty table nobody reads") {
  const Variable weights(table);
  GradientTape tape;
  const Tensor y = ops::gather(weights, Tensor::zeros({0, 3}, int32));
  CHECK(y.shape() == Shape{0, 3, 2});
  const Gradient gradient = tape.gradient(y, weights);
  CHECK(gradient.rows().ids.size() == 0);
  CHECK(gradient.to_dense().to_vector<float>() == Floats(8, 0.f));
  CHECK(ops::gather(Tensor::zeros({0, 2}), Tensor::zeros({0}, int32)).shape() == Shape{0, 2});
}

TEST_CASE("gather: symbolic ids give the shape") {
  CHECK(ops::gather(table, Tensor::symbolic({None, 10}, int32)).shape() == Shape{None, 10, 2});
  CHECK(ops::gather(Variable(table), Tensor::symbolic({None, None}, int32)).shape() == Shape{None, None, 2});
}

TEST_CASE("gather: refuses an id outside the table, with its place and the limit") {
  const std::string text = message_of<IndexError>([] { (void)ops::gather(table, Tensor({{0, 1}, {4, 2}})); });
  CHECK(text.find("[gather]") == 0);
  CHECK(text.find("id 4 at (1, 0)") != std::string::npos);
  CHECK(text.find("0 … 3") != std::string::npos);
  CHECK(message_of<IndexError>([] {
          (void)ops::gather(table, Tensor({0, -1}));
        }).find("id -1 at (1,)") != std::string::npos);
  CHECK_THROWS_AS(ops::gather(table, Tensor({std::int64_t{1} << 40})), IndexError);
  CHECK_THROWS_AS(ops::gather(Tensor::zeros({0, 2}), Tensor({0})), IndexError);
  CHECK_THROWS_AS(ops::gather(Tensor::zeros({0, 2}), Tensor({-1})), IndexError);
  CHECK_THROWS_AS(ops::gather(table, Tensor({1.f})), ValueError);
  CHECK_THROWS_AS(ops::gather(Tensor(1.f), Tensor({0})), ShapeError);
}

TEST_CASE("take: picks along any axis, as NumPy does") {
  const testing::Fixture numpy("ops");
  const Tensor a = numpy.tensor("inputs/a"), ids({{0, 1}, {1, 0}});
  for (const std::int64_t axis : {0, 1, -1}) {
    CAPTURE(axis);
    CHECK(ops::array_equal(ops::take(a, ids, axis), numpy.tensor("take/" + std::to_string(axis))));
    CHECK(check_gradients([&](const Tensor& x) { return ops::take(x, ids, axis); }, {a}).ok());
  }
  CHECK(ops::take(Tensor::symbolic({None, 3, 4}), ids, 1).shape() == Shape{None, 2, 2, 4});
  CHECK_THROWS_AS(ops::take(a, Tensor({3}), 1), IndexError);
  CHECK_THROWS_AS(ops::take(a, Tensor({-1}), 1), IndexError);
  CHECK_THROWS_AS(ops::take(a, ids, 3), IndexError);
}

TEST_CASE("scatter_add: rows are added where their ids say, equal ids all of them") {
  const Tensor updates = Tensor({{1., 2.}, {2., 4.}, {3., 6.}, {4., 8.}});
  const Tensor y = ops::scatter_add(Tensor::zeros({3, 2}, float64), Tensor({2, 0, 2, 2}), updates);
  CHECK(ops::array_equal(y, testing::Fixture("ops").tensor("scatter_add")));
  CHECK(ops::scatter_add(Tensor({1, 1}), Tensor({1, 1}), Tensor({5, 6})).to_vector<std::int32_t>() == Ints{1, 12});
}

TEST_CASE("scatter_add: gradients, first and second") {
  random::set_seed(3);
  const Tensor ids({{1, 0}, {1, 1}});
  const auto added = [&](const TensorVector& x) { return ops::scatter_add(x[0], ids, x[1]); };
  CHECK(check_gradients(added, {random::normal({3, 2}), random::normal({2, 2, 2})}).ok());
  const auto squared = [&](const TensorVector& x) {
    GradientTape tape({.higher_order = true});
    tape.watch(x[1]);
    return tape.gradient(ops::square(ops::scatter_add(x[0], ids, x[1])), x[1]).to_dense();
  };
  CHECK(check_gradients(squared, {random::normal({3, 2}), random::normal({2, 2, 2})}).ok());
}

TEST_CASE("scatter_add: refuses updates that do not fit") {
  const Tensor x = Tensor::zeros({3, 2}), ids({0, 1});
  CHECK(message_of<ShapeError>([&] {
          (void)ops::scatter_add(x, ids, Tensor::zeros({2, 3}));
        }) == "[scatter_add] updates do not fit ids (2,) and x (3, 2); got (2, 3); expected (2, 2)");
  CHECK_THROWS_AS(ops::scatter_add(x, Tensor({0, 3}), Tensor::zeros({2, 2})), IndexError);
  CHECK_THROWS_AS(ops::scatter_add(x, ids, Tensor::zeros({2, 2}, float64)), ValueError);
  CHECK_THROWS_AS(ops::scatter_add(Tensor({true}), Tensor({0}), Tensor({true})), ValueError);
}

TEST_CASE("one_hot: 1 at the id; ids outside give zeros") {
  const Tensor y = ops::one_hot(Tensor({{1, 0}, {3, -1}}), 3);
  CHECK(y.shape() == Shape{2, 2, 3});
  CHECK(y.to_vector<float>() == Floats{0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0});
  CHECK(ops::one_hot(Tensor(1), 2, int32).to_vector<std::int32_t>() == Ints{0, 1});
  CHECK(ops::one_hot(Tensor({1}, int64), 2, boolean).to_vector<bool>() == std::vector<bool>{false, true});
  CHECK(ops::one_hot(Tensor::zeros({0}, int32), 4).shape() == Shape{0, 4});
  CHECK(ops::one_hot(Tensor::symbolic({None, 5}, int32), 4).shape() == Shape{None, 5, 4});
  CHECK_THROWS_AS(ops::one_hot(Tensor({1.f}), 2), ValueError);
  CHECK_THROWS_AS(ops::one_hot(Tensor({1}), -1), ValueError);
}

TEST_CASE("gather: a row that is read a million times gets the whole of its gradient") {
  constexpr std::int64_t n = 1000000;
  const Tensor ids = Tensor::full({n}, 1, int32), updates = Tensor::full({n, 2}, 0.1);
  GradientTape tape;
  tape.watch(table);
  const Tensor d_table = tape.gradient(ops::sum(0.1 * ops::gather(table, ids)), table).to_dense();
  for (const float sum :
       {d_table.at<float>(1, 0), ops::scatter_add(Tensor::zeros({3, 2}), ids, updates).at<float>(1, 1)})
    CHECK(sum == doctest::Approx(1e5).epsilon(1e-6));
  CHECK(d_table.at<float>(0, 0) == 0);
}
