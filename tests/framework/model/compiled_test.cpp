// What figures are called.
#include <cornu/framework/model/compiled.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/metrics/accuracy.hpp>
#include <cornu/framework/metrics/of_losses.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/line.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;
namespace line = testing::line;
using Names = std::vector<std::string>;

namespace {

Names figures(const CompileOptions& options, const Names& outputs = {"y"}) {
  Names all;
  for (const auto& output : detail::Compiled(options, outputs).outputs)
    all.insert(all.end(), output.names.begin(), output.names.end());
  return all;
}

Handle<metrics::Metric> named(const char* name) { return metrics::MeanAbsoluteError({.name = name}); }

}  // namespace

TEST_CASE("compile: each metric has a figure of its own") {
  const auto zero = [](const Tensor& t, const Tensor&) { return t * 0.; };
  const auto two = [](const Tensor& t, const Tensor&) { return t * 0. + 2.; };
  CHECK(figures({.loss = "mse", .metrics = {zero, two, zero}}) == Names{"metric", "metric_1", "metric_2"});
  CHECK(figures({.loss = "mse", .metrics = {"mae", "mae", named("mae_1")}}) == Names{"mae", "mae_1", "mae_1_1"});
  CHECK(figures({.loss = "mse", .metrics = {"mae"}, .weighted_metrics = {"mae", "mae"}}) ==
        Names{"mae", "weighted_mae", "weighted_mae_1"});
  CHECK(figures({.loss = "mse", .metrics = {{"mae", "mae"}, {"mae"}}}, {"a", "b"}) ==
        Names{"a_mae", "a_mae_1", "b_mae"});
  CHECK(figures({.loss = "mse", .metrics = {named("b_mae"), named("mae")}}, {"a", "a_b"}) ==
        Names{"a_b_mae", "a_b_mae_1"});
  Sequential model = line::model();
  model.compile("sgd", "mse", {zero, two});
  const History history = model.fit(line::x(), line::y(), {.verbose = 0, .validation_split = 0.2});
  CHECK(history["metric"].back() == 0);
  CHECK(history["metric_1"].back() == 2);
  CHECK(history["val_metric_1"].back() == 2);
}

TEST_CASE("compile: a metric's figure is not that of the validation of another") {
  CHECK(figures({.loss = "mse", .metrics = {"mae", named("val_mae")}}) == Names{"mae", "val_mae_1"});
  CHECK(figures({.loss = "mse", .metrics = {named("val_mae"), "mae"}}) == Names{"val_mae", "mae_1"});
}

TEST_CASE("compile: a metric that is called as a loss is refused, and so is one object in two places") {
  CHECK(message_of<ValueError>([] { figures({.loss = "mse", .metrics = {named("loss")}}); }) ==
        "[compile] a metric has the name of a loss; got 'loss'; give the metric another name with set_name");
  CHECK_THROWS_AS(figures({.loss = "mse", .metrics = {named("val_loss")}}), ValueError);
  CHECK_THROWS_AS(figures({.loss = "mse", .weighted_metrics = {named("loss")}}), ValueError);
  CHECK_THROWS_AS(figures({.loss = "mse", .metrics = {named("b_loss"), "mae"}}, {"a", "a_b"}), ValueError);
  CHECK(figures({.loss = "mse", .metrics = {named("loss_2")}}) == Names{"loss_2"});
  const Handle<metrics::Metric> one = named("one");
  CHECK(message_of<ValueError>([&] {
          figures({.loss = "mse", .metrics = {one, one}});
        }) ==
        "[compile] a metric is given twice; got one object 'one' in two places; give each place a metric of its own");
  CHECK_THROWS_AS(figures({.loss = "mse", .metrics = {one, one}}, {"a", "b"}), ValueError);
  CHECK_THROWS_AS(figures({.loss = "mse", .metrics = {one}, .weighted_metrics = {one}}), ValueError);
}

TEST_CASE("compile: a model that was compiled stays so when it is refused") {
  Sequential model = line::model();
  CHECK_THROWS_AS(model.compile("sgd", "mse", {named("loss")}), ValueError);
  CHECK(model.evaluate(line::x(), line::y()).contains("mae"));
}
