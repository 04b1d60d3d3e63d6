#include <cornu/framework/losses/loss.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/losses/regression.hpp>
#include <cornu/framework/ops/support.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/loss_cases.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using losses::Loss, testing::Fixture, testing::message_of, testing::shape_of;

TEST_CASE("Loss: from a function") {
  const Handle<Loss> cubic = [](const Tensor& t, const Tensor& p) { return ops::pow(ops::abs(t - p), 3); };
  CHECK((*cubic)(Tensor({1, 2}), Tensor({{3.F}, {2.F}})).item<float>() == 4);
}

TEST_CASE("Loss: labels of any dtype") {
  const Tensor y_pred({{0.25F}, {0.75F}});
  const double expected = -std::log(0.75);
  for (const DType dtype : {float32, float64, int32, int64, boolean})
    CHECK(losses::BinaryCrossentropy()(Tensor({{0}, {1}}).astype(dtype), y_pred).item<double>() ==
          doctest::Approx(expected));
  const Tensor rows({{0.25F, 0.75F}});
  for (const DType dtype : {float32, int32, int64})
    CHECK(losses::SparseCategoricalCrossentropy()(Tensor({1}).astype(dtype), rows).item<double>() ==
          doctest::Approx(expected));
}

TEST_CASE("Loss: a weight (samples,) is one for each sample, also where there are losses for each of its steps") {
  const Tensor y({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}, {7.f, 8.f, 9.f}}), p = Tensor::zeros({3, 3, 1});
  const Tensor labels = ops::expand_dims(y, -1), mask({{true, true, false}, {true, true, true}, {false, true, true}});
  const losses::MeanSquaredError loss;
  const Tensor flat({1.f, 0.f, 2.f}), column({{1.f}, {0.f}, {2.f}});
  CHECK(loss(labels, p, flat).item<float>() == loss(labels, p, column).item<float>());
  CHECK(loss(labels, p, flat).item<float>() == doctest::Approx((14 + 2 * 194) / 9.0));
  CHECK(loss(labels, p, flat, mask).item<float>() == loss(labels, p, column, mask).item<float>());
  CHECK(loss(ops::slice(labels, 0, {.stop = 2}), ops::slice(p, 0, {.stop = 2}), Tensor({1.f, 0.f})).item<float>() ==
        doctest::Approx(14 / 6.0));
}

TEST_CASE("label_kind: told by the shapes, as Keras") {
  const Fixture fixture("metrics");
  REQUIRE(fixture.names("resolved/").size() == 11);
  for (const std::string& record : fixture.names("resolved/")) {
    CAPTURE(record);
    const std::string shapes = record.substr(record.find('/') + 1);
    const std::size_t middle = shapes.find('_');
    const losses::LabelKind expected[] = {losses::LabelKind::binary, losses::LabelKind::categorical,
                                          losses::LabelKind::sparse_categorical};
    CHECK(losses::label_kind(shape_of(shapes.substr(0, middle)), shape_of(shapes.substr(middle + 1))) ==
          expected[fixture.tensor(record).item<int>()]);
  }
}

TEST_CASE("Loss: an empty batch gives 0, or no losses where they are not reduced") {
  const Tensor none = Tensor::zeros({0, 3});
  for (const char* reduction : {"sum_over_batch_size", "sum", "mean_with_sample_weight"}) {
    const losses::MeanSquaredError loss({.reduction = reduction});
    CHECK(loss(none, none).item<float>() == 0);
    CHECK(loss(none, none, Tensor::zeros({0})).item<float>() == 0);
  }
  CHECK(losses::MeanSquaredError({.reduction = "none"})(none, none).shape() == Shape{0});
}

TEST_CASE("Loss: what is masked or has no weight does not count, in value and gradient, also if it is NaN") {
  const float nan = std::nanf("");
  const Tensor labels({{1.f, 2.f, nan}, {nan, 4.f, 5.f}}), mask({{true, true, false}, {false, true, true}});
  const Tensor clean({{1.f, 2.f, 0.f}, {0.f, 4.f, 5.f}});
  const auto per_step = [](const Tensor& t) { return ops::expand_dims(t, -1); };
  for (const char* reduction : {"sum_over_batch_size", "sum", "mean_with_sample_weight"}) {
    const losses::MeanSquaredError loss({.reduction = reduction});
    const auto run = [&](const Tensor& y, const Tensor& prediction, const Tensor& weight, const Tensor& valid) {
      GradientTape tape;
      tape.watch(prediction);
      const Tensor value = loss(per_step(y), prediction, weight, valid);
      return std::pair(value, tape.gradient(value, prediction).to_dense());
    };
    const Tensor zeros = Tensor::zeros({2, 3, 1}), weight = ops::cast(mask, float32);
    const Tensor broken = ops::where(per_step(mask), zeros, ops::scalar(nan, float32));
    for (const bool by_weight : {false, true}) {
      const Tensor w = by_weight ? weight : Tensor(), m = by_weight ? Tensor() : mask;
      const auto [value, gradient] = run(clean, zeros, w, m);
      for (const Tensor& prediction : {zeros, broken}) {
        const auto [with_nan, gradient_with_nan] = run(labels, prediction, w, m);
        CHECK(with_nan.item<float>() == value.item<float>());
        CHECK(ops::array_equal(gradient_with_nan, gradient));
      }
    }
    CHECK(std::isnan(run(labels, zeros, {}, {}).first.item<float>()));
    CHECK(std::isnan(run(labels, zeros, Tensor({1.f, 0.f}), {}).first.item<float>()));
  }
  const losses::SparseCategoricalCrossentropy sparse({.from_logits = true, .ignore_class = -1});
  const Tensor logits({{0.f, 0.f}, {nan, nan}});
  GradientTape tape;
  tape.watch(logits);
  const Tensor value = sparse(Tensor({1, -1}), logits);
  CHECK(value.item<double>() == doctest::Approx(std::log(2)));
  CHECK(ops::array_equal(tape.gradient(value, logits).to_dense(), Tensor({{0.5f, -0.5f}, {0.f, 0.f}})));
}

TEST_CASE("Loss: weights that would broadcast are refused") {
  // Of 2 samples with 2 elements each Keras takes the weights by columns: losses (1, 40), (100, 4000).
  const Tensor two({{1.F, 1.F}, {2.F, 2.F}}), elements({{1.F, 10.F}, {100.F, 1000.F}});
  CHECK_THROWS_AS(losses::MeanSquaredError()(Tensor::zeros({2, 2}), two, elements), ShapeError);
  const Tensor y = Tensor::ones({3, 3}), steps = Tensor::ones({3, 3});
  CHECK_THROWS_AS(losses::MeanSquaredError()(y, y, steps), ShapeError);
  CHECK_THROWS_AS(losses::MeanSquaredError()(y, y, {}, Tensor::ones({3, 3}, boolean)), ShapeError);
}

TEST_CASE("Loss: what it refuses") {
  CHECK(message_of<ValueError>([] { losses::MeanSquaredError({.reduction = "average"}); }) ==
        "[Loss] unknown reduction; got 'average'; expected sum_over_batch_size, mean, sum, mean_with_sample_weight or "
        "none");
  const Tensor two({{0.5F}, {0.5F}});
  CHECK_THROWS_AS(losses::MeanSquaredError()(two, two, Tensor({1.F, 2.F, 3.F})), ShapeError);
  CHECK_THROWS_AS(losses::label_kind({}, {3}), ShapeError);
}
