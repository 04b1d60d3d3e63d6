// Layers that are parts of one another, and what is left of one that was moved.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

#include <cornu/framework/model/sequential.hpp>
#include <cornu/layers/core/dense.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using layers::Dense, testing::message_of;

TEST_CASE("layer: a model cannot be part of itself, directly or through others, and stays as it was") {
  const auto outer = std::make_shared<Sequential>(Dense(2)), inner = std::make_shared<Sequential>(Dense(3));
  CHECK(message_of<ValueError>([&] { outer->add(outer); }) ==
        "[Sequential] a layer cannot be part of itself; got Sequential in Sequential; expected a layer that does not "
        "contain the other");
  outer->add(inner);
  CHECK_THROWS_AS(inner->add(outer), ValueError);
  const auto outermost = std::make_shared<Sequential>(std::shared_ptr<LayerBase>(outer));
  CHECK_THROWS_AS(inner->add(outermost), ValueError);
  const auto x = Input({.shape = {2}});
  const auto functional = std::make_shared<Model>(x, (*inner)(x));
  CHECK_THROWS_AS(inner->add(functional), ValueError);
  CHECK_THROWS_AS((*inner = Sequential{std::shared_ptr<LayerBase>(outer)}), ValueError);
  struct Wrapper : Layer<Wrapper> {
    explicit Wrapper(std::shared_ptr<LayerBase> layer) { track("layer", std::move(layer)); }
    void wrap(std::shared_ptr<LayerBase> layer) { track("another", std::move(layer)); }
    Tensor call(const Tensor& input) override { return input; }
  };
  const auto wrapper = std::make_shared<Wrapper>(inner);
  CHECK_THROWS_AS(inner->add(wrapper), ValueError);
  CHECK_THROWS_AS(wrapper->wrap(wrapper), ValueError);
  CHECK(inner->layers().size() == 1);
  CHECK(outer->layers().size() == 2);
  CHECK(outer->predict(Tensor::ones({1, 4})).shape() == Shape{1, 3});
}

TEST_CASE("layer: what is left of a layer or model that was moved says so") {
  const auto says_so = [](auto use) {
    const std::string text = message_of<StateError>(use);
    CHECK_MESSAGE(text.find("moved into another object") != std::string::npos, text);
  };
  const Tensor x = Tensor::ones({2, 3});
  for (const bool is_built : {false, true}) {
    Dense dense(2, {.name = "d"});
    if (is_built) dense(x);
    Sequential model{std::move(dense)};
    says_so([&] { dense(x); });
    says_so([&] { dense.ensure_built(Shape{2, 3}); });
    says_so([&] { dense.weights(); });
    says_so([&] { dense.set_trainable(false); });
    says_so([&] { dense.get_config(); });
    says_so([&] { Sequential{std::move(dense)}; });
    says_so([&] { std::move(dense)(Input({.shape = {3}})); });
    model.compile("sgd", "mse");
    model.fit(x, Tensor::ones({2, 2}), {.verbose = 0});
    Sequential other = std::move(model);
    says_so([&] { model.fit(x, x); });
    says_so([&] { model.evaluate(x, x); });
    says_so([&] { model.train_on_batch(x, x); });
    says_so([&] { model.predict(x); });
    says_so([&] { model.compile("sgd", "mse"); });
    says_so([&] { model.optimizer(); });
    says_so([&] { model.add(Dense(1)); });
    says_so([&] { model.pop(); });
    says_so([&] { model.get_weights(); });
    says_so([&] { model.set_weights({}); });
    says_so([&] { model.count_params(); });
    says_so([&] { model.summary_text(); });
    says_so([&] { model.get_layer("d"); });
    says_so([&] { model.output_shape(); });
    says_so([&] { model.build({None, 3}); });
    CHECK(other.predict(x).shape() == Shape{2, 2});
    model = Sequential{Dense(4)};
    CHECK(model.predict(x).shape() == Shape{2, 4});
    std::swap(model, other);
    CHECK(model.predict(x).shape() == Shape{2, 2});
  }
  const auto input = Input({.shape = {3}});
  Model functional(input, Dense(1)(input));
  const Model taken = std::move(functional);
  says_so([&] { functional.predict(x); });
  says_so([&] { functional.predict_all(x); });
  says_so([&] { functional.fit(x, x); });
}
