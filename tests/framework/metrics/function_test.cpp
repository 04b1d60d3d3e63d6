// Functions with names, as metrics and as losses.
#include <doctest/doctest.h>

#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/line.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;
namespace line = testing::line;

namespace {

Tensor gap(const Tensor& y_true, const Tensor& y_pred) { return ops::max(ops::abs(y_true - y_pred), {.axis = -1}); }

Tensor share_explained(const Tensor& y_true, const Tensor& y_pred) {
  const Tensor residual = ops::sum(ops::square(y_true - y_pred)),
               total = ops::sum(ops::square(y_true - ops::mean(y_true)));
  return 1. - residual / total;
}

}  // namespace

TEST_CASE("metrics::Function: the mean of one number for each sample, under its name") {
  metrics::Function metric("gap", gap);
  CHECK(metric.name() == "gap");
  metric.update_state(Tensor({{1.f, 2.f}, {3.f, 4.f}}), Tensor({{1.f, 3.f}, {0.f, 4.f}}));
  metric.update_state(Tensor({{0.f, 0.f}}), Tensor({{0.f, 5.f}}));
  CHECK(metric.result() == 3);
  metric.reset_state();
  CHECK(metric.result() == 0);
  metric.update_state(Tensor({{1.f, 2.f}, {3.f, 4.f}}), Tensor({{1.f, 3.f}, {0.f, 4.f}}), Tensor({1.f, 3.f}));
  CHECK(metric.result() == 2.5);
}

TEST_CASE("metrics::Function: of one number for the batch each batch counts once") {
  metrics::Function metric("r2", share_explained);
  metric.update_state(Tensor({1.f, 2.f, 3.f}), Tensor({1.f, 2.f, 3.f}));
  metric.update_state(Tensor({0.f, 2.f}), Tensor({1.f, 1.f}));
  CHECK(metric.result() == 0.5);
}

TEST_CASE("metrics::Function: in a model beside other metrics") {
  Sequential model = line::model();
  model.compile("sgd", losses::Function("gap", gap), {"mae", metrics::Function("r2", share_explained)});
  const Logs figures = model.evaluate(line::x(), line::y(), {.batch_size = 21});
  CHECK(figures["r2"] == doctest::Approx(share_explained(line::y(), model.predict(line::x())).item<float>()));
  CHECK(figures["loss"] == doctest::Approx(figures["mae"]));
}

TEST_CASE("losses::Function: one loss for each sample, reduced as others are") {
  const losses::Function loss("gap", gap);
  CHECK(loss.name() == "gap");
  CHECK(loss(Tensor({{1.f, 2.f}, {3.f, 4.f}}), Tensor({{1.f, 3.f}, {0.f, 4.f}})).item<float>() == 2);
}

TEST_CASE("Function: files have Keras's function of that name; an empty name is refused") {
  CHECK(metrics::Function("r2", gap).to_config().to_json() == function_object("r2").to_json());
  CHECK(losses::Function("r2", gap).to_config().to_json() == function_object("r2").to_json());
  CHECK(message_of<ValueError>([] { metrics::Function("", gap); }) ==
        "[metrics::Function] the name is empty; expected what the figure shall be called");
  CHECK(message_of<ValueError>([] { losses::Function("", gap); }) ==
        "[losses::Function] the name is empty; expected what files shall call the function");
}
