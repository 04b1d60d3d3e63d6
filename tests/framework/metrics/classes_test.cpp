// Each class of metrics that has no records of its own in metrics.txt: by what Keras writes of it.
#include <doctest/doctest.h>

#include <memory>
#include <set>
#include <string>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/names.hpp>

#include "tests/support/captured_log.hpp"
#include "tests/support/class_names.hpp"
#include "tests/support/json_tensors.hpp"
#include "tests/support/keras_configs.hpp"
#include "tests/support/metric_cases.hpp"

using namespace cornu;
using metrics::Metric, testing::json_fixture, testing::metric_batch, testing::tensor_of, testing::view_of;

namespace {

const Config& fixture() {
  static const Config all = json_fixture("metric_classes");
  return all;
}

// The result after each batch is that of the case.
void check_stream(Metric& metric, const Config& one) {
  const Config& inputs = fixture()["inputs"][one["inputs"].as_string()];
  const Tensor y_true = tensor_of(inputs["y_true"]), y_pred = tensor_of(inputs["y_pred"]);
  const Tensor weights =
      one.contains("weights") ? tensor_of(fixture()["weights"][one["weights"].as_string()], float32) : Tensor();
  for (int i = 0; i < testing::metric_batches; ++i) {
    metric.update_state(metric_batch(y_true, i), metric_batch(y_pred, i), metric_batch(weights, i));
    const Tensor expected = tensor_of(one["results"].as_list()[static_cast<std::size_t>(i)], float64);
    REQUIRE(metric.results().shape() == expected.shape());
    CHECK_MESSAGE(ops::all_close(metric.results(), expected, 5e-6, 1e-6), "got ", to_string(metric.results()),
                  ", expected ", to_string(expected));
    CHECK(metric.result() == doctest::Approx(ops::mean(expected).item<double>()).epsilon(5e-6));
  }
}

}  // namespace

TEST_CASE("classes of metrics: running results as Keras, over uneven batches, with weights, and again after a reset") {
  const testing::CapturedLog log({});  // of ids that do not count
  std::set<std::string> seen;
  for (const Config& one : fixture()["cases"].as_list()) {
    CAPTURE(one["metric"].to_json());
    CAPTURE(one["inputs"].as_string());
    CAPTURE(one["weights"].to_json());
    const auto metric = from_config<Metric>(view_of(one["metric"]));
    CHECK(metric->result() == 0);
    check_stream(*metric, one);
    metric->reset_state();
    check_stream(*metric, one);
    seen.insert(one["metric"]["class_name"].as_string());
  }
  CHECK(seen.size() == 32);
}

TEST_CASE("classes of metrics: each is here, by every name that Keras takes, and by no other") {
  const auto& names = fixture()["names"].as_object();
  CHECK(names.size() == 82);
  for (const auto& entry : names) {
    CAPTURE(entry.first);
    if (entry.second.as_string() == "Mean" || entry.second.as_string() == "Sum") {
      CHECK_THROWS_AS(from_name<Metric>(entry.first), ValueError);  // of values, not of labels and predictions
      continue;
    }
    const std::shared_ptr<Metric> named = from_name<Metric>(entry.first),
                                  meant = from_name<Metric>(entry.second.as_string());
    const Metric &a = *named, &b = *meant;
    CHECK(typeid(a) == typeid(b));
    CHECK(named->name() == entry.first);
  }
  for (const char* name : {"cosine", "rmse", "topk", "MeanIoU", "mean_io_u", "io_u", "precision_at_recall", "logcosh"})
    CHECK_THROWS_AS(from_name<Metric>(name), ValueError);
  CHECK(detail::class_names<Metric>().size() == 42);
}

TEST_CASE("classes of metrics: an empty batch, and labels that do not fit, change nothing") {
  const testing::CapturedLog log({});
  for (const Config& one : fixture()["cases"].as_list()) {
    CAPTURE(one["metric"].to_json());
    const auto metric = from_config<Metric>(view_of(one["metric"]));
    check_stream(*metric, one);
    const Config& inputs = fixture()["inputs"][one["inputs"].as_string()];
    const Tensor y_true = tensor_of(inputs["y_true"]), y_pred = tensor_of(inputs["y_pred"]), before = metric->results();
    const auto first = [](const Tensor& x, std::int64_t count) { return ops::slice(x, 0, {.stop = count}); };
    metric->update_state(first(y_true, 0), first(y_pred, 0));
    CHECK(ops::array_equal(metric->results(), before));
    CHECK_THROWS_AS(metric->update_state(first(y_true, 2), first(y_pred, 3)), ShapeError);
    CHECK_THROWS_AS(metric->update_state(first(y_true, 2), first(y_pred, 2), Tensor::ones({5})), ShapeError);
    CHECK(ops::array_equal(metric->results(), before));
  }
}
