// All losses and metrics in models: trained, measured, masked, saved.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/losses/regression.hpp>
#include <cornu/framework/metrics/auc.hpp>
#include <cornu/framework/metrics/confusion.hpp>
#include <cornu/framework/metrics/f_score.hpp>
#include <cornu/framework/metrics/iou.hpp>
#include <cornu/framework/metrics/of_losses.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/captured_log.hpp"
#include "tests/support/keras_configs.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace cornu;
using layers::Dense;
using testing::keras_configs, testing::view_of;

namespace {

struct Data {
  Tensor x, y;
};

// Labels of three classes, as a loss or metric of that name wants them.
Data data_for(const std::string& name) {
  random::set_seed(3);
  const Tensor ids({0, 1, 2, 1, 0, 2, 1, 0}), one_hot = ops::one_hot(ids, 3);
  const Tensor x = one_hot + random::normal({8, 3}, 0, 0.1);
  if (name == "CTC")
    return {ops::stack({x, x, x}, 1), Tensor({{1, 2}, {2, 0}, {1, 0}, {1, 1}, {2, 1}, {0, 0}, {1, 2}, {2, 0}})};
  const bool takes_ids = name.find("Sparse") != std::string::npos || name == "Circle" || name == "MeanIoU" ||
                         name == "CategoricalGeneralizedCrossEntropy" || name == "IoU";
  return {x, takes_ids ? ids : one_hot};
}

Sequential model_for(const Data& data) {
  random::set_seed(4);
  Sequential model{Dense(3, "softmax")};
  model.build(data.x.shape().with(0, None));
  return model;
}

}  // namespace

TEST_CASE("losses in models: each lowers itself in training") {
  for (const auto& entry : keras_configs("losses").as_object()) {
    const auto& name = entry.first;
    if (name == "function") continue;
    CAPTURE(name);
    const Data data = data_for(name);
    Sequential model = model_for(data);
    const auto loss = from_config<losses::Loss>(view_of(keras_object("keras.losses", name)));
    model.compile(optim::SGD({.learning_rate = name == "MeanAbsolutePercentageError" ? 1e-7 : 0.02}), loss);
    const History history = model.fit(data.x, data.y, {.batch_size = 8, .epochs = 4, .verbose = 0, .shuffle = false});
    CHECK(history["loss"].back() < history["loss"].front());
  }
}

TEST_CASE("metrics in models: each is measured under its name, and kept by a file with its options") {
  const testing::CapturedLog log({});  // of classes that there are not
  for (const auto& entry : keras_configs("metrics").as_object()) {
    const auto& name = entry.first;
    const auto& object = entry.second;
    const std::string class_name = object.is_object() ? object["class_name"].as_string() : name;
    if (name == "function" || name == "AUC") continue;  // AUC has label weights for other labels
    CAPTURE(name);
    const Data data = data_for(class_name == "SparseTopKCategoricalAccuracy" ? "Sparse" : class_name);
    Sequential model = model_for(data);
    const auto metric = from_config<metrics::Metric>(view_of(object));
    if (class_name == "SparseTopKCategoricalAccuracy" && name.find("default") == std::string::npos) continue;  // of ids
    if (class_name == "OneHotIoU" || class_name == "OneHotMeanIoU" || class_name == "IoU" || class_name == "MeanIoU")
      continue;  // below
    model.compile("sgd", "mse", {metric});
    if (data.y.rank() == 1) model.compile("sgd", "sparse_categorical_crossentropy", {metric});
    const History history = model.fit(data.x, data.y, {.batch_size = 5, .verbose = 0});
    CHECK(history.contains(metric->name()));
    CHECK(history[metric->name()].back() == metric->result());
    const testing::TemporaryFolder folder;
    model.save(folder.path("m.keras"));
    const auto loaded = load_model(folder.path("m.keras"), {.strict = true});
    const Logs before = model.evaluate(data.x, data.y, {.verbose = 0});
    const Logs after = loaded->evaluate(data.x, data.y, {.verbose = 0});
    CHECK((after[metric->name()] == before[metric->name()] || std::isnan(before[metric->name()])));
  }
}

