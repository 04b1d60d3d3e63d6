// What fit and train_on_batch say of a training that trains nothing, or less than it seems.
#include <cornu/framework/training/first_step.hpp>

#include <doctest/doctest.h>

#include <string>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/shared.hpp>

#include "tests/support/captured_log.hpp"
#include "tests/support/line.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using layers::Dense;
using testing::CapturedLog, testing::message_of;
namespace line = testing::line;

namespace {

FitOptions quiet(std::int64_t epochs = 1) { return {.epochs = epochs, .verbose = 0}; }

// The squared difference, through numbers: no gradient comes back.
Tensor detached(const Tensor& y_true, const Tensor& y_pred) {
  return ops::mean(ops::square(y_true - stop_gradient(y_pred)), {.axis = -1});
}

// Lets no gradient through to what is before it.
class Cut : public Layer<Cut> {
 public:
  Tensor call(const Tensor& x) override { return x.with_shape(x.shape()); }
};

// Multiplies by a variable that it holds, but did not make with add_weight().
class Loose : public Layer<Loose> {
 public:
  explicit Loose(bool trainable = true) : gain_(Tensor(2.F), {.name = "gain", .trainable = trainable}) {}
  Tensor call(const Tensor& x) override { return x * gain_; }
  float gain() const { return gain_.value().item<float>(); }

 private:
  Variable gain_;
};

// Holds a layer without saying so.
class Holder : public Layer<Holder> {
 public:
  void build(const Shape& input_shape) override { inner_.ensure_built(input_shape); }
  Tensor call(const Tensor& x) override { return inner_(x); }

 private:
  Dense inner_{3};
};

Sequential compiled(Sequential model, Handle<losses::Loss> loss = "mse") {
  model.compile("sgd", loss);
  return model;
}

}  // namespace

TEST_CASE("fit: a loss that gives no weight a gradient is refused, with the first weights and the way out") {
  for (const bool by_batch : {false, true}) {
    Sequential model = line::model();
    model.compile("sgd", detached);
    const auto before = model.get_weights();
    const std::string message = message_of<ValueError>([&] {
      by_batch ? void(model.train_on_batch(line::x(), line::y())) : void(model.fit(line::x(), line::y(), quiet()));
    });
    CHECK(message == std::string(by_batch ? "[train_on_batch]" : "[fit]") +
                         " no trainable weight gets a gradient from the loss; got none for dense/kernel, dense/bias, "
                         "dense_1/kernel, dense_1/bias; expected a loss that ops compute from the weights; values(), "
                         "item(), astype(), with_shape() and stop_gradient() end a gradient; ops::cast and "
                         "ops::reshape pass it on");
    CHECK(line::same(model.get_weights(), before));
    CHECK(model.optimizer().iterations() == 0);
    CHECK_THROWS_AS(model.train_on_batch(line::x(), line::y()), ValueError);  // nor the next time
  }
}

TEST_CASE("fit: of many weights without a gradient the first eight are named") {
  Sequential model;
  for (const int units : {2, 2, 2, 2, 1}) model.add(Dense(units));
  model = compiled(std::move(model), detached);
  CHECK(message_of<ValueError>([&] { model.fit(line::x(), line::y(), quiet()); })
            .find("got none for dense/kernel, dense/bias, dense_1/kernel, dense_1/bias, dense_2/kernel, dense_2/bias, "
                  "dense_3/kernel, dense_3/bias and 2 more;") != std::string::npos);
}

TEST_CASE("fit: weights that get no gradient are named once, the others learn") {
  Sequential model = compiled(Sequential{Dense(4), Cut(), Dense(1)});
  CapturedLog log({});
  model.fit(line::x(), line::y(), quiet(3));
  const std::string said = log.take();
  CHECK(said ==
        "fit: 2 of 4 trainable weights get no gradient from the loss, so they learn nothing: dense/kernel, "
        "dense/bias. values(), item(), astype(), with_shape() and stop_gradient() end a gradient; ops::cast and "
        "ops::reshape pass it on\n");
  model.fit(line::x(), line::y(), quiet());
  CHECK(log.take() == said);
}

