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
using TensorVector = std::vector<Tensor>;

TEST_CASE("matmul: rows times columns") {
  const Tensor a({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}), b({{1.f, 0.f}, {0.f, 1.f}, {2.f, -1.f}});
  const Tensor y = ops::matmul(a, b);
  CHECK(y.shape() == Shape{2, 2});
  CHECK(y.to_vector<float>() == Floats{7, -1, 16, -1});  // 1 + 2·3, 2 − 3, 4 + 2·6, 5 − 6
}

TEST_CASE("matmul: the shapes that NumPy takes: vectors, batches, broadcast batches, nothing") {
  const testing::Fixture numpy("ops");
  for (const std::string& name : numpy.names("matmul/")) {
    CAPTURE(name);
    const std::string shapes = name.substr(7);
    const auto middle = shapes.find('_');
    const Tensor a = numpy.tensor("inputs/m" + shapes.substr(0, middle));
    const Tensor b = numpy.tensor("inputs/m" + shapes.substr(middle + 1));
    const Tensor y = ops::matmul(a, b), expected = numpy.tensor(name);
    CHECK(y.shape() == expected.shape());
    CHECK(ops::all_close(y, expected, 1e-14, 1e-14));
    if (y.size() > 0)
      CHECK(check_gradients([](const TensorVector& x) { return ops::matmul(x[0], x[1]); }, {a, b}).max_relative_error <
            1e-7);
  }
}

TEST_CASE("matmul: a flag multiplies by the transpose, and its gradient knows") {
  random::set_seed(1);
  for (const bool transpose_a : {false, true})
    for (const bool transpose_b : {false, true})
      for (const Shape& batch : {Shape(), Shape{3}, Shape{2, 3}}) {
        CAPTURE(transpose_a);
        CAPTURE(transpose_b);
        CAPTURE(batch.to_string());
        Shape shape_a = batch, shape_b{3};
        for (const int extent : transpose_a ? std::array{4, 2} : std::array{2, 4}) shape_a.push_back(extent);
        for (const int extent : transpose_b ? std::array{5, 4} : std::array{4, 5}) shape_b.push_back(extent);
        const Tensor a = random::normal(shape_a, 0, 1, float64), b = random::normal(shape_b, 0, 1, float64);
        const auto swapped = [](const Tensor& x) {
          std::vector<std::int64_t> order(x.rank());
          for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
          std::swap(order[order.size() - 1], order[order.size() - 2]);
          return ops::transpose(x, order);
        };
        const Tensor y = ops::matmul(a, b, transpose_a, transpose_b);
        CHECK(ops::all_close(y, ops::matmul(transpose_a ? swapped(a) : a, transpose_b ? swapped(b) : b), 1e-14, 1e-14));
        const auto product = [&](const TensorVector& x) { return ops::matmul(x[0], x[1], transpose_a, transpose_b); };
        CHECK(check_gradients(product, {a, b}).ok());
      }
}

TEST_CASE("matmul: each size takes the same sums, to their rounding, whichever way it is computed") {
  random::set_seed(2);
  for (const std::int64_t n : {1, 3, 32, 33})
    for (const std::int64_t k : {1, 16, 17, 64})
      for (const std::int64_t m : {1, 5, 16, 70})
        for (const int flags : {0, 1, 2, 3}) {
          const bool transpose_a = (flags & 1) != 0, transpose_b = (flags & 2) != 0;
          const Tensor a = random::normal(transpose_a ? Shape{k, n} : Shape{n, k});
          const Tensor b = random::normal(transpose_b ? Shape{m, k} : Shape{k, m});
          const Tensor y = ops::matmul(a, b, transpose_a, transpose_b);
          const double rounding = 0x1p-24 * static_cast<double>(k + 1);  // of k products and their sum, by their sizes
          double worst = 0;
          for (std::int64_t i = 0; i < n; ++i)
            for (std::int64_t j = 0; j < m; ++j) {
              double sum = 0, sizes = 0;
              for (std::int64_t l = 0; l < k; ++l) {
                const double product = double{transpose_a ? a.at<float>(l, i) : a.at<float>(i, l)} *
                                       double{transpose_b ? b.at<float>(j, l) : b.at<float>(l, j)};
                sum += product;
                sizes += std::abs(product);
              }
              worst = std::max(worst, std::abs(sum - double{y.at<float>(i, j)}) / sizes);
            }
          CAPTURE(n);
          CAPTURE(k);
          CAPTURE(m);
          CAPTURE(flags);
          CHECK(worst <= rounding);
        }
}

TEST_CASE("matmul: second derivatives") {
  const auto gradient_of_square = [](const TensorVector& x) {
    GradientTape tape({.higher_order = true});
    tape.watch(x[0]);
    return tape.gradient(ops::square(ops::matmul(x[0], x[1])), x[0]).to_dense();
  };
  random::set_seed(3);
  CHECK(check_gradients(gradient_of_square, {random::normal({2, 3}), random::normal({3, 2})}).ok());
}

TEST_CASE("matmul: an empty inner axis gives zeros") {
  const Tensor y = ops::matmul(Tensor::zeros({2, 0}), Tensor::zeros({0, 3}));
  CHECK(y.to_vector<float>() == Floats(6, 0.f));
  const Tensor biased = ops::linear(Tensor::zeros({2, 0}), Tensor::zeros({0, 2}), Tensor({1.f, 2.f}));
  CHECK(biased.to_vector<float>() == Floats{1, 2, 1, 2});
}

