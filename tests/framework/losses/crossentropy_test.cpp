#include <cornu/framework/losses/crossentropy.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using namespace cornu;

namespace {

// d/dp Σ (d loss / d p)², which differentiates the gradient once more.
Tensor second_derivative(const losses::Loss::Function& loss, const Tensor& y_true, const Tensor& y_pred) {
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

TEST_CASE("cross-entropies: the short ways equal those made of ops, also for second derivatives") {
  random::set_seed(6);
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

TEST_CASE("binary cross-entropy: no slope where a probability is clipped, and the whole slope at the ends") {
  const float low = 1e-7F, high = static_cast<float>(1 - 1e-7);
  const Tensor p({0.F, low, 0.5F, high, 1.F}), ones = Tensor::ones({5}), zeros = Tensor::zeros({5});
  const auto slope = [&](const Tensor& labels) {
    GradientTape tape;
    tape.watch(p);
    const Tensor losses = losses::binary_crossentropies(labels, p, false);
    return tape.gradient(losses, p).to_dense();
  };
  CHECK(ops::all_close(slope(ones), Tensor({0.F, -1 / low, -2.F, -1 / high, 0.F}), 1e-6, 0));
  CHECK(ops::all_close(slope(zeros), Tensor({0.F, 1 / (1 - low), 2.F, 1 / (1 - high), 0.F}), 1e-6, 0));
}

TEST_CASE("binary cross-entropy: labels that are computed have a gradient, of logits and of probabilities") {
  const Variable labels(Tensor({0.25, 1.}, float64));
  for (const bool from_logits : {false, true}) {
    const Tensor p({0.2, 0.7}, float64);
    GradientTape tape;
    const Tensor losses = losses::binary_crossentropies(labels, p, from_logits);
    const Tensor gradient = tape.gradient(losses, labels).to_dense();
    // d/dt (−t·ln p − (1 − t)·ln(1 − p)) = ln((1 − p) / p), and −x for a logit x
    const Tensor expected = from_logits ? -p : ops::log((1. - p) / p);
    CHECK(ops::all_close(gradient, expected, 1e-12, 0));
  }
  CHECK(losses::binary_crossentropies(Tensor::symbolic({None, 2}), Tensor::symbolic({None, 2}), true).shape() ==
        Shape{None, 2});
}

TEST_CASE("cross-entropies: the short ways of an empty batch, and their gradients") {
  const Variable p(Tensor::zeros({0, 3}));
  for (const bool from_logits : {false, true}) {
    GradientTape tape({.persistent = true});
    const Tensor binary = losses::binary_crossentropies(Tensor::zeros({0, 3}), p, from_logits);
    const Tensor sparse = losses::sparse_crossentropies(Tensor::zeros({0}, int32), p, from_logits);
    CHECK(binary.shape() == Shape{0, 3});
    CHECK(sparse.shape() == Shape{0});
    CHECK(tape.gradient(binary, p).to_dense().shape() == Shape{0, 3});
    CHECK(tape.gradient(sparse, p).to_dense().shape() == Shape{0, 3});
  }
}
