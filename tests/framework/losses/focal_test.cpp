#include <cornu/framework/losses/focal.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;

TEST_CASE("BinaryFocalCrossentropy: labels 0 are weighted by 1 − alpha, as in Keras") {
  const Tensor one({{1}}), zero({{0}}), p({{0.9F}});
  const losses::BinaryFocalCrossentropy plain, balanced({.apply_class_balancing = true});
  CHECK(balanced(one, p).item<float>() == doctest::Approx(0.00026340148).epsilon(1e-4).scale(0));
  CHECK(balanced(zero, p).item<float>() == doctest::Approx(1.398820));
  CHECK(plain(one, p).item<float>() == doctest::Approx(0.0010536059).epsilon(1e-4).scale(0));
  CHECK(plain(zero, p).item<float>() == doctest::Approx(1.865094));
}

TEST_CASE("focal losses: with gamma 0 they are cross-entropies, also where a prediction is right altogether") {
  const Tensor labels({{1.F, 0.F}}), p({{1.F, 0.F}});
  GradientTape tape;
  tape.watch(p);
  const Tensor focal = losses::binary_focal_crossentropy(labels, p, false, 0.25, 0);
  CHECK(ops::array_equal(focal, losses::binary_crossentropy(labels, p)));
  CHECK(ops::all(ops::is_finite(tape.gradient(focal, p).to_dense())).item<bool>());
  const Tensor classes({{0.2F, 0.8F}});
  CHECK(losses::categorical_focal_crossentropy(labels, classes, 1, 0).item<float>() ==
        doctest::Approx(losses::categorical_crossentropy(labels, classes).item<double>()));
}

TEST_CASE("focal losses: what they refuse") {
  CHECK_THROWS_AS(losses::BinaryFocalCrossentropy({.label_smoothing = 2}), ValueError);
  CHECK_THROWS_AS(losses::BinaryFocalCrossentropy({.gamma = -1}), ValueError);
  CHECK_THROWS_AS(losses::CategoricalFocalCrossentropy({.label_smoothing = -1}), ValueError);
  CHECK_THROWS_AS(losses::CategoricalFocalCrossentropy({.gamma = -1}), ValueError);
  CHECK_THROWS_AS(losses::CategoricalFocalCrossentropy({.alpha = {}}), ValueError);
  const Tensor two = Tensor::ones({1, 2}), three = Tensor::ones({1, 3}), none = Tensor::zeros({0, 2});
  CHECK(testing::message_of<ShapeError>([&] {
          losses::categorical_focal_crossentropy(three, three, {0.5, 0.5});
        }) ==
        "[categorical_focal_crossentropy] alpha has not one number for each class; got 2 for predictions (1, 3); "
        "expected 1 or 3");
  CHECK_THROWS_AS(losses::binary_focal_crossentropy(two, three), ShapeError);
  CHECK_THROWS_AS(losses::categorical_focal_crossentropy(two, three), ShapeError);
  CHECK_THROWS_AS(losses::BinaryFocalCrossentropy().check_labels(Tensor({{2}}), {None, 1}), ValueError);
  CHECK_THROWS_AS(losses::CategoricalFocalCrossentropy().check_labels(two, {None, 3}), ShapeError);
  CHECK(losses::binary_focal_crossentropy(none, none).shape() == Shape{0});
  CHECK(losses::categorical_focal_crossentropy(none, none, {0.5, 0.5}).shape() == Shape{0});
}
