#include <cornu/framework/metrics/metric.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using metrics::Metric, testing::Fixture, testing::message_of;

namespace {

constexpr std::array<std::array<std::int64_t, 2>, 3> batches{{{0, 5}, {5, 8}, {8, 9}}};

Tensor part(const Tensor& x, std::array<std::int64_t, 2> batch) {
  return x.defined() ? ops::slice(x, 0, {.start = batch[0], .stop = batch[1]}) : x;
}

// The result after each batch is that of the record.
void check_stream(const Fixture& fixture, const std::string& record, Metric& metric, const Tensor& y_true,
                  const Tensor& y_pred, const Tensor& weight = {}, const Tensor& mask = {}) {
  CAPTURE(record);
  const Tensor expected = fixture.tensor(record + "/results");
  metric.reset_state();
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const Tensor both = losses::apply_mask(part(weight, batches[i]), part(mask, batches[i]), float32, "sum");
    metric.update_state(part(y_true, batches[i]), part(y_pred, batches[i]), both);
    CHECK(metric.result() == doctest::Approx(expected.at<float>(i)).epsilon(3e-6));
  }
}

void check_case(const Fixture& fixture, const std::string& name, Metric&& metric, const std::string& kind,
                const Shape& labels_shape = {}) {
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

}  // namespace

TEST_CASE("Metric: running results as Keras, over uneven batches, with weights and masks") {
  const Fixture f("metrics");
  check_case(f, "accuracy", metrics::Accuracy(), "equal");
  check_case(f, "binary_accuracy", metrics::BinaryAccuracy(), "binary");
  check_case(f, "binary_accuracy_vector", metrics::BinaryAccuracy(), "binary", {9});
  check_case(f, "binary_accuracy_threshold", metrics::BinaryAccuracy({.threshold = 0.3}), "binary");
  check_case(f, "binary_accuracy_labels3", metrics::BinaryAccuracy(), "labels3");
  check_case(f, "categorical_accuracy", metrics::CategoricalAccuracy(), "onehot");
  check_case(f, "categorical_accuracy_steps", metrics::CategoricalAccuracy(), "step_onehot");
  check_case(f, "sparse_categorical_accuracy", metrics::SparseCategoricalAccuracy(), "ids");
  check_case(f, "sparse_categorical_accuracy_column", metrics::SparseCategoricalAccuracy(), "ids", {9, 1});
  check_case(f, "sparse_categorical_accuracy_steps", metrics::SparseCategoricalAccuracy(), "step_ids");
  check_case(f, "mean_squared_error", metrics::MeanSquaredError(), "regression");
  check_case(f, "root_mean_squared_error", metrics::RootMeanSquaredError(), "regression");
  check_case(f, "mean_absolute_error", metrics::MeanAbsoluteError(), "regression");
  check_case(f, "binary_crossentropy", metrics::BinaryCrossentropy(), "binary");
  check_case(f, "binary_crossentropy_logits_smooth",
             metrics::BinaryCrossentropy({.from_logits = true, .label_smoothing = 0.1}), "labels3");
  check_case(f, "categorical_crossentropy", metrics::CategoricalCrossentropy(), "onehot");
  check_case(f, "categorical_crossentropy_logits_smooth",
             metrics::CategoricalCrossentropy({.from_logits = true, .label_smoothing = 0.1}), "onehot");
  check_case(f, "sparse_categorical_crossentropy", metrics::SparseCategoricalCrossentropy(), "ids");
  check_case(f, "sparse_categorical_crossentropy_steps", metrics::SparseCategoricalCrossentropy(), "step_ids");
}

TEST_CASE("Mean: of values of any rank, with weights, as Keras") {
  const Fixture fixture("metrics");
  for (const std::string shape : {"9", "9x1", "9x3"})
    for (const std::string weights : {"", "9", "9x3"}) {
      const std::string record = "mean_" + shape + (weights.empty() ? "" : "_weighted" + weights) + "/results";
      if (!fixture.has(record)) continue;
      CAPTURE(record);
      metrics::Mean mean;
      for (std::size_t i = 0; i < batches.size(); ++i) {
        const Tensor weight = weights.empty() ? Tensor() : fixture.tensor("inputs/weights/" + weights);
        mean.update_state(part(fixture.tensor("inputs/values/" + shape), batches[i]), part(weight, batches[i]));
        CHECK(mean.result() == doctest::Approx(fixture.tensor(record).at<float>(i)).epsilon(3e-6));
      }
    }
  CHECK(metrics::Mean().result() == 0);
  metrics::Mean mean;
  mean.update_state(Tensor::zeros({0, 3}));
  CHECK(mean.result() == 0);
  mean.update_state(3., 2.);
  mean.update_state(6.);
  CHECK(mean.result() == 4);
}

TEST_CASE("Metric: \"accuracy\" is the one that fits the shapes, as Keras") {
  const Fixture fixture("metrics");
  const auto shape_of = [](std::string text) {
    Shape shape;
    for (std::size_t end = 0; end != std::string::npos; text.erase(0, end + 1))
      shape.push_back(std::stoll(text)), end = text.find('x');
    return shape;
  };
  for (const std::string& record : fixture.names("resolved/")) {
    CAPTURE(record);
    const std::string shapes = record.substr(record.find('/') + 1);
    const std::size_t middle = shapes.find('_');
    const losses::LabelKind expected[] = {losses::LabelKind::binary, losses::LabelKind::categorical,
                                          losses::LabelKind::sparse_categorical};
    CHECK(losses::label_kind(shape_of(shapes.substr(0, middle)), shape_of(shapes.substr(middle + 1))) ==
          expected[fixture.tensor(record).item<int>()]);
  }
  const Handle<Metric> accuracy("accuracy");
  accuracy->update_state(Tensor({1, 0, 1}), Tensor({{0.9F}, {0.2F}, {0.1F}}));
  CHECK(accuracy->result() == doctest::Approx(2. / 3));
  accuracy->reset_state();
  accuracy->update_state(Tensor({1, 0}), Tensor({{0.1F, 0.9F}, {0.2F, 0.8F}}));
  CHECK(accuracy->result() == 0.5);
  accuracy->reset_state();
  accuracy->update_state(Tensor({{0.F, 1.F}, {0.F, 1.F}}), Tensor({{0.1F, 0.9F}, {0.2F, 0.8F}}));
  CHECK(accuracy->result() == 1);
}

TEST_CASE("Metric: is called as it was asked for") {
  for (const char* name : {"acc", "accuracy", "mse", "mean_squared_error", "bce", "ce", "SparseCategoricalAccuracy"})
    CHECK(Handle<Metric>(name)->name() == name);
  CHECK(metrics::BinaryAccuracy({.name = "hits"}).name() == "hits");
  CHECK(message_of<ValueError>([] {
          Handle<Metric>("acuracy");
        }).starts_with("[metric] unknown metric; got 'acuracy'; expected one of accuracy, binary_accuracy, "));
}

TEST_CASE("Metric: from a function, which a tape does not follow") {
  const Handle<Metric> largest = [](const Tensor& t, const Tensor& p) {
    return ops::max(ops::abs(t - p), {.axis = -1});
  };
  Variable p(Tensor({{1.F, 5.F}, {2.F, 2.F}}));
  const GradientTape tape;
  largest->update_state(Tensor({{1.F, 1.F}, {1.F, 1.F}}), p * Tensor(1.F));
  CHECK(largest->result() == 2.5);
}
