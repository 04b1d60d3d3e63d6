#include <cornu/framework/callbacks/monitor.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include <cornu/framework/layer/symbolic.hpp>
#include <cornu/framework/metrics/accuracy.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/layers/core/dense.hpp>

#include "tests/support/captured_log.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using callbacks::detail::Monitor, testing::message_of;

namespace {

// Whether a larger value is an improvement, in mode "auto".
bool is_more_better(const std::string& name) {
  Monitor monitor("ModelCheckpoint", name, "auto");
  monitor.begin(Sequential{layers::Dense(1)});
  monitor.take(1);
  CHECK(monitor.improves(2) != monitor.improves(0));
  return monitor.improves(2);
}

}  // namespace

TEST_CASE("Monitor: NaN is no improvement, also not as the first value, and equal values are none") {
  Monitor monitor("ModelCheckpoint", "loss", "min");
  monitor.begin(Sequential{layers::Dense(1)});
  CHECK_FALSE(monitor.improves(std::nan("")));
  CHECK(monitor.improves(9));
  monitor.take(9);
  CHECK_FALSE(monitor.improves(9));
  CHECK_FALSE(monitor.improves(std::nan("")));
  CHECK(monitor.improves(8));
  CHECK(monitor.best() == 9);
}

TEST_CASE("Monitor: a change of exactly min_delta is no improvement, in decimal fractions too") {
  for (const double min_delta : {0.1, -0.1}) {
    Monitor least("EarlyStopping", "loss", "min", min_delta), most("EarlyStopping", "loss", "max", min_delta);
    for (Monitor* monitor : {&least, &most}) {
      monitor->begin(Sequential{layers::Dense(1)});
      CHECK(monitor->improves(0.8));
      CHECK_FALSE(monitor->improves(std::nan("")));
      monitor->take(0.8);
    }
    CHECK_FALSE(least.improves(0.7));
    CHECK_FALSE(least.improves(static_cast<double>(0.7f)));
    CHECK(least.improves(0.69));
    CHECK_FALSE(most.improves(0.9));
    CHECK(most.improves(0.91));
    CHECK_FALSE(most.improves(std::nan("")));
  }
}

TEST_CASE("Monitor: without min_delta the smallest change counts, and the best value may be forgotten") {
  Monitor monitor("EarlyStopping", "loss", "min");
  monitor.begin(Sequential{layers::Dense(1)});
  monitor.take(1);
  CHECK(monitor.improves(std::nextafter(1, 0)));
  CHECK(monitor.improves_on(0.5, 0.25));
  CHECK_FALSE(monitor.improves_on(0.25, 0.5));
  CHECK(monitor.improves_on(std::nullopt, 7));
  monitor.forget();
  CHECK_FALSE(monitor.best());
  CHECK(monitor.improves(HUGE_VAL));
}

TEST_CASE("Monitor: a metric of the model is asked, by the figure's name, whichever output it is of") {
  struct Silent final : metrics::Metric {
    Silent() : Metric("score") {}
    void update_state(const Tensor&, const Tensor&, const Tensor&) override {}
    double result() const override { return 0; }
    void reset_state() override {}
  };
  const auto x = Input({.shape = {2}});
  Model model(x, {layers::Dense(1, {.name = "a"})(x), layers::Dense(1, {.name = "b"})(x)});
  metrics::BinaryAccuracy accuracy({.name = "error"});
  model.compile({.optimizer = "sgd",
                 .loss = "mse",
                 .metrics = {{"mae"}, {accuracy, Silent()}},
                 .weighted_metrics = {{"acc"}, {}}});
  const auto more_is_better = [&](const std::string& name) {
    Monitor monitor("EarlyStopping", name, "auto");
    monitor.begin(model);
    monitor.take(1);
    return monitor.improves(2);
  };
  CHECK_FALSE(more_is_better("a_mae"));
  CHECK_FALSE(more_is_better("val_a_loss"));
  CHECK(more_is_better("b_error"));
  CHECK(more_is_better("val_b_error"));
  CHECK(more_is_better("val_a_acc"));
  CHECK_THROWS_AS(more_is_better("b_score"), ValueError);
  CHECK_THROWS_AS(more_is_better("b_nothing"), ValueError);
}

