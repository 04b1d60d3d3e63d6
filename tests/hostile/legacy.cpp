// Models of the `.h5` form that lie.
#include <fmt/core.h>

#include <cornu/framework/formats/hdf5/writer.hpp>
#include <cornu/framework/registry/config.hpp>
#include "tests/hostile/members.hpp"

namespace cornu::testing {

namespace {

using Names = std::vector<std::string>;

// A Dense as Keras 2 writes it, with other lists of names.
std::string dense_model(const std::string& config, const Names& layers = {"dense"},
                        const Names& weights = {"dense/kernel:0", "dense/bias:0"}) {
  formats::Hdf5Writer writer("m.h5");
  writer.add_dataset("/model_weights/dense/dense/kernel:0", Tensor::ones({3, 2}));
  writer.add_dataset("/model_weights/dense/dense/bias:0", Tensor::ones({2}));
  writer.set_attribute("/model_weights", "layer_names", layers);
  writer.set_attribute("/model_weights/dense", "weight_names", weights);
  writer.set_attribute("/", "model_config", config);
  writer.set_attribute("/", "keras_version", "2.2.4");
  return writer.finish().join();
}

std::string sequential(const std::string& layers) {
  return fmt::format(R"({{"class_name": "Sequential", "config": [{}]}})", layers);
}

std::string dense(const std::string& options) {
  return sequential(fmt::format(
      R"({{"class_name": "Dense", "config": {{"name": "dense", "batch_input_shape": [null, 3], {}}}}})", options));
}

// A graph whose layer reads what another call makes.
std::string graph(const std::string& node) {
  const std::string input = R"({"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
      "config": {"batch_input_shape": [null, 3], "dtype": "float32", "name": "x"}})";
  return fmt::format(R"({{"class_name": "Model", "config": {{"name": "m", "layers": [{}, {{"class_name": "Dense",
      "name": "dense", "inbound_nodes": {}, "config": {{"name": "dense", "units": 2}}}}],
      "input_layers": [["x", 0, 0]], "output_layers": [["dense", 0, 0]]}}}})",
                     input, node);
}

std::string nested(int levels) {
  std::string config = dense("\"units\": 2");
  for (int level = 0; level < levels; ++level) config = sequential(config);
  return config;
}

HostileFile row(std::string kind, std::string bytes, std::string error) {
  return {"h5: " + std::move(kind), HostileUse::model, {"model.h5", std::move(bytes)}, std::move(error)};
}

}  // namespace

std::vector<HostileFile> hostile_legacy() {
  const std::string good = dense_model(dense("\"units\": 2"));
  return {
      row("cut off", good.substr(0, good.size() / 2), "cut off"),
      row("config that is no JSON", dense_model("{\"class_name\": "), "not JSON"),
      row("config that is no model", dense_model("[1, 2]"), "expected an object"),
      row("100 models within each other", dense_model(nested(90)), "nested too deeply"),
      row("an array named twice", dense_model(dense("\"units\": 2"), {"dense"}, {"dense/bias:0", "dense/bias:0"}),
          "has 'dense/bias:0' twice"),
      row("a layer named twice", dense_model(dense("\"units\": 2"), {"dense", "dense"}), "has 'dense' twice"),
      row("a layer that is not there", dense_model(dense("\"units\": 2"), {"dense", "other"}), "'other' is missing"),
      row("an array that is not there", dense_model(dense("\"units\": 2"), {"dense"}, {"dense/kernel:0", "b"}),
          "'b' is missing"),
      row("a group where an array should be", dense_model(dense("\"units\": 2"), {"dense"}, {"dense", "dense/bias:0"}),
          "expected a dataset"),
      row("a layer of 10^12 units", dense_model(dense("\"units\": 1000000000000")), "fewer numbers"),
      row("weights of another shape", dense_model(dense("\"units\": 3")), "another shape"),
      row("a call with the number -2^63", dense_model(graph("[[[\"x\", -9223372036854775808, 0, {}]]]")), "x"),
      row("a call of a layer by itself", dense_model(graph("[[[\"dense\", 0, 0, {}]]]")), "never made"),
      row("a call in no form", dense_model(graph("[[[\"x\", 0]]]")), "inbound_nodes"),
      row("code in a Lambda",
          dense_model(sequential(R"({"class_name": "Lambda", "config": {"function": ["4wEAAAA=", null, null]}})")),
          "the Python code of a Lambda is not run"),
  };
}

}  // namespace cornu::testing
