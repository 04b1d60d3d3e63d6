#include <cornu/framework/metrics/auc.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/captured_log.hpp"
#include "tests/support/keras_configs.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::CapturedLog, testing::message_of;

namespace {

double auc_of(const Tensor& y_true, const Tensor& y_pred, const char* curve = "ROC") {
  metrics::AUC auc({.curve = curve});
  auc.update_state(y_true, y_pred);
  return auc.result();
}

}  // namespace

TEST_CASE("AUC: of one class alone, and with NaN, as Keras") {
  const Tensor p({0.1F, 0.9F});
  CHECK(auc_of(Tensor({1, 1}), p) == 0);
  CHECK(auc_of(Tensor({0, 0}), p) == 0);
  CHECK(auc_of(Tensor({1, 1}), p, "PR") == doctest::Approx(1));
  CHECK(auc_of(Tensor({0, 0}), p, "PR") == 0);
  CHECK(auc_of(Tensor({0.3F, 0.9F}), p) == 0);  // both are positive
  CHECK(auc_of(Tensor({0, 1, 1}), Tensor({0.1F, 0.9F, NAN})) == 0.5);
}

TEST_CASE("AUC: predictions outside 0 … 1 count as the nearer end, which is said once") {
  const CapturedLog log({});
  metrics::AUC auc;
  auc.update_state(Tensor({0, 1}), Tensor({2.F, 3.F}));
  CHECK(auc.result() == 0.5);
  auc.reset_state();
  auc.update_state(Tensor({0, 1}), Tensor({-3.F, 3.F}));
  CHECK(auc.result() == 1);
  CHECK(log.text() == "auc: predictions lie outside 0 … 1, and count as 0 or 1; for logits say from_logits = true\n");
}

TEST_CASE("AUC: labels outside 0 … 1, which Keras takes as positive, are refused") {
  CHECK_THROWS_AS(auc_of(Tensor({-1, 1}), Tensor({0.1F, 0.9F})), ValueError);
}

TEST_CASE("AUC: curves and methods in the spellings that Keras takes") {
  CHECK(metrics::AUC({.curve = "pr", .summation_method = "Majoring"}).to_config()["config"]["curve"].as_string() ==
        "PR");
  CHECK(message_of<ValueError>([] { metrics::AUC({.curve = "area"}); }) ==
        "[AUC] unknown curve; got 'area'; expected one of ROC, PR, PRGAIN");
  CHECK_THROWS_AS(metrics::AUC({.summation_method = "sum"}), ValueError);
}

TEST_CASE("AUC: what it refuses") {
  CHECK_THROWS_AS(metrics::AUC({.num_thresholds = 1}), ValueError);
  CHECK_THROWS_AS(metrics::AUC({.num_thresholds = 1'000'000'000'000}), ValueError);
  CHECK_THROWS_AS(metrics::AUC({.thresholds = {1.5}}), ValueError);
  CHECK_THROWS_AS(metrics::AUC({.num_labels = 2}), ValueError);
  CHECK_THROWS_AS(metrics::AUC({.from_logits = true}).update_state(Tensor({0, 1}), Tensor({0, 1})), ValueError);
  metrics::AUC labels({.multi_label = true});
  labels.update_state(Tensor({{0, 1}}), Tensor({{0.1F, 0.9F}}));
  CHECK(message_of<ShapeError>([&] {
          labels.update_state(Tensor({{0, 1, 1}}), Tensor({{0.1F, 0.9F, 0.5F}}));
        }) == "[auc] another number of labels than before; got 3; expected 2");
  CHECK_THROWS_AS(labels.update_state(Tensor({0}), Tensor({0.1F})), ShapeError);
  const Tensor t({{0, 1}}), p({{0.1F, 0.9F}});
  CHECK_THROWS_AS(metrics::AUC({.multi_label = true, .num_labels = 3}).update_state(t, p), ShapeError);
  CHECK_THROWS_AS(metrics::AUC({.multi_label = true, .label_weights = {1}}).update_state(t, p), ShapeError);
  CHECK_THROWS_AS(metrics::AUC({.label_weights = {1}}).update_state(t, p), ShapeError);
}

TEST_CASE("AUC: label weights as Keras's files have them, an array") {
  Config array =
      Config::object({{"class_name", "__tensor__"},
                      {"config", Config::object({{"value", Config::list({0.5, 1.0})}, {"dtype", "float32"}})}});
  const Config written =
      from_config<metrics::Metric>(testing::view_of(keras_object("keras.metrics", "AUC", {{"label_weights", array}})))
          ->to_config();
  CHECK(written["config"]["label_weights"].to_json() == "[0.5, 1.0]");
  CHECK(from_config<metrics::Metric>(testing::view_of(written))->to_config().to_json() == written.to_json());
}
