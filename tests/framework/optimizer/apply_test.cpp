#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;

TEST_CASE("Optimizer::apply: lists in one order do what a list of pairs does") {
  const auto train = [](bool pairs) {
    Variable a(Tensor({1.f, 2.f})), b(Tensor({3.f})), unused(Tensor({4.f}));
    const Gradient d_a = Tensor({0.5f, -1.f}), d_b = Tensor({2.f});
    optim::SGD optimizer({.learning_rate = 0.5});
    if (pairs)
      optimizer.apply({{d_a, a}, {d_b, b}, {Gradient(), unused}});
    else
      optimizer.apply({d_a, d_b, Gradient()}, {a, b, unused});
    return std::vector<float>{a.value().at<float>(0), a.value().at<float>(1), b.value().item<float>(),
                              unused.value().item<float>()};
  };
  CHECK(train(false) == std::vector<float>{0.75f, 2.5f, 2, 4});
  CHECK(train(false) == train(true));
}

TEST_CASE("Optimizer::apply: what the tape gives for a model's weights comes in their order, rows as rows") {
  Sequential model{layers::Embedding(50, 3), layers::Dense(1, {.use_bias = false})};
  const Tensor ids({{3, 3, 7}});
  model(ids);
  const std::vector<Variable> weights = model.trainable_weights();
  REQUIRE(weights.size() == 2);
  const Tensor table = weights[0], kernel = weights[1];

  GradientTape tape;
  const Tensor loss = ops::sum(model(ids));
  const std::vector<Gradient> gradients = tape.gradient(loss, model.trainable_weights());
  REQUIRE(gradients.size() == 2);
  CHECK(gradients[0].is_rows());
  CHECK(gradients[1].to_dense().shape() == Shape{3, 1});
  optim::SGD({.learning_rate = 1}).apply(gradients, weights);
  CHECK(ops::all_close(weights[0].value(), table - gradients[0].to_dense()));
  CHECK(ops::all_close(weights[1].value(), kernel - gradients[1].to_dense()));
}

TEST_CASE("Optimizer::apply: refuses lists of different lengths, and empty ones, and changes nothing") {
  Variable w(Tensor({1.f}));
  optim::SGD optimizer({.learning_rate = 1});
  const Gradient gradient = Tensor({1.f});
  CHECK(message_of<ShapeError>([&] {
          optimizer.apply({gradient, gradient, gradient}, {w});
        }) == "[SGD] not a gradient a variable; got 3 gradients; expected 1");
  CHECK(message_of<ShapeError>([&] { optimizer.apply(std::vector<Gradient>(), {w}); }) ==
        "[SGD] not a gradient a variable; got 0 gradients; expected 1");
  CHECK_THROWS_AS(optimizer.apply({gradient, gradient}, {w, w}), ValueError);
  CHECK(w.value().item<float>() == 1);
  const std::string no_variable =
      "[SGD] there is nothing to update; got no variables; a model has its trainable_weights() once it is built, or "
      "called on data";
  CHECK(message_of<ValueError>([&] { optimizer.apply(std::vector<Gradient>(), std::vector<Variable>()); }) ==
        no_variable);
  CHECK(message_of<ValueError>([&] { optimizer.apply_gradients({}); }) == no_variable);
  CHECK(message_of<ValueError>(
            [&] { optimizer.apply(std::span<const Gradient>(), std::span<const Variable* const>()); }) == no_variable);
  CHECK(optimizer.iterations() == 0);
}
