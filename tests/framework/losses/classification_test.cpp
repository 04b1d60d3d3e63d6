#include <cornu/framework/losses/loss.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/losses/crossentropy.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using losses::Loss, losses::Reduction, testing::Fixture, testing::message_of;

namespace {

// A case of losses.txt, read from its name: "scce_logits/3x5_masked_weighted3".
struct Case {
  explicit Case(const std::string& text) : name(text) {
    const std::size_t slash = text.find('/'), end = text.find('_', slash);
    loss = text.substr(0, text.find_first_of("_/"));
    shape = text.substr(slash + 1, end - slash - 1);
    suffix = end == std::string::npos ? "" : text.substr(end);
    from_logits = text.substr(0, slash).find("_logits") != std::string::npos;
    smoothing = text.substr(0, slash).ends_with("_smooth") ? 0.1 : 0;
    if (suffix.starts_with("_logits")) shape += "_logits", suffix.erase(0, 7);  // extreme_logits is one word
    dtype = suffix.ends_with("_float64") ? float64 : float32;
  }
  // "2x3" of "_masked_weighted2x3"
  std::string after(const std::string& word) const {
    const std::size_t at = suffix.find(word);
    if (at == std::string::npos) return "";
    return suffix.substr(at + word.size(), suffix.find('_', at + word.size()) - at - word.size());
  }

  std::string name, loss, shape, suffix;
  bool from_logits;
  double smoothing;
  DType dtype;
};

std::shared_ptr<Loss> loss_of(const Case& c, const char* reduction) {
  if (c.loss == "mse") return std::make_shared<losses::MeanSquaredError>(losses::MeanSquaredErrorOptions{reduction});
  if (c.loss == "mae") return std::make_shared<losses::MeanAbsoluteError>(losses::MeanAbsoluteErrorOptions{reduction});
  if (c.loss == "bce")
    return std::make_shared<losses::BinaryCrossentropy>(
        losses::BinaryCrossentropyOptions{c.from_logits, c.smoothing, -1, reduction});
  if (c.loss == "cce")
    return std::make_shared<losses::CategoricalCrossentropy>(
        losses::CategoricalCrossentropyOptions{c.from_logits, c.smoothing, -1, reduction});
  return std::make_shared<losses::SparseCategoricalCrossentropy>(
      losses::SparseCategoricalCrossentropyOptions{.from_logits = c.from_logits, .reduction = reduction});
}

Shape shape_of(std::string text) {
  Shape shape;
  for (std::size_t next = 0; !text.empty(); text.erase(0, next + 1)) {
    shape.push_back(std::stoll(text, &next));
    if (next >= text.size()) break;
  }
  return shape;
}

struct Inputs {
  Inputs(const Fixture& fixture, const Case& c) {
    const std::string labels = c.loss == "bce"    ? "binary"
                               : c.loss == "cce"  ? "onehot"
                               : c.loss == "scce" ? "ids"
                                                  : "regression";
    const std::string inputs = "inputs/" + labels + "/" + c.shape;
    y_true = fixture.tensor(inputs + "/y_true");
    y_pred = fixture.tensor(inputs + (c.from_logits ? "/logits" : "/y_pred")).astype(c.dtype);
    if (is_floating(y_true.dtype())) y_true = y_true.astype(c.dtype);
    if (const std::string shape = c.after("_labels"); !shape.empty()) y_true = y_true.with_shape(shape_of(shape));
    if (const std::string shape = c.after("_weighted"); !shape.empty())
      weights = fixture.tensor("inputs/weights/" + shape).astype(c.dtype);
    if (c.suffix.find("_all_masked") != std::string::npos)
      mask = fixture.tensor("inputs/mask_none/2x3");
    else if (c.suffix.find("_masked") != std::string::npos)
      mask = fixture.tensor("inputs/mask/" +
                            (c.shape.find('x') == std::string::npos ? c.shape : c.shape.substr(0, c.shape.rfind('x'))));
  }
  Tensor y_true, y_pred, weights, mask;
};

void check_close(const Tensor& got, const Tensor& expected, DType dtype) {
  CHECK(got.shape() == expected.shape());
  const bool close = dtype == float64 ? ops::all_close(got, expected.astype(float64), 1e-12, 1e-13)
                                      : ops::all_close(got, expected.astype(float32), 3e-6, 3e-7);
  CHECK_MESSAGE(close, "got ", to_string(got), ", expected ", to_string(expected));
}

}  // namespace

