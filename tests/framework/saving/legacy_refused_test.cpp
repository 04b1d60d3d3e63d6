// What is told and refused of `.h5` files.
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/formats/hdf5/reader.hpp>
#include <cornu/framework/formats/hdf5/writer.hpp>
#include <cornu/framework/formats/json/parse.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/recurrent/gru.hpp>
#include "tests/support/changed_config.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/legacy_file.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::legacy_bytes;
using testing::message_of;
using testing::with_config_text;
using testing::with_root_attributes;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::unique_ptr<Model> loaded(const std::string& file, const LoadOptions& options = {}) {
  return load_model(std::as_bytes(std::span(file)), options, "m.h5");
}

std::string error_of(const std::string& file, const LoadOptions& options = {}) {
  return message_of<FileError>([&] { loaded(file, options); });
}

std::string path_of(const std::string& name) { return testing::fixture_path("legacy/" + name + ".h5"); }

// The layers of keras_2_0_gru, by names that a test gives.
std::unique_ptr<Sequential> gru_and_dense(const std::string& gru, const std::string& dense, std::int64_t units = 2,
                                          bool reset_after = false) {
  auto model = std::make_unique<Sequential>();
  model->add(std::make_shared<layers::GRU>(3, layers::GRUOptions{.reset_after = reset_after, .name = gru}));
  model->add(std::make_shared<layers::Dense>(units, layers::DenseOptions{.name = dense}));
  model->build({None, 5, 3});
  return model;
}

Tensor kernel_in_file() {
  const auto model = load_model(path_of("keras_2_0_gru"), {.compile = false});
  return model->get_layer("d").get_weights()[0];
}

bool are_equal(const Tensor& a, const Tensor& b) { return ops::all(ops::equal(a, b)).item<bool>(); }

}  // namespace

TEST_CASE("load_model: time_major = false in a .h5 file is nothing, true is refused") {
  const std::string file = legacy_bytes("sequential");
  CHECK_NOTHROW(loaded(file));
  const std::string error = error_of(with_config_text(file, "\"time_major\": false", "\"time_major\": true"));
  CHECK(has(error, "model_config.config.layers[2].config.time_major: got true; expected false"));
}

TEST_CASE("load_model: all that a .h5 file needs and is not here is listed at once") {
  std::string file =
      with_config_text(legacy_bytes("sequential"), "\"class_name\": \"Dropout\"", "\"class_name\": \"Elsewhere\"");
  file = with_config_text(file, "\"activation\": \"softmax\"", "\"activation\": \"<lambda>\"");
  const std::string error = error_of(file);
  CHECK(has(error, "got 2 such items"));
  CHECK(has(error, "cornu has no layer 'Elsewhere'"));
  CHECK(has(error, "cornu has no activation '<lambda>'"));
}

TEST_CASE("load_model: an activation that a .h5 file names can be registered") {
  const std::string file = with_config_text(legacy_bytes("sequential"), "\"activation\": \"softmax\"",
                                            "\"activation\": \"<lambda> of a test\"");
  CHECK(has(error_of(file), "cornu has no activation"));
  register_activation("<lambda> of a test", [](const Tensor& x) { return ops::clip(x, 0, 20); });
  CHECK_NOTHROW(loaded(file));
}

TEST_CASE("load_model: training_config of a .h5 file is read only when it is asked for") {
  const std::string file = legacy_bytes("adam");
  for (const std::string training :
       {"no JSON", R"({"loss": "loss of somebody", "optimizer_config": {"class_name": "Adam", "config": {}}})"}) {
    CAPTURE(training);
    const std::string changed = with_root_attributes(file, {{"training_config", training}});
    CHECK_NOTHROW(loaded(changed, {.compile = false}));
    CHECK_THROWS_AS(loaded(changed), FileError);
  }
  CHECK_FALSE(loaded(with_root_attributes(file, {{"training_config", ""}}))->is_compiled());
}

TEST_CASE("load_model: hard_sigmoid has the meaning of the version that wrote the .h5 file") {
  const std::string file = legacy_bytes("hard_sigmoids");
  const testing::Fixture records("legacy/hard_sigmoids");
  const Tensor x = records.tensor("input/0");
  const Tensor old = loaded(file)->predict(x);
  const Tensor now = loaded(with_root_attributes(file, {{"keras_version", "3.15.1"}}))->predict(x);
  CHECK(ops::max(ops::abs(old - now)).item<double>() > 0.001);
}