TEST_CASE("Monitor: mode auto knows of Keras's metrics whether more is better") {
  for (const char* name :
       {"accuracy", "acc", "val_accuracy", "val_binary_accuracy", "sparse_categorical_accuracy", "AUC", "auc_1",
        "val_mean_io_u", "f1_score", "r2_score", "pearson_correlation", "concordance_correlation", "cosine_similarity",
        "precision", "precision_at_recall", "recall", "val_sensitivity_at_specificity", "specificity_at_sensitivity"}) {
    CAPTURE(name);
    CHECK(is_more_better(name));
  }
  for (const char* name :
       {"loss", "val_loss", "score_loss", "mae", "MSE", "mean_squared_error", "hinge", "kl_divergence", "poisson",
        "logcosh", "val_binary_crossentropy", "root_mean_squared_error"}) {
    CAPTURE(name);
    CHECK_FALSE(is_more_better(name));
  }
}

TEST_CASE("Monitor: mode auto refuses figures that say nothing of themselves, as Keras does") {
  for (const char* name : {"mean", "true_positives", "false_negatives", "my_function", "val_value", ""}) {
    CAPTURE(name);
    CHECK_THROWS_AS(is_more_better(name), ValueError);
  }
  CHECK(
      message_of<ValueError>([] { is_more_better("true_positives"); }) ==
      "[ModelCheckpoint] it is not known whether more is better; got monitor 'true_positives'; expected a figure "
      "of the model: loss, or with val_ in front those of validation data; for any other figure say mode = \"min\" or "
      "\"max\"");
  Monitor told("ModelCheckpoint", "true_positives", "max");
  CHECK_NOTHROW(told.begin(Sequential{layers::Dense(1)}));
  CHECK(told.improves(1));
  CHECK_THROWS_AS(Monitor("ModelCheckpoint", "loss", "most"), ValueError);
}

TEST_CASE("Monitor: a figure that is misspelt is answered with those there are, and the nearest") {
  Sequential model{layers::Dense(1)};
  model.compile("sgd", "mse", {"mae", "accuracy"});
  Monitor misspelt("EarlyStopping", "val_los", "auto");
  CHECK(
      message_of<ValueError>([&] { misspelt.begin(model); }) ==
      "[EarlyStopping] it is not known whether more is better; got monitor 'val_los'; expected a figure of the model: "
      "loss, mae, accuracy, or with val_ in front those of validation data; for any other figure say mode = \"min\" or "
      "\"max\"; did you mean 'val_loss'?");
  Monitor told("EarlyStopping", "vall_loss", "min");
  told.begin(model);
  testing::CapturedLog log({});
  CHECK_FALSE(told.value_in({{"loss", 1}, {"val_loss", 2}}, "that epoch does not count"));
  CHECK(log.text() ==
        "EarlyStopping: there is no figure 'vall_loss' (there are: loss, val_loss), so that epoch does not count; did "
        "you mean 'val_loss'?\n");
}

TEST_CASE("Monitor: the losses of several outputs are among the figures") {
  const auto x = Input({.shape = {2}});
  Model model(x, {layers::Dense(1, {.name = "price"})(x), layers::Dense(1, {.name = "kind"})(x)});
  model.compile({.optimizer = "sgd", .loss = {"mse", "mse"}, .metrics = {{"kind", {"mae"}}}});
  Monitor misspelt("EarlyStopping", "prise_los", "auto");
  CHECK(message_of<ValueError>([&] {
          misspelt.begin(model);
        }).find("the model: loss, price_loss, kind_loss, kind_mae, or with") != std::string::npos);
}
