#include <doctest/doctest.h>

#include <span>
#include <string>
#include <vector>

#include <cornu/framework/formats/hdf5/reader.hpp>
#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/layer/symbolic.hpp>
#include <cornu/framework/losses/regression.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/compile_from_config.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/embedding/embedding_bag.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/recurrent/gru.hpp>

#include "tests/framework/model/graph_models.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/keras_configs.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using layers::Dense, layers::Embedding, layers::EmbeddingBag, layers::GRU;
using testing::view_of;

namespace {

Sequential dense_model() {
  Sequential model{Dense(2, "relu"), Dense(1)};
  model.build({None, 3});
  return model;
}

Model two_outputs() {
  const auto x = Input({.shape = {3}});
  return {x, {Dense(1, {.name = "first"})(x), Dense(2, {.name = "second"})(x)}};
}

std::unique_ptr<Model> saved_and_loaded(const Model& model, LoadReport* report = nullptr) {
  const testing::TemporaryFolder folder;
  model.save(folder.path("m.keras"), report);
  return load_model(folder.path("m.keras"), {.strict = true});
}

std::string compile_config(const Model& model, const char* key) {
  return detail::compile_config_of(model)[key].to_json();
}

Config input_config(const Model& model) { return model.get_config()["layers"].as_list().at(0)["config"]; }

// {"loss": loss, …} as a file has it, with an optimizer.
std::string written_after_reading(const char* key, const Config& value, const Config& loss) {
  Config config = Config::object({{"optimizer", "sgd"}, {"loss", loss}});
  config.set(key, value);
  const Config object = Config::object({{"compile_config", config}});
  Model model = two_outputs();
  detail::compile_from_config(model, view_of(object));
  return compile_config(model, key);
}

}  // namespace

// ── losses and metrics ──────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("Model::save: losses and metrics that were given by name are written by name, objects as objects") {
  Sequential model = dense_model();
  model.compile("sgd", "mse", {"mae", "acc"});
  CHECK(compile_config(model, "loss") == R"("mse")");
  CHECK(compile_config(model, "metrics") == R"(["mae", "acc"])");
  const auto again = saved_and_loaded(model);
  CHECK(compile_config(*again, "loss") == R"("mse")");
  CHECK(compile_config(*again, "metrics") == R"(["mae", "acc"])");
  model.compile("sgd", losses::MeanSquaredError());
  CHECK(detail::compile_config_of(model)["loss"]["class_name"].as_string() == "MeanSquaredError");
}

TEST_CASE("Model::save: a metric that got another name is written as an object of that name") {
  Sequential model = dense_model();
  Handle<metrics::Metric> metric("mae");
  metric->set_name("error");
  model.compile("sgd", "mse", {metric});
  const Config written = detail::compile_config_of(model)["metrics"].as_list().at(0);
  CHECK(written["class_name"].as_string() == "MeanAbsoluteError");
  CHECK(written["config"]["name"].as_string() == "error");
}

TEST_CASE("Model::save: losses and metrics of a file keep their form, one for all, a list or by names") {
  const Config by_name = Config::object({{"second", "mae"}, {"first", "mse"}});
  CHECK(written_after_reading("loss", "mse", "mse") == R"("mse")");
  CHECK(written_after_reading("loss", by_name, "mse") == by_name.to_json());
  const Config weights = Config::object({{"first", 2.0}, {"second", 0.5}});
  CHECK(written_after_reading("loss_weights", weights, "mse") == weights.to_json());
  const Config metrics = Config::object({{"second", Config::list({"mae", "mse"})}});
  CHECK(written_after_reading("metrics", metrics, by_name) == metrics.to_json());
  CHECK(written_after_reading("weighted_metrics", nullptr, "mse") == "null");
}

TEST_CASE("load_model: of outputs that are a dictionary, losses and figures go by the keys") {
  const Config history = Config::list({"first", 0, 0});
  const Config object = Config::object(
      {{"config", Config::object({{"output_layers", Config::object({{"b", history}, {"a", history}})}})},
       {"compile_config",
        Config::object({{"optimizer", "sgd"}, {"loss", Config::object({{"a", "mae"}, {"b", "mse"}})}})}});
  Model model = two_outputs();
  ConfigReport report;
  detail::compile_from_config(model, view_of(object, &report));
  CHECK(report.notes.size() == 1);
  CHECK(compile_config(model, "loss") == R"(["mse", "mae"])");
  const Logs figures = model.evaluate(Tensor::ones({2, 3}), {Tensor::ones({2, 1}), Tensor::ones({2, 2})});
  CHECK(figures.contains("b_loss"));
  CHECK(figures.contains("a_loss"));
}

TEST_CASE("Model::save: a compile() after loading is what the next file says") {
  const auto model = load_model(testing::fixture_path("keras/dense.keras"));
  CHECK(compile_config(*model, "loss") == R"("mse")");
  model->compile("sgd", "mae");
  CHECK(compile_config(*model, "loss") == R"("mae")");
  CHECK(compile_config(*model, "metrics") == "null");
}

TEST_CASE("Model::save: the learning rate has the dtype of the weights, as in Keras") {
  const testing::TemporaryFolder folder;
  for (const DType dtype : {float32, float64}) {
    Sequential model{Dense(1, {.dtype = dtype})};
    model.build({None, 3});
    model.compile("sgd", "mse");
    model.save_weights(folder.path("m.weights.h5"));
    const std::string bytes = folder.read("m.weights.h5");
    const formats::Hdf5File file(std::as_bytes(std::span(bytes)), "m.weights.h5");
    CHECK(file.at("optimizer/vars/1").dataset().read().dtype() == dtype);
  }
}