TEST_CASE("matmul: symbolic operands give the shape") {
  const auto symbol = [](const Shape& shape) { return Tensor::symbolic(shape); };
  CHECK(ops::matmul(symbol({None, 3}), symbol({3, 4})).shape() == Shape{None, 4});
  CHECK(ops::matmul(symbol({None, 5, 3}), Tensor::zeros({3, 4})).shape() == Shape{None, 5, 4});
  CHECK(ops::matmul(symbol({None, 5, 3}), symbol({None, 3, 2})).shape() == Shape{None, 5, 2});
  CHECK(ops::matmul(symbol({None, 2, 3}), symbol({None, 4, 3}), false, true).shape() == Shape{None, 2, 4});
  CHECK(ops::matmul(symbol({None, 3}), symbol({3})).shape() == Shape{None});
  CHECK(ops::linear(symbol({None, None, 3}), symbol({3, 4}), symbol({4})).shape() == Shape{None, None, 4});
}

TEST_CASE("matmul: refuses operands that do not fit, with both shapes") {
  const Tensor a = Tensor::zeros({2, 3});
  CHECK(message_of<ShapeError>([&] {
          (void)ops::matmul(a, Tensor::zeros({4, 5}));
        }) ==
        "[matmul] inner dimensions differ; got (2, 3) and (4, 5); expected 3 rows in the second for the 3 columns of "
        "the first; transpose or reshape one of them");
  CHECK(message_of<ShapeError>([&] { (void)ops::matmul(a, Tensor(1.f)); }).find("(2, 3) and ()") != std::string::npos);
  CHECK(message_of<ShapeError>([&] {
          (void)ops::matmul(Tensor::zeros({2, 2, 3}), Tensor::zeros({3, 3, 1}));
        }).find("(2,) and (3,)") != std::string::npos);
  CHECK(message_of<ShapeError>([&] {
          (void)ops::matmul(a, Tensor({1.f, 2.f, 3.f}), false, true);
        }).find("rank 2 or more") != std::string::npos);
  CHECK_THROWS_AS(ops::matmul(a, Tensor::zeros({3, 2}, float64)), ValueError);
  CHECK_THROWS_AS(ops::matmul(Tensor::zeros({2, 2}, int32), Tensor::zeros({2, 2}, int32)), ValueError);
}

TEST_CASE("linear: a product and its bias, for rows, one row and batches of rows") {
  random::set_seed(4);
  const Tensor kernel = random::normal({3, 4}, 0, 1, float64), bias = random::normal({4}, 0, 1, float64);
  for (const Shape& shape : {Shape{3}, Shape{1, 3}, Shape{5, 3}, Shape{2, 5, 3}, Shape{0, 3}}) {
    CAPTURE(shape.to_string());
    const Tensor x = random::normal(shape, 0, 1, float64), y = ops::linear(x, kernel, bias);
    CHECK(y.shape() == shape.with(shape.rank() - 1, 4));
    CHECK(ops::all_close(y, ops::matmul(x, kernel) + bias, 1e-14, 1e-14));
    CHECK(check_gradients([](const TensorVector& in) { return ops::linear(in[0], in[1], in[2]); }, {x, kernel, bias})
              .ok());
  }
}

TEST_CASE("linear: second derivatives") {
  const auto gradient_of_square = [](const TensorVector& x) {
    GradientTape tape({.higher_order = true});
    tape.watch(x[1]);
    return tape.gradient(ops::square(ops::linear(x[0], x[1], x[2])), x[1]).to_dense();
  };
  random::set_seed(5);
  const TensorVector inputs{random::normal({2, 2, 3}), random::normal({3, 2}), random::normal({2})};
  CHECK(check_gradients(gradient_of_square, inputs).ok());
}

TEST_CASE("linear: refuses a kernel or bias that does not fit") {
  const Tensor x = Tensor::zeros({2, 3}), kernel = Tensor::zeros({3, 4}), bias = Tensor::zeros({4});
  CHECK(message_of<ShapeError>([&] { (void)ops::linear(x, kernel, Tensor::zeros({3})); }) ==
        "[linear] shapes do not fit; got x (2, 3), kernel (3, 4) and bias (3,); expected (…, k), (k, m) and (m,)");
  CHECK_THROWS_AS(ops::linear(Tensor::zeros({2, 4}), kernel, bias), ShapeError);
  CHECK_THROWS_AS(ops::linear(Tensor(1.f), kernel, bias), ShapeError);
  CHECK_THROWS_AS(ops::linear(x, kernel, Tensor::zeros({4}, float64)), ValueError);
  CHECK_THROWS_AS(ops::linear(Tensor::zeros({2, 3}, float64), kernel, bias), ValueError);
}

TEST_CASE("dot: products summed over the last axis, the others broadcast") {
  CHECK(ops::dot(Tensor({1.f, 2.f, 3.f}), Tensor({4.f, 5.f, 6.f})).item<float>() == 32);
  const Tensor y = ops::dot(Tensor({{1.f, 2.f}, {3.f, 4.f}}), Tensor({10.f, 1.f}));
  CHECK(y.to_vector<float>() == Floats{12, 34});
  random::set_seed(6);
  const TensorVector inputs{random::normal({2, 1, 3}), random::normal({4, 3})};
  CHECK(check_gradients([](const TensorVector& x) { return ops::dot(x[0], x[1]); }, inputs).ok());
  CHECK_THROWS_AS(ops::dot(Tensor({1.f, 2.f}), Tensor({1.f})), ShapeError);
  CHECK_THROWS_AS(ops::dot(Tensor(1.f), Tensor({1.f})), ShapeError);
}
