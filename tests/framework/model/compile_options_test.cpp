// Each form of losses, weights and metrics, and what it means.
#include <cornu/framework/model/compile_options.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/losses/regression.hpp>
#include <cornu/framework/metrics/of_losses.hpp>
#include <cornu/framework/model/compiled.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;
using Names = std::vector<std::string>;

namespace {

const Names price_and_kind{"price", "kind"};

const auto gap = [](const Tensor& y_true, const Tensor& y_pred) { return ops::abs(y_true - y_pred); };

// The losses' names, "none" where there is none; the metrics' figures.
Names losses_of(const LossList& losses, const Names& outputs = price_and_kind) {
  Names names;
  for (const auto& output : detail::Compiled({.loss = losses}, outputs).outputs)
    names.push_back(output.loss ? output.loss->name() : "none");
  return names;
}

std::vector<double> weights_of(const LossWeights& weights, const Names& outputs = price_and_kind) {
  std::vector<double> all;
  for (const auto& output : detail::Compiled({.loss = "mse", .loss_weights = weights}, outputs).outputs)
    all.push_back(output.loss_weight);
  return all;
}

Names metrics_of(const MetricList& metrics, const Names& outputs = price_and_kind) {
  Names names;
  for (const auto& output : detail::Compiled({.loss = "mse", .metrics = metrics}, outputs).outputs)
    names.insert(names.end(), output.names.begin(), output.names.end());
  return names;
}

}  // namespace

TEST_CASE("LossList: one for all, one for each, or by the outputs' names") {
  const Names both{"mean_squared_error", "mean_absolute_error"};
  const std::string mae = "mae", kind = "kind";
  CHECK(losses_of("mse") == Names{"mean_squared_error", "mean_squared_error"});
  CHECK(losses_of(mae, {"y"}) == Names{"mean_absolute_error"});
  CHECK(losses_of({mae}, {"y"}) == Names{"mean_absolute_error"});
  CHECK(losses_of({"mse", "mae"}) == both);
  CHECK(losses_of({"mse", losses::MeanAbsoluteError()}) == both);
  CHECK(losses_of({{"price", "mse"}, {"kind", "mae"}}) == both);
  CHECK(losses_of({{"kind", losses::MeanAbsoluteError()}, {"price", "mse"}}) == both);
  CHECK(losses_of({{kind, mae}, {"price", "mse"}}) == both);
  CHECK(losses_of({{"price", gap}, {"kind", losses::Function("gap", gap)}}) == Names{"loss", "gap"});
  CHECK(losses_of(gap, {"y"}) == Names{"loss"});
  CHECK(losses_of({gap, gap}) == Names{"loss", "loss"});
  CHECK(losses_of({{"y", "mse"}}, {"y"}) == Names{"mean_squared_error"});
  const std::vector<NamedItem<Handle<losses::Loss>>> from_a_program{{kind, mae}, {"price", "mse"}};
  CHECK(losses_of(from_a_program) == both);
  CHECK(losses_of(std::vector<Handle<losses::Loss>>{"mse", "mae"}) == both);
}

TEST_CASE("LossList: an output may have none, but not all of them") {
  CHECK(losses_of({"mse", nullptr}) == Names{"mean_squared_error", "none"});
  CHECK(losses_of({{"kind", "mse"}, {"price", nullptr}}) == Names{"none", "mean_squared_error"});
  const std::string missing =
      "[compile] the loss is missing; got an empty handle; expected a name, an object or a function";
  CHECK(message_of<ValueError>([] { losses_of({{"price", nullptr}, {"kind", nullptr}}); }) == missing);
  CHECK(message_of<ValueError>([] { losses_of({}); }) == missing);
  CHECK(message_of<ValueError>([] { losses_of(nullptr); }) == missing);
}

TEST_CASE("LossList: a name that there is not, that is missing or given twice is refused") {
  CHECK(message_of<ValueError>([] {
          losses_of({{"prise", "mse"}, {"kind", "mae"}});
        }) ==
        "[compile, loss] there is no output 'prise'; got prise, kind; expected price, kind; did you mean 'price'?");
  CHECK(message_of<ValueError>([] {
          losses_of({{"price", "mse"}});
        }) ==
        "[compile, loss] output 'kind' is missing; got price; expected price, kind; give nullptr to an output that "
        "shall have no loss");
  CHECK(message_of<ValueError>([] {
          losses_of({{"price", "mse"}, {"price", "mse"}, {"kind", "mae"}});
        }) == "[compile, loss] output 'price' is given twice; got price, price, kind; expected each once");
}

TEST_CASE("LossWeights: in the order of the outputs, or by their names, 1 for those that are not named") {
  CHECK(weights_of({}) == std::vector<double>{1, 1});
  CHECK(weights_of({0.5, 1}) == std::vector<double>{0.5, 1});
  CHECK(weights_of({1, 2}) == std::vector<double>{1, 2});
  CHECK(weights_of({{"price", 1.0}, {"kind", 0.2}}) == std::vector<double>{1, 0.2});
  CHECK(weights_of({{"kind", 2}}) == std::vector<double>{1, 2});
  CHECK(weights_of({0.5}, {"y"}) == std::vector<double>{0.5});
  CHECK(weights_of(0.5, {"y"}) == std::vector<double>{0.5});
  CHECK(weights_of(std::vector<double>{0.5, 1}) == std::vector<double>{0.5, 1});
  CHECK_THROWS_WITH_AS(weights_of({{"kin", 2}}), doctest::Contains("there is no output 'kin'"), ValueError);
  CHECK_THROWS_WITH_AS(weights_of({{"kind", 1e300 * 1e300}}), doctest::Contains("a loss weight is no number"),
                       ValueError);
}