TEST_CASE("train_on_batch: the first batch after compile tells, the next ones are silent") {
  Sequential model = compiled(Sequential{Dense(4), Cut(), Dense(1)});
  CapturedLog log({});
  model.train_on_batch(line::x(), line::y());
  CHECK(log.take().starts_with("train_on_batch: 2 of 4 trainable weights get no gradient"));
  model.train_on_batch(line::x(), line::y());
  CHECK(log.take().empty());
  model.compile("sgd", "mse");
  model.train_on_batch(line::x(), line::y());
  CHECK(log.take().starts_with("train_on_batch: 2 of 4"));
}

TEST_CASE("fit: a model without trainable weights says so once a fit") {
  Sequential model = line::model();
  model.set_trainable(false);
  CapturedLog log({});
  model.fit(line::x(), line::y(), quiet(2));
  CHECK(log.take() ==
        "fit: the model has no trainable weights, so training changes nothing: its 4 weights are frozen; thaw a layer "
        "with set_trainable(true)\n");
  model.set_trainable(true);
  model.fit(line::x(), line::y(), quiet());
  CHECK(log.take().empty());

  Sequential empty = compiled(Sequential{Cut()});
  empty.fit(line::y(), line::y(), quiet());
  CHECK(log.take() == "fit: the model has no trainable weights, so training changes nothing\n");
}

TEST_CASE("fit: a variable that a layer reads but did not make is named, with the layer and the way out") {
  const auto loose = layers::shared(Loose());
  Sequential model = compiled(Sequential{loose, Dense(1)});
  CapturedLog log({});
  model.fit(line::x(), line::y(), quiet(2));
  CHECK(log.take() ==
        "fit: variables are read that are no weights of the model, so training leaves them as they are: 'gain' in "
        "Loose 'loose'. A layer makes its weights with add_weight() in build(), and says with track(name, layer) which "
        "layers it holds. What is meant to stay outside is made with {.trainable = false}\n");
  CHECK(loose->gain() == 2);
}

TEST_CASE("fit: the weights of a layer that is held without track() are named") {
  Sequential model = compiled(Sequential{Holder(), Dense(1)});
  CapturedLog log({});
  model.fit(line::x(), line::y(), quiet());
  for (const char* name : {"'kernel' in Dense", "'bias' in Dense"}) CHECK(log.text().find(name) != std::string::npos);
}

TEST_CASE("fit: of a variable that the loss reads no layer is named") {
  const Variable scale(Tensor(1.F), {.name = "scale"});
  Sequential model = compiled(Sequential{Dense(1)}, [scale](const Tensor& y, const Tensor& p) {
    return ops::mean(ops::square(y - p * scale), {.axis = -1});
  });
  CapturedLog log({});
  model.fit(line::x(), line::y(), quiet());
  CHECK(log.text().find("leaves them as they are: 'scale'. A layer") != std::string::npos);
}

TEST_CASE("fit: nothing is said of a sound model, of an outside variable that is not trainable, and of predict") {
  CapturedLog log({});
  Sequential sound = line::model();
  sound.fit(line::x(), line::y(), quiet());
  Sequential outside = compiled(Sequential{Loose(false), Dense(1)});
  outside.fit(line::x(), line::y(), quiet());
  Sequential loose = compiled(Sequential{Loose(), Dense(1)});
  loose.evaluate(line::x(), line::y());
  loose.predict(line::x());
  CHECK(log.text().empty());
}

TEST_CASE("VariablesRead: notes what tapes see, each once; scopes nest") {
  const Variable a(Tensor(1.F), {.name = "a"}), b(Tensor(1.F), {.name = "b"});
  const detail::VariablesRead outer;
  (void)a.value();
  CHECK(outer.all().empty());  // no tape
  const GradientTape tape;
  (void)a.value();
  (void)a.value();
  {
    const detail::VariablesRead inner;
    (void)b.value();
    REQUIRE(inner.all().size() == 1);
    CHECK(inner.all()[0].name == "b");
    CHECK(inner.all()[0].reader.empty());
  }
  CHECK(outer.all().size() == 1);
  CHECK(outer.all()[0].variable == a.body().id);
}
