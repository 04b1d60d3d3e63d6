#include <cornu/framework/losses/classification.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <string>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/loss_cases.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::check_loss_cases, testing::LossCase, testing::message_of;

TEST_CASE("cross-entropies: values, reductions and gradients as Keras, with weights and masks") {
  CHECK(check_loss_cases("bce", "binary", [](const LossCase& c, const std::string& reduction) {
          return std::make_shared<losses::BinaryCrossentropy>(
              losses::BinaryCrossentropyOptions{c.from_logits, c.smoothing, -1, reduction});
        }) == 44);
  CHECK(check_loss_cases("cce", "onehot", [](const LossCase& c, const std::string& reduction) {
          return std::make_shared<losses::CategoricalCrossentropy>(
              losses::CategoricalCrossentropyOptions{c.from_logits, c.smoothing, -1, reduction});
        }) == 28);
  CHECK(check_loss_cases("scce", "ids", [](const LossCase& c, const std::string& reduction) {
          return std::make_shared<losses::SparseCategoricalCrossentropy>(
              losses::SparseCategoricalCrossentropyOptions{.from_logits = c.from_logits, .reduction = reduction});
        }) == 24);
}

TEST_CASE("cross-entropies: gradients against central differences") {
  random::set_seed(4);
  const Tensor probabilities = random::uniform({6, 4}, 0.05, 0.95), logits = random::normal({6, 4});
  const Tensor binary = ops::cast(random::randint({6, 4}, 0, 2), float64), ids = random::randint({6}, 0, 4);
  const Tensor classes = ops::one_hot(ids, 4, float64);
  const auto check = [](auto loss, const Tensor& y_true, const Tensor& y_pred) {
    const auto report = check_gradients([&](const Tensor& p) { return loss(y_true, p); }, {y_pred});
    CHECK_MESSAGE(report.ok(), report.where);
  };
  for (const bool from_logits : {false, true})
    for (const double smoothing : {0., 0.2}) {
      const Tensor& y_pred = from_logits ? logits : probabilities;
      check([&](auto& t, auto& p) { return losses::binary_crossentropy(t, p, from_logits, smoothing); }, binary,
            y_pred);
      check([&](auto& t, auto& p) { return losses::categorical_crossentropy(t, p, from_logits, smoothing); }, classes,
            y_pred);
      check([&](auto& t, auto& p) { return losses::sparse_categorical_crossentropy(t, p, from_logits); }, ids, y_pred);
    }
}

TEST_CASE("cross-entropies: sparse and one-hot labels give the same, along any axis of classes") {
  random::set_seed(5);
  const Tensor logits = random::normal({2, 3, 4}), ids = random::randint({2, 4}, 0, 3);
  const Tensor one_hot = ops::transpose(ops::one_hot(ids, 3), {0, 2, 1});
  for (const bool from_logits : {true, false}) {
    const Tensor y_pred = from_logits ? logits : ops::exp(logits);
    const Tensor sparse = losses::sparse_categorical_crossentropy(ids, y_pred, from_logits, {}, 1);
    CHECK(sparse.shape() == Shape{2, 4});
    CHECK(ops::all_close(sparse, losses::categorical_crossentropy(one_hot, y_pred, from_logits, 0, 1), 1e-5, 1e-6));
  }
}

TEST_CASE("cross-entropies: probabilities are divided by their sum, one-hot labels are not, as Keras") {
  const Tensor p({{0.2F, 0.2F}});
  CHECK(losses::sparse_categorical_crossentropy(Tensor({0}), p).item<float>() == doctest::Approx(0.693147));
  CHECK(losses::categorical_crossentropy(Tensor({{1.F, 0.F}}), p).item<float>() == doctest::Approx(0.693147));
  CHECK(losses::categorical_crossentropy(Tensor({{2.F, 0.F}}), p).item<float>() == doctest::Approx(1.386294));
}

TEST_CASE("SparseCategoricalCrossentropy: an ignored class counts neither in the sum nor in the number") {
  const Tensor y_pred({{0.5F, 0.5F}, {0.25F, 0.75F}, {0.9F, 0.1F}});
  const losses::SparseCategoricalCrossentropy loss({.ignore_class = -1});
  const Tensor y_true({0, -1, 1});
  CHECK(loss(y_true, y_pred).item<double>() == doctest::Approx((std::log(2.) + std::log(10.)) / 2));
  CHECK(loss(Tensor({-1, -1, -1}), y_pred).item<double>() == 0);
  const Tensor weight({2.F, 5.F, 0.F});
  CHECK(loss(y_true, y_pred, weight).item<double>() == doctest::Approx(2 * std::log(2.) / 2));
  loss.check_labels(y_true, {None, 2});
  const Tensor mask({true, true, false});
  CHECK(loss(y_true, y_pred, {}, mask).item<double>() == doctest::Approx(std::log(2.)));  // the first sample alone
}