TEST_CASE("metrics in models: IoU of class ids and of rows") {
  const Data rows = data_for(""), ids = data_for("IoU");
  Sequential of_rows = model_for(rows), of_ids = model_for(ids);
  of_rows.compile("sgd", "mse", {metrics::OneHotMeanIoU(3), metrics::OneHotIoU(3, {0, 1})});
  of_ids.compile("sgd", "sparse_categorical_crossentropy",
                 {metrics::MeanIoU(3, {.sparse_y_pred = false}), metrics::IoU(3, {0, 1}, {.sparse_y_pred = false})});
  const Logs a = of_rows.evaluate(rows.x, rows.y, {.verbose = 0}), b = of_ids.evaluate(ids.x, ids.y, {.verbose = 0});
  CHECK(a["one_hot_mean_io_u"] == b["mean_io_u"]);
  CHECK(a["one_hot_io_u"] == b["io_u"]);
}

TEST_CASE("metrics in models: figures are called as they were typed, and objects by their names, numbered in a model") {
  for (int again = 0; again < 2; ++again) {
    Sequential model{Dense(1, "sigmoid")};
    model.compile("sgd", "bce",
                  {"AUC", "Precision", "Acc", metrics::AUC(), metrics::AUC(), metrics::Precision(), metrics::F1Score(),
                   metrics::LogCoshError()});
    const Logs logs = model.evaluate(Tensor::ones({4, 2}), Tensor({{0}, {1}, {1}, {0}}), {.verbose = 0});
    std::vector<std::string> names;
    for (const auto& [name, value] : logs) names.push_back(name);
    CHECK(names == std::vector<std::string>{"AUC", "Acc", "Precision", "auc", "auc_1", "f1_score", "logcosh", "loss",
                                            "precision"});
  }
}

TEST_CASE("metrics in models: a metric of several values has their mean as its figure") {
  const Data data = data_for("");
  Sequential model = model_for(data);
  const auto score = std::make_shared<metrics::F1Score>();
  model.compile("sgd", "mse", {Handle<metrics::Metric>(score)});
  const double figure = model.evaluate(data.x, data.y, {.verbose = 0})["f1_score"];
  CHECK(score->results().shape() == Shape{3});
  CHECK(figure == doctest::Approx(ops::mean(score->results()).item<double>()));
}

TEST_CASE("metrics in models: masked steps do not count, whatever the metric") {
  const Tensor ids({{1, 2, 0}, {2, 0, 0}}), labels({{{1}, {0}, {1}}, {{1}, {1}, {1}}});
  Sequential model{layers::Embedding(3, 1, {.mask_zero = true, .weights = Tensor({{0.9F}, {0.8F}, {0.3F}})})};
  model.compile("sgd", "mse",
                {metrics::TruePositives(), metrics::TrueNegatives({.thresholds = 0.25}), metrics::Precision(),
                 metrics::RootMeanSquaredError(), metrics::BinaryIoU({.target_class_ids = {1}}), metrics::AUC()});
  const Logs logs = model.evaluate(ids, labels, {.verbose = 0});
  // Of predictions 0.8, 0.3 and 0.3 and labels 1, 0 and 1.
  CHECK(logs["true_positives"] == 1);
  CHECK(logs["true_negatives"] == 0);
  CHECK(logs["precision"] == 1);
  CHECK(logs["root_mean_squared_error"] == doctest::Approx(std::sqrt((0.04 + 0.09 + 0.49) / 3)));
  CHECK(logs["binary_io_u"] == doctest::Approx(0.5));
  CHECK(logs["auc"] == doctest::Approx(0.75));
}

TEST_CASE(
    "losses in models: the history of a sum is the mean of the batches' sums, weighted by their sizes, as Keras") {
  Sequential model{Dense(1, {.kernel_initializer = "zeros"})};
  model.compile(optim::SGD({.learning_rate = 1e-30}), losses::MeanSquaredError({.reduction = "sum"}));
  const Tensor x = Tensor::zeros({3, 1}), y = Tensor::ones({3, 1});
  const History history = model.fit(x, y, {.batch_size = 2, .verbose = 0, .shuffle = false});
  CHECK(history["loss"].back() == doctest::Approx(1.666667));
}