TEST_CASE("MetricList: of an only output all, of several an item each") {
  const std::string mae = "mae";
  CHECK(metrics_of({"mse", "mae"}, {"y"}) == Names{"mse", "mae"});
  CHECK(metrics_of({"mse", {"mae", "mse"}}, {"y"}) == Names{"mse", "mae", "mse_1"});
  CHECK(metrics_of({"mse", {"mae", "mse"}}) == Names{"price_mse", "kind_mae", "kind_mse"});
  CHECK(metrics_of({{"mae", "mse"}, {"mae"}}) == Names{"price_mae", "price_mse", "kind_mae"});
  CHECK(metrics_of({{"mae", "mse"}, {}}) == Names{"price_mae", "price_mse"});
  CHECK(metrics_of({{mae, mae}, mae}) == Names{"price_mae", "price_mae_1", "kind_mae"});
  CHECK(metrics_of({{mae, mae}}, {"y"}) == Names{"mae", "mae_1"});
  CHECK(metrics_of({gap, {gap, metrics::MeanAbsoluteError()}}) ==
        Names{"price_metric", "kind_metric", "kind_mean_absolute_error"});
  CHECK(metrics_of(std::vector<Handle<metrics::Metric>>{"mae", "mse"}, {"y"}) == Names{"mae", "mse"});
  CHECK(metrics_of(std::vector<OutputMetrics>{"mae", {"mse"}}) == Names{"price_mae", "kind_mse"});
  CHECK(metrics_of(Names{"mae", "mse"}, {"y"}) == Names{"mae", "mse"});
  CHECK(metrics_of({}) == Names{});
}

TEST_CASE("MetricList: by the outputs' names") {
  const std::string kind = "kind", mae = "mae";
  CHECK(metrics_of({{"kind", {"mae"}}}) == Names{"kind_mae"});
  CHECK(metrics_of({{"kind", {"mae", "mse"}}, {"price", {}}}) == Names{"kind_mae", "kind_mse"});
  CHECK(metrics_of({{"kind", "mae"}, {"price", {"mse"}}}) == Names{"price_mse", "kind_mae"});
  CHECK(metrics_of({{kind, {mae, mae}}}) == Names{"kind_mae", "kind_mae_1"});
  CHECK(metrics_of({{kind, mae}}) == Names{"kind_mae"});
  CHECK(metrics_of({{"kind", gap}, {"price", {gap, metrics::Function("gap", gap)}}}) ==
        Names{"price_metric", "price_gap", "kind_metric"});
  CHECK(metrics_of({{"kind", metrics::MeanAbsoluteError()}}) == Names{"kind_mean_absolute_error"});
  CHECK(metrics_of({{"out", {"mae"}}}, {"out"}) == Names{"mae"});
  std::vector<OutputMetrics> from_a_program;
  from_a_program.push_back({kind, {mae}});
  CHECK(metrics_of(from_a_program) == Names{"kind_mae"});
}

TEST_CASE("MetricList: an output that is called as a metric is named with the metrics in braces") {
  CHECK(metrics_of({{"mae", "mse"}}, {"mae"}) == Names{"mae", "mse"});
  CHECK(metrics_of({{"mae", {"mse"}}}, {"mae"}) == Names{"mse"});
  CHECK(metrics_of({{"mae", "mse"}, {"mse"}}, {"mae", "b"}) == Names{"mae_mae", "mae_mse", "b_mse"});
}

TEST_CASE("MetricList: what is no metric and no output, or half of it by name, is refused") {
  CHECK(message_of<ValueError>([] {
          metrics_of({{"knid", {"mae"}}});
        }) == "[compile, metrics] there is no output 'knid'; got knid; expected price, kind; did you mean 'kind'?");
  CHECK(message_of<ValueError>([] {
          metrics_of({{"knid", "mae"}, {"mae"}});
        }) ==
        "[compile] there is no metric and no output 'knid'; the outputs are price, kind; did you mean 'kind'? to name "
        R"(an output, write {"output", {"metric", …}})");
  CHECK(message_of<ValueError>([] {
          metrics_of({"kind", {"mae"}});
        }) ==
        "[compile] an output stands where a metric is expected; got 'kind'; to name an output, write "
        R"({"output", {"metric", …}})");
  CHECK(message_of<ValueError>([] {
          metrics_of({{"kind", {"mae"}}, {"kind", {"mse"}}});
        }) == "[compile, metrics] output 'kind' is given twice; got kind, kind; expected each once");
  CHECK(message_of<ValueError>([] {
          metrics_of({{"kind", {"mae"}}, "mse"});
        }) == "[compile, metrics] some of the items name an output and some do not; got 1 of 2; expected all or none");
  CHECK(message_of<ValueError>([] {
          metrics_of({{"kind", {{"mae"}}}});
        }) ==
        "[compile] metrics are nested too deeply; got a list within the list of an output; expected "
        R"({"metric", …}, or {"output", {"metric", …}})");
  CHECK_THROWS_WITH_AS(metrics_of({"acuracy"}, {"y"}), doctest::Contains("did you mean 'accuracy'?"), ValueError);
  CHECK_THROWS_WITH_AS(metrics_of({nullptr}, {"y"}), doctest::Contains("the metric is missing"), ValueError);
  CHECK_THROWS_AS(metrics_of({""}, {"y"}), ValueError);
}