TEST_CASE("SparseCategoricalCrossentropy: predictions of an ignored class have no gradient, also if they are NaN") {
  const Tensor labels({0, -1});
  for (const bool from_logits : {true, false}) {
    CAPTURE(from_logits);
    const Variable p(Tensor({{1.F, 1.F}, {NAN, 1.F}}));
    GradientTape tape;
    const Tensor loss = ops::sum(losses::sparse_categorical_crossentropy(labels, p, from_logits, -1));
    CHECK(loss.item<float>() == doctest::Approx(std::log(2.F)));
    // softmax − one-hot; and of p₀ / (p₀ + p₁): 1 / (p₀ + p₁) − one-hot / p₀
    CHECK(tape.gradient(loss, p).to_dense().to_vector<float>() == std::vector<float>{-0.5F, 0.5F, 0, 0});
  }
}

TEST_CASE(
    "cross-entropies: a probability that a sigmoid or softmax rounded to the wrong end has no gradient, as on JAX") {
  const Tensor logit({{100.F}}), logits({{100.F, 0.F}}), zero({{0.F}}), second({{0.F, 1.F}});
  GradientTape tape({.persistent = true});
  tape.watch(logit);
  tape.watch(logits);
  const Tensor binary = losses::binary_crossentropy(zero, ops::sigmoid(logit));
  const Tensor several = losses::categorical_crossentropy(second, ops::softmax(logits));
  const Tensor of_logit = losses::binary_crossentropy(zero, logit, true);
  CHECK(binary.item<double>() == doctest::Approx(15.942385));
  CHECK(several.item<double>() == doctest::Approx(16.118095));
  CHECK(of_logit.item<double>() == 100);
  CHECK(ops::array_equal(tape.gradient(binary, logit).to_dense(), zero));
  CHECK(ops::array_equal(tape.gradient(several, logits).to_dense(), Tensor({{0.F, 0.F}})));
  CHECK(ops::array_equal(tape.gradient(of_logit, logit).to_dense(), Tensor({{1.F}})));
  // A sigmoid is no logit: it is taken as one where one says so.
  CHECK(losses::binary_crossentropy(zero, ops::sigmoid(Tensor({{2.F}})), true).item<double>() ==
        doctest::Approx(1.227540));
}

TEST_CASE("BinaryCrossentropy: the axis is that of the mean") {
  const Tensor y_true({{1.F, 0.F}, {1.F, 1.F}}), y_pred({{0.5F, 0.25F}, {0.25F, 0.5F}});
  const double a = std::log(2.), b = -std::log(0.75), c = std::log(4.), d = std::log(2.);
  const auto mean_along = [&](std::int64_t axis) {
    return losses::BinaryCrossentropy({.axis = axis, .reduction = "none"})(y_true, y_pred).to_vector<float>();
  };
  for (const std::int64_t axis : {0, -2}) {
    CHECK(mean_along(axis)[0] == doctest::Approx((a + c) / 2));
    CHECK(mean_along(axis)[1] == doctest::Approx((b + d) / 2));
  }
  CHECK(mean_along(-1)[0] == doctest::Approx((a + b) / 2));
  CHECK(mean_along(1)[1] == doctest::Approx((c + d) / 2));
}