// ── the input of a Sequential ───────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("load_model: the rate of float64 weights is not rounded to float32") {
  const auto model = load_model(testing::fixture_path("keras/float64_dense.keras"));
  CHECK(model->optimizer().variables()[1].dtype() == float64);
  CHECK(model->optimizer().learning_rate() == 0.01);
  CHECK(saved_and_loaded(*model)->optimizer().get_config()["learning_rate"].as_double() == 0.01);
}

TEST_CASE("Sequential: the input layer of a file is written as it was") {
  const auto model = load_model(testing::fixture_path("keras/embedding_masked_mean.keras"));
  const std::string input = input_config(*model).to_json();
  CHECK(input_config(*model)["dtype"].as_string() == "float32");  // although the layer takes ids
  CHECK(input_config(*saved_and_loaded(*model)).to_json() == input);
}

TEST_CASE("Sequential: without a file's, the input layer is that of the first layer's data") {
  Sequential model{Embedding(5, 2), Dense(1)};
  model.build({None, 4});
  CHECK(input_config(model).to_json() ==
        R"({"batch_shape": [null, 4], "dtype": "int32", "sparse": false, "ragged": false, "name": "input_layer", )"
        R"("optional": false})");
}

TEST_CASE("Sequential: the batch that a model is built with goes into the file, and not into its shapes") {
  Sequential model{GRU(2, {.stateful = true})};
  model.build({7, 4, 3});
  CHECK(model.output_shape() == Shape{None, 2});
  CHECK(input_config(model)["batch_shape"].to_json() == "[7, 4, 3]");
  CHECK(model.get_config()["build_input_shape"].to_json() == "[7, 4, 3]");
  const auto again = saved_and_loaded(model);
  CHECK(input_config(*again)["batch_shape"].to_json() == "[7, 4, 3]");
  model.build({None, 4, 3});
  CHECK(input_config(model)["batch_shape"].to_json() == "[null, 4, 3]");
}

TEST_CASE("Sequential: an input layer of another shape than the model's is refused") {
  Sequential model = dense_model();
  const auto input_of = [](std::int64_t width) {
    return layer_from_config(
        view_of(keras_object("keras.layers", "InputLayer", {{"batch_shape", Shape{8, width}}, {"dtype", "float32"}})));
  };
  model.set_input_layer(input_of(3));
  CHECK(input_config(model)["batch_shape"].to_json() == "[8, 3]");
  CHECK(testing::message_of<ShapeError>([&] { model.set_input_layer(input_of(4)); }) ==
        "[Sequential::set_input_layer] the model is built for another input; got (8, 4); expected (None, 3)");
  CHECK(input_config(model)["batch_shape"].to_json() == "[8, 3]");
}

TEST_CASE("Model::save: a graph with the ops of masks comes back with its layers, names and numbers") {
  const auto a = Input({.shape = {4}, .dtype = int32, .name = "a"}), b = Input({.shape = {4, 3}, .name = "b"}),
             h = Input({.shape = {2}, .name = "h"});
  const auto joined = layers::Concatenate()({Embedding(8, 3, {.mask_zero = true})(a), b});
  Model model({a, b, h}, GRU(2)({joined, h}));
  const auto loaded = saved_and_loaded(model);
  CHECK(loaded->get_config().to_json() == model.get_config().to_json());
  CHECK(testing::names_of(*loaded) == std::vector<std::string>{"a", "embedding", "b", "concatenate", "h", "gru"});
  const Tensors data{Tensor({{1, 0, 2, 0}}), Tensor::ones({1, 4, 3}), Tensor::ones({1, 2})};
  CHECK(ops::array_equal(loaded->predict(data), model.predict(data)));
}

TEST_CASE("Model::save: the batch of a graph's input is kept") {
  const auto x = Input({.shape = {4, 3}, .batch_size = 7, .name = "x"});
  const Model model(x, GRU(2, {.stateful = true})(x));
  CHECK(input_config(*saved_and_loaded(model))["batch_shape"].to_json() == "[7, 4, 3]");
}

// ── what Keras does not have ────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("Model::save: max_norm stands where Keras does not look, and the report says so") {
  Sequential model{Embedding(5, 2, {.max_norm = 0.5, .norm_type = 1}), Dense(1)};
  model.build({None, 4});
  LoadReport report;
  const auto again = saved_and_loaded(model, &report);
  REQUIRE(report.lines().size() == 2);
  CHECK(report.lines()[0] == "config.config.layers[1]: Keras does without max_norm = 0.5");
  CHECK(report.lines()[1] == "config.config.layers[1]: Keras does without norm_type = 1.0");
  const Tensor ids({{0, 1, 2, 3}});
  CHECK(ops::array_equal(again->predict(ids), model.predict(ids)));
  CHECK(again->get_config().to_json() == model.get_config().to_json());
}

TEST_CASE("Model::save: a class that Keras does not have is named in the report; a plain model leaves it empty") {
  Sequential model{EmbeddingBag(5, 2), Dense(1)};
  model.build({None, 4});
  LoadReport report;
  saved_and_loaded(model, &report);
  REQUIRE(report.lines().size() == 1);
  CHECK(report.lines()[0] ==
        "config.config.layers[1]: Keras opens the file when a class is registered as cornu>EmbeddingBag");
  LoadReport none;
  saved_and_loaded(dense_model(), &none);
  CHECK(none.empty());
}
