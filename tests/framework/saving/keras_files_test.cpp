#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <cornu/framework/base/log.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/layers/recurrent/recurrent_layer.hpp>
#include "tests/support/fixture.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace cornu;
using cornu::testing::Fixture;

namespace {

// Every file that is read whole, and trained on where its records say so.
const char* const cases[] = {"dense",
                             "dense_deep",
                             "dropout",
                             "embedding_masked_mean",
                             "embedding_regularized",
                             "embedding_frozen",
                             "embedding_built_by_fit",
                             "lstm_masked",
                             "gru_masked",
                             "lstm_stateful",
                             "rnn_cells_sequences",
                             "bidirectional_sum",
                             "hashing_salted",
                             "conv2d",
                             "multi_head_attention_encoder",
                             "two_outputs",
                             "shared_layer",
                             "nested_shared",
                             "masked_lstm",
                             "masked_concatenation",
                             "masked_behind",
                             "states_given",
                             "states_and_masks",
                             "training_false",
                             "operators",
                             "optimizer_sgd_nesterov",
                             "optimizer_rmsprop_centered",
                             "optimizer_adam_amsgrad",
                             "optimizer_nadam",
                             "optimizer_ftrl",
                             "optimizer_adafactor",
                             "optimizer_muon",
                             "optimizer_ema_and_accumulation",
                             "optimizer_cosine_decay_warmup",
                             "float64_dense",
                             "bfloat16",
                             "lora",
                             "dense_tensorflow",
                             "lookup_adapted",
                             "lookup_tf_idf"};

std::string path_of(const std::string& name) { return testing::fixture_path("keras/" + name + ".keras"); }

Tensors tensors(const Fixture& records, const std::string& kind) {
  Tensors all;
  for (std::size_t i = 0; records.has(fmt::format("{}/{}", kind, i)); ++i)
    all.push_back(records.tensor(fmt::format("{}/{}", kind, i)));
  return all;
}

// The largest difference, as a part of the largest of the expected numbers (at least 1 for predictions).
double difference(const Tensor& got, const Tensor& expected, double least) {
  const Tensor a = got.astype(float64), b = expected.astype(float64);
  REQUIRE(a.shape() == b.shape());
  if (a.size() == 0) return 0;
  const double scale = std::max(least, ops::max(ops::abs(b)).item<double>());
  const double worst = ops::max(ops::abs(a - b)).item<double>() / scale;
  return std::isnan(worst) ? 1e300 : worst;
}

// Keras computes a bfloat16 model in bfloat16, and we in float32.
double tolerance_of(const std::string& name) { return name == "bfloat16" ? 2e-3 : 1e-5; }

void check_predictions(Model& model, const Tensors& x, const Fixture& records, const std::string& kind,
                       double tolerance) {
  const Tensors expected = tensors(records, kind);
  const Tensors got = model.predict_all(x, {.batch_size = 8});
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(difference(got[i], expected[i], 1) < tolerance);
}

void check_weights(Model& model, const Fixture& records, const std::string& kind, double tolerance) {
  const std::vector<Tensor> got = model.get_weights();
  const Tensors expected = tensors(records, kind);
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(difference(got[i], expected[i], 1e-3) < tolerance);
}

void check_optimizer(Model& model, const Fixture& records, const std::string& kind, double tolerance) {
  const Tensors expected = tensors(records, kind);
  if (expected.empty()) return;
  const std::vector<Variable> got = model.optimizer().variables();
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(difference(got[i].peek(), expected[i], 1e-3) < tolerance);
}

// Two epochs in the order of the samples, as Keras went on with the file.
void check_training(Model& model, const Tensors& x, const Tensors& y, const Fixture& records) {
  const double split = records.has("trained/history/val_loss") ? 0.25 : 0;
  // Keras on JAX, which wrote the records, begins every batch with states of zero; there is one batch an epoch. Here,
  // and in Keras on TensorFlow, they go on.
  const auto forget = [&](std::int64_t, const Logs&) {
    for (const auto& layer : model.layers())
      if (auto* const recurrent = dynamic_cast<layers::RecurrentLayer*>(layer.get())) recurrent->reset_state();
  };
  const History history = model.fit(x, y,
                                    {.batch_size = 8,
                                     .epochs = 2,
                                     .verbose = 0,
                                     .callbacks = {{.on_epoch_begin = forget}},
                                     .validation_split = split,
                                     .shuffle = false});
  const std::string prefix = "trained/history/";
  for (const std::string& name : records.names(prefix)) {
    const Tensor expected = records.tensor(name);
    const std::vector<double>& got = history[name.substr(prefix.size())];
    REQUIRE(static_cast<std::int64_t>(got.size()) == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i)
      CHECK(got[i] == doctest::Approx(expected.astype(float64).to_vector<double>()[i]).epsilon(2e-4));
  }
  check_weights(model, records, "trained/weights", 2e-4);
  forget(0, {});
  check_predictions(model, x, records, "trained/predict", 2e-4);
  check_optimizer(model, records, "trained/optimizer", 1e-3);
}

}  // namespace

TEST_CASE("load_model: files of Keras predict, evaluate and go on training with its numbers") {
  for (const std::string name : cases) {
    CAPTURE(name);
    const Fixture records("keras/" + name);
    const Tensors x = tensors(records, "input"), y = tensors(records, "target");
    std::unique_ptr<Model> model;
    try {
      model = load_model(path_of(name));
    } catch (const std::exception& error) {
      FAIL_CHECK(name << ": " << error.what());
      continue;
    }
    check_weights(*model, records, "weights", 1e-6);
    check_predictions(*model, x, records, "predict", tolerance_of(name));
    model = load_model(path_of(name));  // a stateful layer begins anew
    if (model->is_compiled()) {
      check_optimizer(*model, records, "optimizer", 1e-6);
      const std::string prefix = "evaluate/";
      const Logs figures = model->evaluate(x, y, {.batch_size = 8});
      for (const std::string& figure : records.names(prefix))
        CHECK(figures[figure.substr(prefix.size())] == doctest::Approx(records.scalar(figure)).epsilon(1e-4));
    }
    model = load_model(path_of(name));
    if (!records.names("trained/").empty()) check_training(*model, x, y, records);
  }
}

TEST_CASE("load_model: a Dropout within a layer goes by any name") {
  CHECK_NOTHROW(load_model(path_of("multi_head_attention_encoder"), {.strict = true}));
}

TEST_CASE("Model::save: what is saved after a file of Keras was read is read again, and gives the same") {
  const testing::TemporaryFolder folder;
  for (const std::string name : cases) {
    CAPTURE(name);
    const Fixture records("keras/" + name);
    const Tensors x = tensors(records, "input");
    const auto model = load_model(path_of(name));
    const std::string path = folder.path(name + ".keras");
    model->save(path);
    LoadReport report;
    const auto again = load_model(path, {.report = &report});
    for (const std::string& line : report.lines()) FAIL_CHECK(name << ": " << line);
    check_weights(*again, records, "weights", 1e-6);
    check_predictions(*again, x, records, "predict", tolerance_of(name));
    if (model->is_compiled()) check_optimizer(*again, records, "optimizer", 1e-6);
    CHECK(again->get_config().to_json() == model->get_config().to_json());
  }
}
