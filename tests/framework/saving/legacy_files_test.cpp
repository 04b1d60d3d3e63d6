#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/activations/keras2.hpp>
#include <cornu/framework/formats/mapped_file.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/config_view.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include "tests/support/fixture.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace cornu;
using cornu::testing::Fixture;

namespace {

// Every whole model that tests/fixtures/legacy/make.py wrote.
const char* const cases[] = {
    "sequential",     "graph",      "merges",      "hard_sigmoids",     "two_outputs",      "adam",
    "adam_decay",     "sgd",        "rmsprop",     "keras_2_0_adam",    "keras_2_0_sorted", "keras_2_0_gru",
    "names_in_parts", "stored_new", "stored_v108", "keras3_sequential", "keras3_graph",     "keras3_hard_sigmoids",
    "keras3_adam",    "keras3_sgd"};

std::string path_of(const std::string& name) { return testing::fixture_path("legacy/" + name + ".h5"); }

Tensors tensors(const Fixture& records, const std::string& kind) {
  Tensors all;
  for (std::size_t i = 0; records.has(fmt::format("{}/{}", kind, i)); ++i)
    all.push_back(records.tensor(fmt::format("{}/{}", kind, i)));
  return all;
}

void check_predictions(Model& model, const Fixture& records, const std::string& kind, double tolerance) {
  const Tensors expected = tensors(records, kind), got = model.predict_all(tensors(records, "input"));
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    REQUIRE(got[i].shape() == expected[i].shape());
    const double worst = ops::max(ops::abs(got[i] - expected[i])).item<double>();
    CHECK(worst < tolerance);
    CHECK_FALSE(std::isnan(worst));
  }
}

}  // namespace

TEST_CASE("load_model: .h5 files of Keras 2, tf_keras and Keras 3 are taken as they are and predict the same") {
  for (const std::string name : cases) {
    CAPTURE(name);
    LoadReport report;
    std::unique_ptr<Model> model;
    CHECK_NOTHROW(model = load_model(path_of(name), {.report = &report}));
    if (!model) continue;
    for (const std::string& line : report.lines()) {
      const bool has_no_state = line.find("the file has no state of the optimizer") != std::string::npos;
      CHECK_MESSAGE(has_no_state, line);
    }
    check_predictions(*model, Fixture("legacy/" + name), "predict", 2e-6);
  }
}

TEST_CASE("load_model: training goes on from .h5 files with the state of the optimizer") {
  int trained = 0;
  for (const std::string name : cases) {
    CAPTURE(name);
    const Fixture records("legacy/" + name);
    if (!records.has("target/0")) continue;
    ++trained;
    const auto model = load_model(path_of(name));
    REQUIRE(model->is_compiled());
    model->fit(tensors(records, "input"), tensors(records, "target"),
               {.batch_size = 4, .epochs = 1, .verbose = 0, .shuffle = false});
    check_predictions(*model, records, "trained/predict", 2e-5);
  }
  CHECK(trained == 10);
}

TEST_CASE("load_model: without compile, the training_config and the optimizer of a .h5 file are not looked at") {
  const auto model = load_model(path_of("adam"), {.compile = false});
  CHECK_FALSE(model->is_compiled());
}

TEST_CASE("Model::save: a model of a .h5 file is the same in a .keras file") {
  const testing::TemporaryFolder folder;
  for (const std::string name : cases) {
    CAPTURE(name);
    const Fixture records("legacy/" + name);
    const std::string path = folder.path(name + ".keras");
    load_model(path_of(name))->save(path);
    LoadReport report;
    const auto model = load_model(path, {.report = &report});
    for (const std::string& line : report.lines()) CHECK_MESSAGE(false, line);
    check_predictions(*model, records, "predict", 2e-6);
  }
}

TEST_CASE("load_model: a .h5 file in memory, and one that stays in the file") {
  const Fixture records("legacy/graph");
  const formats::MappedFile file(path_of("graph"));
  check_predictions(*load_model(file.bytes()), records, "predict", 2e-6);
  check_predictions(*load_model(path_of("graph"), {.memory_map = true}), records, "predict", 2e-6);
}

TEST_CASE("load_weights: weights of frozen layers within a model, which the file has last, go by their names") {
  for (const bool frozen : {true, false}) {
    CAPTURE(frozen);
    const auto model = load_model(path_of("graph"), {.compile = false});
    dynamic_cast<Model&>(model->get_layer("inner")).get_layer("first").set_trainable(!frozen);
    LoadReport report;
    model->load_weights(path_of("weights_frozen"), {.report = &report});
    CHECK(report.empty());
    check_predictions(*model, Fixture("legacy/weights_frozen"), "predict", 2e-6);
  }
}

TEST_CASE("load_weights: a whole model as .h5 gives its weights and the state of the optimizer") {
  const auto model = load_model(path_of("keras3_adam"));
  LoadReport report;
  model->load_weights(path_of("adam"), {.report = &report});
  CHECK(report.empty());
  const Fixture records("legacy/adam");
  check_predictions(*model, records, "predict", 2e-6);
  model->fit(tensors(records, "input"), tensors(records, "target"),
             {.batch_size = 4, .epochs = 1, .verbose = 0, .shuffle = false});
  check_predictions(*model, records, "trained/predict", 2e-5);
}

TEST_CASE(
    "keras2_hard_sigmoid: a straight line between 0 and 1 with the slope 1/5, which .keras files hold as layers") {
  const Tensor y = activations::keras2_hard_sigmoid(Tensor({-3.0F, -2.5F, 0.0F, 1.0F, 2.5F, 3.0F}));
  CHECK(y.to_vector<float>() == std::vector<float>{0, 0, 0.5F, 0.7F, 1, 1});
  const Config config = Activation(activations::keras2_hard_sigmoid).to_config();
  CHECK(config["class_name"].as_string() == "Pipeline");
  Activation read;
  read_value(ConfigView(config, "load_model", "m.keras", "activation"), read);
  CHECK(read.name() == "keras2_hard_sigmoid");
}