TEST_CASE("load_model: weights alone, and a file of another kind, are no model") {
  CHECK(has(message_of<FileError>([] { load_model(path_of("weights_frozen")); }), "got weights alone"));
  formats::Hdf5Writer writer("m.h5");
  writer.add_dataset("/a", Tensor::ones({2}));
  CHECK(has(error_of(writer.finish().join()), "got an HDF5 file of another kind"));
}

TEST_CASE("load_model: damaged .h5 files are refused") {
  const std::string file = legacy_bytes("sequential");
  CHECK_THROWS_AS(loaded(file.substr(0, file.size() / 2)), FileError);
  for (const char* config :
       {"{}", "[]", "null", "{\"class_name\": 1}", "{\"class_name\": \"Sequential\", \"config\": 3}",
        "{\"class_name\": \"Functional\", \"config\": []}", "{\"class_name\": \"Sequential\", \"config\": []}"}) {
    CAPTURE(config);
    CHECK_THROWS_AS(loaded(with_root_attributes(file, {{"model_config", config}})), FileError);
  }
  CHECK(has(error_of(with_config_text(file, "\"units\": 3", "\"units\": 300000")), "'m.h5'"));
}

TEST_CASE("load_weights: layers of a .h5 file go by names, or else by their order, which is said") {
  const Tensor kernel = kernel_in_file();
  LoadReport report;
  auto model = gru_and_dense("g", "d");
  model->load_weights(path_of("keras_2_0_gru"), {.report = &report});
  CHECK(report.empty());
  CHECK(are_equal(model->get_layer("d").get_weights()[0], kernel));
  model = gru_and_dense("first", "d");
  model->load_weights(path_of("keras_2_0_gru"), {.report = &report});
  REQUIRE(report.lines().size() == 1);
  CHECK(has(report.lines()[0], "takes its weights by position; the file calls it 'g'"));
  CHECK(are_equal(model->get_layer("d").get_weights()[0], kernel));
}

TEST_CASE("load_weights: by_name leaves layers that only one side has, skip_mismatch those of other shapes") {
  LoadReport report;
  const auto model = gru_and_dense("other", "d");
  const auto before = model->get_layer("other").get_weights();
  model->load_weights(path_of("keras_2_0_gru"), {.by_name = true, .report = &report});
  CHECK(report.lines().size() == 2);
  CHECK(are_equal(model->get_layer("other").get_weights()[0], before[0]));
  CHECK(are_equal(model->get_layer("d").get_weights()[0], kernel_in_file()));
  const auto wider = gru_and_dense("g", "d", 5);
  CHECK(has(message_of<FileError>([&] { wider->load_weights(path_of("keras_2_0_gru")); }),
            "Dense 'd' ('d' in the file): 'd/kernel:0' has another shape; got (3, 2); expected (3, 5)"));
  wider->load_weights(path_of("keras_2_0_gru"), {.skip_mismatch = true, .report = &report});
  REQUIRE(report.lines().size() == 1);
  CHECK(has(report.lines()[0], "its weights stay"));
}

TEST_CASE("load_weights: a GRU whose bias tells another reset_after is refused, saying so; nothing has changed then") {
  const auto model = gru_and_dense("g", "d", 2, true);
  const auto before = model->get_weights();
  CHECK(has(message_of<FileError>([&] { model->load_weights(path_of("keras_2_0_gru")); }),
            "a GRU with reset_after = false has it"));
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(are_equal(model->get_weights()[i], before[i]));
  CHECK(has(message_of<FileError>([&] { model->load_weights(path_of("adam")); }), "got 3 layers that have weights"));
}

TEST_CASE("load_model: whatever a value of a .h5 file's config becomes, the file is loaded or refused") {
  const std::string file = legacy_bytes("graph");
  const formats::Hdf5File hdf5(std::as_bytes(std::span(file)), "m.h5");
  const Config config = formats::parse_json(hdf5.root().string_attribute("model_config").value(), "m.h5");
  const std::vector<Config> values = testing::unexpected_values();
  std::size_t refused = 0;
  for (std::size_t i = 0; i < testing::count_values(config); ++i) {
    const Config changed = testing::changed_config(config, i, [&](const Config&) { return values[i % values.size()]; });
    try {
      loaded(with_root_attributes(file, {{"model_config", changed.to_json()}}), {.compile = false});
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 100);
}