TEST_CASE("Loss: values, reductions and gradients as Keras, with weights and masks") {
  const Fixture fixture("losses");
  int cases = 0;
  for (const std::string& record : fixture.names()) {
    if (record.starts_with("inputs/") || !record.ends_with("/values")) continue;
    const Case c(record.substr(0, record.rfind('/')));
    CAPTURE(c.name);
    const Inputs in(fixture, c);
    check_close((*loss_of(c, "none"))(in.y_true, in.y_pred, in.weights, in.mask), fixture.tensor(record), c.dtype);
    for (const std::string reduction : {"sum_over_batch_size", "sum", "mean_with_sample_weight"}) {
      CAPTURE(reduction);
      GradientTape tape;
      tape.watch(in.y_pred);
      const Tensor loss = (*loss_of(c, reduction.c_str()))(in.y_true, in.y_pred, in.weights, in.mask);
      check_close(loss, fixture.tensor(c.name + "/" + reduction), c.dtype);
      const std::string gradient = c.name + "/gradient" + (reduction == "sum_over_batch_size" ? "" : "_" + reduction);
      if (fixture.has(gradient))
        check_close(tape.gradient(loss, in.y_pred).to_dense(), fixture.tensor(gradient), c.dtype);
    }
    ++cases;
  }
  CHECK(cases > 80);
}