TEST_CASE("cross-entropies: labels are checked before a training begins") {
  const losses::BinaryCrossentropy binary;
  binary.check_labels(Tensor({{0.F}, {0.5F}, {1.F}}), {None, 1});
  CHECK(message_of<ValueError>([&] {
          binary.check_labels(Tensor({0, 1, 2}), {None, 1});
        }) ==
        "[binary_crossentropy] labels must lie in 0 … 1; got 2 in sample 2; expected 0, 1 or a probability; for more "
        "than two classes use sparse_categorical_crossentropy");
  for (const float label : {NAN, 1.5F, std::nextafter(1.F, 2.F), -0.5F, -1e-30F})
    CHECK_THROWS_AS(binary.check_labels(Tensor({{0.F, label}}), {None, 2}), ValueError);
  CHECK(message_of<ShapeError>([&] {
          binary.check_labels(Tensor({{0, 1}}), {None, 3});
        }) ==
        "[binary_crossentropy] labels and predictions have different shapes; got y_true (1, 2) and y_pred (1, 3); "
        "expected the same shape; only a last axis of 1 may be missing; a last layer of 2 units predicts such labels");

  const losses::SparseCategoricalCrossentropy sparse;
  sparse.check_labels(Tensor({{0}, {2}}), {None, 3});
  CHECK(message_of<IndexError>([&] {
          sparse.check_labels(Tensor({0, 3}), {None, 3});
        }) ==
        "[sparse_categorical_crossentropy] labels must be class ids; got 3 in sample 1; expected 0 … 2, because the "
        "predictions have 3 classes");
  CHECK_THROWS_AS(sparse.check_labels(Tensor({0.5F}), {None, 3}), IndexError);
  CHECK_THROWS_AS(sparse.check_labels(Tensor({-1}), {None, 3}), IndexError);
  CHECK(message_of<ShapeError>([&] {
          sparse.check_labels(Tensor({{0, 1, 0}}), {None, 3});
        }) ==
        "[sparse_categorical_crossentropy] labels do not fit the predictions; got y_true (1, 3) and y_pred (1, 3); "
        "expected class ids of shape (1,); for one-hot labels use categorical_crossentropy");
}

TEST_CASE("cross-entropies: a label that cannot be used is named by its sample, also where a sample has several") {
  const Tensor labels({{0.f, 1.f}, {1.f, 0.f}, {1.f, 7.f}});
  CHECK(testing::message_of<ValueError>([&] {
          losses::BinaryCrossentropy().check_labels(labels, {None, 2});
        }).find("got 7 in sample 2") != std::string::npos);
  CHECK(testing::message_of<IndexError>([&] {
          losses::SparseCategoricalCrossentropy().check_labels(Tensor({{0, 0, 0}, {0, 3, 0}}), {None, 3, 3});
        }).find("got 3 in sample 1") != std::string::npos);
}

TEST_CASE("SparseCategoricalCrossentropy: labels of 64 bits and floats are the classes that they say, or refused") {
  const Tensor p({{0.25f, 0.75f}});
  const losses::SparseCategoricalCrossentropy loss;
  for (const Tensor& id : {Tensor({4294967297}), Tensor({-4294967295}), Tensor({1.5f}), Tensor({4294967297.}, float64),
                           Tensor({std::nan("")}, float64), Tensor({2}), Tensor({-1})}) {
    CHECK_THROWS_AS(loss(id, p), IndexError);
    CHECK_THROWS_AS(losses::sparse_categorical_crossentropy(id, p), IndexError);
    CHECK_THROWS_AS(loss.check_labels(id, {None, 2}), IndexError);
  }
  CHECK(
      testing::message_of<IndexError>([&] { loss(Tensor({2}), p); }) ==
      "[sparse_categorical_crossentropy] label 2 at (0,) is outside the classes; expected 0 … 1; the predictions have "
      "one number for each class");
  CHECK_THROWS_AS((losses::SparseCategoricalCrossentropy({.ignore_class = 1})(Tensor({4294967297}), p)), IndexError);
}

TEST_CASE("cross-entropies: what they refuse, and an empty batch") {
  const Tensor x({{0.5F, 0.5F}});
  CHECK_THROWS_AS(losses::binary_crossentropy(Tensor({{1.F}}), x), ShapeError);
  CHECK_THROWS_AS(losses::categorical_crossentropy(x, Tensor({{1, 2}})), ValueError);
  CHECK_THROWS_AS(losses::sparse_categorical_crossentropy(Tensor({2}), x), IndexError);
  CHECK_THROWS_AS(losses::SparseCategoricalCrossentropy().check_labels(Tensor(1), {None, 3}), ShapeError);
  CHECK(message_of<ValueError>([] { losses::BinaryCrossentropy({.label_smoothing = 1.5}); }) ==
        "[BinaryCrossentropy] label_smoothing must lie in 0 … 1; got 1.5");
  CHECK_THROWS_AS(losses::CategoricalCrossentropy({.label_smoothing = NAN}), ValueError);

  const Tensor none = Tensor::zeros({0, 3}), no_ids = Tensor::zeros({0}, int32);
  CHECK(losses::binary_crossentropy(none, none).shape() == Shape{0});
  CHECK(losses::categorical_crossentropy(none, none).shape() == Shape{0});
  CHECK(losses::sparse_categorical_crossentropy(no_ids, none).shape() == Shape{0});
  losses::BinaryCrossentropy().check_labels(none, {None, 3});
  losses::SparseCategoricalCrossentropy().check_labels(no_ids, {None, 3});
}
