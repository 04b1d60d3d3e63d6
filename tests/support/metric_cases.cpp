#include "tests/support/metric_cases.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::testing {

Tensor metric_batch(const Tensor& x, int batch) {
  constexpr std::array<std::int64_t, metric_batches + 1> starts{0, 5, 8, 9};
  if (!x.defined()) return x;
  const auto i = static_cast<std::size_t>(batch);
  return ops::slice(x, 0, {.start = starts[i], .stop = starts[i + 1]});
}

namespace {

// The result after each batch is that of the record.
void check_stream(const Fixture& fixture, const std::string& record, metrics::Metric& metric, const Tensor& y_true,
                  const Tensor& y_pred, const Tensor& weight = {}, const Tensor& mask = {}) {
  CAPTURE(record);
  const Tensor expected = fixture.tensor(record + "/results");
  metric.reset_state();
  for (int i = 0; i < metric_batches; ++i) {
    const Tensor both = losses::apply_mask(metric_batch(weight, i), metric_batch(mask, i), float32, "sum");
    metric.update_state(metric_batch(y_true, i), metric_batch(y_pred, i), both);
    CHECK(metric.result() == doctest::Approx(expected.at<float>(i)).epsilon(3e-6));
  }
}

}  // namespace

void check_metric_case(const Fixture& fixture, const std::string& name, metrics::Metric&& metric,
                       const std::string& kind, const Shape& labels_shape) {
  Tensor y_true = fixture.tensor("inputs/" + kind + "/y_true");
  if (!labels_shape.empty()) y_true = y_true.with_shape(labels_shape);
  const Tensor y_pred = fixture.tensor("inputs/" + kind + "/y_pred");
  const auto weights = [&](const char* shape) { return fixture.tensor(std::string("inputs/weights/") + shape); };
  check_stream(fixture, name, metric, y_true, y_pred);
  check_stream(fixture, name + "_weighted9", metric, y_true, y_pred, weights("9"));
  if (kind == "binary") check_stream(fixture, name + "_weighted9x1", metric, y_true, y_pred, weights("9x1"));
  if (!kind.starts_with("step")) return;
  const Tensor mask = fixture.tensor("inputs/mask");
  check_stream(fixture, name + "_weighted9x3", metric, y_true, y_pred, weights("9x3"));
  check_stream(fixture, name + "_masked", metric, y_true, y_pred, {}, mask);
  check_stream(fixture, name + "_masked_weighted9x3", metric, y_true, y_pred, weights("9x3"), mask);
}

}  // namespace cornu::testing