TEST_CASE("Loss: gradients against central differences") {
  random::set_seed(4);
  const Tensor probabilities = random::uniform({6, 4}, 0.05, 0.95), logits = random::normal({6, 4});
  const Tensor binary = ops::cast(random::randint({6, 4}, 0, 2), float64), ids = random::randint({6}, 0, 4);
  const Tensor classes = ops::one_hot(ids, 4, float64);
  const auto check = [](auto loss, const Tensor& y_true, const Tensor& y_pred) {
    const auto report = check_gradients([&](const Tensor& p) { return loss(y_true, p); }, {y_pred});
    CHECK_MESSAGE(report.ok(), report.where);
  };
  check(losses::mean_squared_error, logits.astype(float64) * 2., logits);
  check(losses::mean_absolute_error, logits.astype(float64) * 2., logits);
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

namespace {

// d/dp Σ (d loss / d p)², which differentiates the gradient once more.
Tensor second_derivative(const Loss::Function& loss, const Tensor& y_true, const Tensor& y_pred) {
  const Variable p(y_pred);
  GradientTape outer;
  Tensor first;
  {
    GradientTape inner;
    first = inner.gradient(loss(y_true, p), p).to_dense();
  }
  return outer.gradient(ops::square(first), p).to_dense();
}

}  // namespace

TEST_CASE("Loss: the short ways of the cross-entropies equal those made of ops, also for second derivatives") {
  const Tensor logits = random::normal({3, 5}, 0, 1, float64),
               probabilities = random::uniform({3, 5}, 0.05, 0.95, float64);
  const Tensor labels = random::uniform({3, 5}, 0, 1, float64), ids = random::randint({3}, 0, 5);
  for (const bool from_logits : {false, true}) {
    const Tensor& p = from_logits ? logits : probabilities;
    const auto check = [&](auto fast, auto plain, const Tensor& y_true) {
      const auto bind = [&](auto f) { return [f, from_logits](auto& t, auto& x) { return f(t, x, from_logits); }; };
      CHECK(ops::all_close(fast(y_true, p, from_logits), plain(y_true, p, from_logits), 1e-12, 0));
      CHECK(ops::all_close(second_derivative(bind(fast), y_true, p), second_derivative(bind(plain), y_true, p), 1e-9,
                           1e-12));
    };
    check(losses::binary_crossentropies, losses::plain_binary_crossentropies, labels);
    check(losses::sparse_crossentropies, losses::plain_sparse_crossentropies, ids);
  }
  const auto report = check_gradients(  // labels that are themselves computed have a gradient too
      [&](const Tensor& t) { return losses::binary_crossentropy(t, probabilities); }, {labels});
  CHECK_MESSAGE(report.ok(), report.where);
}

TEST_CASE("Loss: sparse and one-hot labels give the same, along any axis of classes") {
  const Tensor logits = random::normal({2, 3, 4}), ids = random::randint({2, 4}, 0, 3);
  const Tensor one_hot = ops::transpose(ops::one_hot(ids, 3), {0, 2, 1});
  for (const bool from_logits : {true, false}) {
    const Tensor y_pred = from_logits ? logits : ops::exp(logits);
    const Tensor sparse = losses::sparse_categorical_crossentropy(ids, y_pred, from_logits, {}, 1);
    CHECK(sparse.shape() == Shape{2, 4});
    CHECK(ops::all_close(sparse, losses::categorical_crossentropy(one_hot, y_pred, from_logits, 0, 1), 1e-5, 1e-6));
  }
}

TEST_CASE("Loss: an ignored class counts neither in the sum nor in the number") {
  const Tensor y_pred({{0.5F, 0.5F}, {0.25F, 0.75F}, {0.9F, 0.1F}});
  const losses::SparseCategoricalCrossentropy loss({.ignore_class = -1});
  const Tensor y_true({0, -1, 1});
  CHECK(loss(y_true, y_pred).item<double>() == doctest::Approx((std::log(2.) + std::log(10.)) / 2));
  CHECK(loss(Tensor({-1, -1, -1}), y_pred).item<double>() == 0);
  const Tensor weight({2.F, 5.F, 0.F});
  CHECK(loss(y_true, y_pred, weight).item<double>() == doctest::Approx(2 * std::log(2.) / 2));
  loss.check_labels(y_true, {None, 2});
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

TEST_CASE("Loss: from a name or a function") {
  for (const char* name : {"mean_squared_error", "MeanSquaredError", "mse", "MSE"})
    CHECK(Handle<Loss>(name)->name() == "mean_squared_error");
  for (const char* name : {"bce", "BCE", "binary_crossentropy"})
    CHECK(Handle<Loss>(name)->name() == "binary_crossentropy");
  CHECK(message_of<ValueError>([] { Handle<Loss>("mes"); }) ==
        "[loss] unknown loss; got 'mes'; expected one of mean_squared_error, mean_absolute_error, binary_crossentropy, "
        "categorical_crossentropy, sparse_categorical_crossentropy, crossentropy; pass an object for any other");

  const Handle<Loss> cubic = [](const Tensor& t, const Tensor& p) { return ops::pow(ops::abs(t - p), 3); };
  CHECK((*cubic)(Tensor({1, 2}), Tensor({{3.F}, {2.F}})).item<float>() == 4);
}

TEST_CASE("Loss: \"crossentropy\" is the one that fits the shapes") {
  const Handle<Loss> any("crossentropy");
  const Tensor one({{0.25F}, {0.5F}}), two({{0.25F, 0.75F}, {0.5F, 0.5F}});
  const auto value = [](const Loss& loss, const Tensor& t, const Tensor& p) { return loss(t, p).item<float>(); };
  CHECK(value(*any, Tensor({1, 0}), one) == value(losses::BinaryCrossentropy(), Tensor({1, 0}), one));
  CHECK(value(*any, Tensor({1, 0}), two) == value(losses::SparseCategoricalCrossentropy(), Tensor({1, 0}), two));
  const Tensor classes({{0.F, 1.F}, {1.F, 0.F}});
  CHECK(value(*any, classes, two) == value(losses::CategoricalCrossentropy(), classes, two));
  CHECK_THROWS_AS(any->check_labels(Tensor({1, 2}), {None, 2}), IndexError);
}

TEST_CASE("Loss: an empty batch gives 0") {
  CHECK(losses::MeanSquaredError()(Tensor::zeros({0, 3}), Tensor::zeros({0, 3})).item<float>() == 0);
  const Tensor none = losses::MeanSquaredError({.reduction = "none"})(Tensor::zeros({0, 3}), Tensor::zeros({0, 3}));
  CHECK(none.shape() == Shape{0});
  losses::BinaryCrossentropy().check_labels(Tensor::zeros({0, 1}), {None, 1});
}

TEST_CASE("Loss: labels are checked before a training begins") {
  const losses::BinaryCrossentropy binary;
  binary.check_labels(Tensor({{0.F}, {0.5F}, {1.F}}), {None, 1});
  CHECK(message_of<ValueError>([&] {
          binary.check_labels(Tensor({0, 1, 2}), {None, 1});
        }) ==
        "[binary_crossentropy] a label outside [0, 1]; got 2 in sample 2; expected 0 or 1, or a probability; for more "
        "than two classes use sparse_categorical_crossentropy");
  CHECK_THROWS_AS(binary.check_labels(Tensor({{0.F, NAN}}), {None, 2}), ValueError);
  CHECK(message_of<ShapeError>([&] {
          binary.check_labels(Tensor({{0, 1}}), {None, 3});
        }) ==
        "[binary_crossentropy] labels and predictions have different shapes; got y_true (1, 2) and y_pred (1, 3); "
        "expected the same shape, but for a last axis of 1");

  const losses::SparseCategoricalCrossentropy sparse;
  sparse.check_labels(Tensor({{0}, {2}}), {None, 3});
  CHECK(message_of<IndexError>([&] {
          sparse.check_labels(Tensor({0, 3}), {None, 3});
        }) ==
        "[sparse_categorical_crossentropy] a label is no class; got 3 in sample 1; expected 0 … 2, as the model has 3 "
        "outputs");
  CHECK_THROWS_AS(sparse.check_labels(Tensor({0.5F}), {None, 3}), IndexError);
  CHECK_THROWS_AS(sparse.check_labels(Tensor({-1}), {None, 3}), IndexError);
  CHECK(message_of<ShapeError>([&] {
          sparse.check_labels(Tensor({{0, 1, 0}}), {None, 3});
        }) ==
        "[sparse_categorical_crossentropy] labels do not fit the predictions; got y_true (1, 3) and y_pred (1, 3); "
        "expected class ids (1,); for one-hot labels use categorical_crossentropy");
}

TEST_CASE("Loss: what it refuses") {
  const Tensor x({{0.5F, 0.5F}});
  CHECK_THROWS_AS(losses::mean_squared_error(Tensor({{1.F}}), x), ShapeError);
  CHECK_THROWS_AS(losses::mean_squared_error(x, Tensor({{1, 2}})), ValueError);
  CHECK_THROWS_AS(losses::sparse_categorical_crossentropy(Tensor({2}), x), IndexError);
  CHECK(message_of<ValueError>([] { losses::MeanSquaredError({.reduction = "average"}); }) ==
        "[Loss] unknown reduction; got 'average'; expected sum_over_batch_size, mean, sum, mean_with_sample_weight or "
        "none");
  CHECK(message_of<ValueError>([] { losses::BinaryCrossentropy({.label_smoothing = 1.5}); }) ==
        "[BinaryCrossentropy] label_smoothing is out of range; got 1.5; expected 0 … 1");
  const Tensor two({{0.5F}, {0.5F}});
  CHECK_THROWS_AS(losses::MeanSquaredError()(two, two, Tensor({1.F, 2.F, 3.F})), ShapeError);
}

TEST_CASE("losses: a weight (samples,) is one for each sample, also where there are losses for each of its steps") {
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
