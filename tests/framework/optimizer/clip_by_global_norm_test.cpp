#include <cornu/framework/optimizer/clip_by_global_norm.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using optim::clip_by_global_norm, optim::global_norm, testing::message_of;
using Values = std::vector<float>;

namespace {

Values values_of(const Gradient& gradient) { return gradient.to_dense().to_vector<float>(); }

std::vector<Gradient> two_and_none() {
  return {Tensor({{3.f, -4.f}, {0.5f, 12.f}}), Gradient(), Tensor({84.f, 0.25f})};
}

// Four rows of a table of 1,000, in no order.
Rows some_rows() { return Rows(Tensor({7, 999, 0, 31}), random::normal({4, 3}), {1000, 3}); }

bool all_nan(const Gradient& gradient) { return ops::all(ops::is_nan(gradient.to_dense())).item<bool>(); }

}  // namespace

TEST_CASE("clip_by_global_norm: the numbers of tf.clip_by_global_norm (2.21.0)") {
  const auto [clipped, norm] = clip_by_global_norm(two_and_none(), 5.5);
  CHECK(norm.shape() == Shape());
  CHECK(norm.item<float>() == doctest::Approx(85.00184).epsilon(1e-7));
  REQUIRE(clipped.size() == 3);
  const Tensor first({{0.19411346316337585f, -0.2588179409503937f}, {0.03235224261879921f, 0.7764538526535034f}});
  CHECK(ops::all_close(clipped[0].to_dense(), first, 1e-6));
  CHECK(clipped[1].empty());
  CHECK(ops::all_close(clipped[2].to_dense(), Tensor({5.435176849365234f, 0.016176121309399605f}), 1e-6));
}

TEST_CASE("clip_by_global_norm: gradients within the norm stay as they are") {
  const auto [clipped, norm] = clip_by_global_norm(two_and_none(), 1000);
  CHECK(norm.item<float>() == doctest::Approx(85.00184).epsilon(1e-7));
  CHECK(values_of(clipped[0]) == Values{3, -4, 0.5, 12});
  CHECK(values_of(clipped[2]) == Values{84, 0.25});
  CHECK(values_of(clip_by_global_norm({Tensor({0.f, 0.f})}, 1).first[0]) == Values{0, 0});
}

TEST_CASE("clip_by_global_norm: a norm that is not finite makes all NaN, as TensorFlow") {
  for (const float bad : {std::numeric_limits<float>::infinity(), std::nanf("")}) {
    const auto [clipped, norm] = clip_by_global_norm({Tensor({1.f, bad}), Tensor({2.f}), some_rows()}, 1);
    CHECK_FALSE(std::isfinite(norm.item<float>()));
    for (const Gradient& gradient : {clipped[0], clipped[1]}) CHECK(all_nan(gradient));
    CHECK(clipped[2].is_rows());
    CHECK(ops::all(ops::is_nan(clipped[2].rows().values)).item<bool>());
  }
}

TEST_CASE("clip_by_global_norm: rows stay rows, and give the norm of their table to the bit") {
  random::set_seed(1);
  const Rows rows = some_rows();
  const Tensor other = random::normal({5});
  const auto [by_rows, rows_norm] = clip_by_global_norm({rows, other}, 0.5);
  const auto [dense, dense_norm] = clip_by_global_norm({rows.to_dense(), other}, 0.5);
  CHECK(rows_norm.item<float>() == dense_norm.item<float>());
  REQUIRE(by_rows[0].is_rows());
  CHECK(by_rows[0].rows().values.shape() == Shape{4, 3});
  CHECK(ops::array_equal(by_rows[0].to_dense(), dense[0].to_dense()));
}

TEST_CASE("clip_by_global_norm: equal ids are summed before the norm is taken") {
  const Rows twice(Tensor({1, 3, 1}), Tensor({{1.f, 2.f}, {0.f, 0.f}, {3.f, 4.f}}), {1 << 30, 2});
  const auto [clipped, norm] = clip_by_global_norm({twice}, 1);
  CHECK(norm.item<float>() == doctest::Approx(std::sqrt(52.0)));
  CHECK(clipped[0].rows().ids.to_vector<std::int32_t>() == std::vector<std::int32_t>{1, 3});
  CHECK(global_norm({twice}).item<float>() == norm.item<float>());
}

TEST_CASE("clip_by_global_norm: gradients that a mean over steps repeats") {
  const Gradient repeated(detail::Repeated{Tensor({{1.f, 2.f}}), 3, Tensor()});
  const auto [clipped, norm] = clip_by_global_norm({repeated}, 1);
  CHECK(norm.item<float>() == doctest::Approx(std::sqrt(15.0)));
  CHECK(clipped[0].to_dense().shape() == Shape{1, 3, 2});
}

TEST_CASE("clip_by_global_norm: a loop of one's own is an optimizer with global_clipnorm, to the bit") {
  random::set_seed(2);
  const Tensor start = random::normal({20, 3}), kernel = random::normal({3, 2}), ids({3, 7, 3, 19});
  const auto train = [&](bool own) {
    Variable table(start), weight(kernel);
    const std::vector<Variable> weights{table, weight};
    optim::Adam optimizer(own ? optim::AdamOptions{} : optim::AdamOptions{.global_clipnorm = 0.25});
    for (int step = 0; step < 5; ++step) {
      GradientTape tape;
      const Tensor loss = ops::sum(ops::square(ops::matmul(ops::gather(table, ids), weight)));
      const std::vector<Gradient> gradients = tape.gradient(loss, weights);
      CHECK(gradients[0].is_rows());
      optimizer.apply(own ? clip_by_global_norm(gradients, 0.25).first : gradients, weights);
    }
    return std::vector<Tensor>{table.value(), weight.value()};
  };
  const std::vector<Tensor> own = train(true), option = train(false);
  CHECK(ops::array_equal(own[0], option[0]));
  CHECK(ops::array_equal(own[1], option[1]));
}

TEST_CASE("clip_by_global_norm: float64 gives a norm of float64, scalars and no elements have one too") {
  const auto [clipped, norm] = clip_by_global_norm({Tensor(3.0), Tensor({4.f}), Tensor::zeros({0, 3})}, 1);
  CHECK(norm.item<double>() == 5);
  CHECK(norm.dtype() == float64);
  CHECK(clipped[0].to_dense().item<double>() == doctest::Approx(0.6));
  CHECK(clipped[2].to_dense().shape() == Shape{0, 3});
}

TEST_CASE("clip_by_global_norm: no gradients, and nothing but empty ones") {
  CHECK(clip_by_global_norm({}, 1).first.empty());
  CHECK(clip_by_global_norm({}, 1).second.item<float>() == 0);
  const auto [clipped, norm] = clip_by_global_norm({Gradient(), Gradient()}, 1);
  CHECK(clipped.size() == 2);
  CHECK(clipped[1].empty());
  CHECK(norm.item<float>() == 0);
}

TEST_CASE("clip_by_global_norm: refuses a norm that is not positive, integers, ids outside the table") {
  for (const double norm : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()})
    CHECK_THROWS_AS(clip_by_global_norm(two_and_none(), norm), ValueError);
  CHECK(message_of<ValueError>([] { clip_by_global_norm({}, -1); }) ==
        "[clip_by_global_norm] clip_norm is out of range; got -1; expected a positive number");
  CHECK(message_of<ValueError>([] {
          global_norm({Tensor({1, 2})});
        }) == "[global_norm] a gradient is not floating; got int32; expected float32 or float64");
  CHECK_THROWS_AS(global_norm({Rows(Tensor({4}), Tensor::ones({1, 2}), {4, 2})}), IndexError);
}
