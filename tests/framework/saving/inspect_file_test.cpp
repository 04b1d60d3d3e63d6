#include <cornu/framework/saving/inspect_file.hpp>

#include <doctest/doctest.h>

#include <string>

#include <cornu/framework/formats/hdf5/writer.hpp>
#include <cornu/framework/formats/zip/writer.hpp>
#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/saving/load_model.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/legacy_file.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;

namespace {

std::string path_of(const std::string& name) { return testing::fixture_path("keras/" + name); }
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// A whole model as Keras 2 writes it.
std::string keras_2_model() {
  formats::Hdf5Writer writer("m.h5");
  writer.add_dataset("/model_weights/dense/dense/kernel:0", Tensor::ones({2, 3}));
  writer.set_attribute("/", "model_config",
                       R"({"class_name": "Sequential", "config": [{"class_name": "Conv9D", "config": {}}]})");
  writer.set_attribute("/", "keras_version", "2.8.0");
  return writer.finish().join();
}

}  // namespace

TEST_CASE("inspect_file: members, weights, and that all is taken as it is") {
  const std::string text = inspect_file(path_of("dense.keras"));
  for (const char* part :
       {"members:\n  metadata.json", "weights:\n", "/optimizer/vars/0", "float32", "\ntaken as it is\n"})
    CHECK(has(text, part));
  CHECK(has(inspect_file(path_of("folder")), "taken as it is"));
}

TEST_CASE("inspect_file: what is not taken as it is, and every class that there is not by its place") {
  CHECK(has(inspect_file(path_of("after_h5.keras")), "not taken as it is:\n  "));
  const std::string text = inspect_file(path_of("refused_pooling.keras"));
  CHECK(has(text, "cannot be loaded:\n  "));
  CHECK(has(text, "config.json.config.layers["));
}

TEST_CASE("load_model: all that there is not is listed at once, of the layers and of what the model is compiled with") {
  const Config unknown = keras_object("keras.optimizers", "Rprop");
  const Config object = keras_object(
      "keras", "Sequential",
      {{"layers", Config::list({keras_object("keras.layers", "Conv9D"),
                                keras_object("keras.layers", "Dense", {{"units", 2}, {"activation", "swoosh"}})})}});
  const Config compiled = Config::object({{"optimizer", unknown},
                                          {"loss", Config::object({{"a", "mystery"}, {"b", "mse"}})},
                                          {"metrics", Config::list({"acuracy", Config::list({"mae", "auk"})})}});
  const std::string config = Config(object).set("compile_config", compiled).to_json(), weights = keras_2_model();
  const testing::TemporaryFolder folder;
  const std::string path =
      folder.write("m.keras", formats::zip_bytes({{.name = "config.json", .parts = {formats::as_part(config)}},
                                                  {.name = "model.weights.h5", .parts = {formats::as_part(weights)}}}));
  const std::string message = message_of<FileError>([&] { load_model(path); });
  CHECK(has(message, "got 6 such items; expected none:"));
  for (const char* line : {"\n  config.json.config.layers[0]: cornu has no layer 'Conv9D'",
                           "\n  config.json.config.layers[1].config.activation: cornu has no activation 'swoosh'",
                           "\n  config.json.compile_config.optimizer: cornu has no optimizer 'Rprop'",
                           "\n  config.json.compile_config.loss.a: [loss] unknown loss; got 'mystery'",
                           "\n  config.json.compile_config.metrics[0]: [metric] unknown metric; got 'acuracy'",
                           "\n  config.json.compile_config.metrics[1][1]: [metric] unknown metric; got 'auk'"}) {
    CAPTURE(line);
    CHECK(has(message, line));
  }
  CHECK_FALSE(has(message_of<FileError>([&] { load_model(path, {.compile = false}); }), "compile_config"));
}

TEST_CASE("inspect_file: weights alone, in one file and in shards") {
  const std::string text = inspect_file(path_of("weights_plain.weights.h5"));
  CHECK(text.starts_with("weights:\n"));
  CHECK_FALSE(has(text, "cannot be loaded"));
  CHECK(has(inspect_file(path_of("weights_sharded.weights.json")), "/vars/0"));
}

TEST_CASE("inspect_file: a model in the .h5 form is told by what it is, whatever its name") {
  const testing::TemporaryFolder folder;
  for (const char* name : {"m.h5", "m.hdf5", "m.keras"}) {
    CAPTURE(name);
    const std::string text = inspect_file(folder.write(name, keras_2_model()));
    CHECK(has(text, "/model_weights/dense/dense/kernel:0"));
    CHECK(has(text, "\ncannot be loaded:\n  "));
    CHECK(has(text, "cornu has no layer 'Conv9D'"));
    CHECK(has(inspect_file(folder.write(name, testing::legacy_bytes("sequential"))), "\ntaken as it is\n"));
  }
}

TEST_CASE("inspect_file: what is missing, empty or of another kind is refused") {
  const testing::TemporaryFolder folder;
  CHECK_THROWS_AS(inspect_file(folder.path("none.keras")), FileError);
  CHECK_THROWS_AS(inspect_file(folder.write("empty.keras", "")), FileError);
  CHECK_THROWS_AS(inspect_file(folder.write("empty.h5", "")), FileError);
  CHECK_THROWS_AS(inspect_file(folder.write("text.weights.json", "{}")), FileError);
}
