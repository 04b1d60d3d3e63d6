#include <cornu/framework/model/model_config.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/model/sequential.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/merging/add.hpp>

#include "tests/framework/model/graph_models.hpp"

using namespace cornu;
using layers::Add, layers::Dense;

TEST_CASE("functional: the config has the calls of each layer, as Keras's files do") {
  const auto x = Input({.shape = {2}, .name = "x"});
  const auto dense = std::make_shared<Dense>(2, layers::DenseOptions{.name = "d"});
  const Model model(x, Add({.name = "sum"})({(*dense)(x), (*dense)((*dense)(x))}), {.name = "m"});
  const Config config = model.get_config();
  CHECK(config["input_layers"].to_json() == R"(["x", 0, 0])");
  CHECK(config["output_layers"].to_json() == R"(["sum", 0, 0])");
  const std::vector<Config>& all = config["layers"].as_list();
  REQUIRE(all.size() == 3);
  CHECK(all[0]["config"].to_json() ==
        R"({"batch_shape": [null, 2], "dtype": "float32", "sparse": false, "ragged": false, "name": "x", )"
        R"("optional": false})");
  CHECK(all[0]["inbound_nodes"].to_json() == "[]");
  CHECK(all[1]["inbound_nodes"].as_list().size() == 3);
  CHECK(all[2]["inbound_nodes"].to_json() ==
        R"([{"args": [[{"class_name": "__keras_tensor__", "config": {"shape": [null, 2], "dtype": "float32", )"
        R"("keras_history": ["d", 0, 0]}}, {"class_name": "__keras_tensor__", "config": {"shape": [null, 2], "dtype": )"
        R"("float32", "keras_history": ["d", 2, 0]}}]], "kwargs": {}}])");
}

TEST_CASE("model configs: Keras finds models in modules of their own") {
  const Sequential chain{layers::Dense(2)};
  const Config sequential = cornu::detail::layer_or_model_to_config(chain);
  CHECK(sequential["module"].as_string() == "keras");
  CHECK(sequential["registered_name"].is_null());
  const auto x = Input({.shape = {3}});
  const Model graph(x, layers::Dense(2)(x));
  const Config functional = cornu::detail::layer_or_model_to_config(graph);
  CHECK(functional["module"].as_string() == "keras.src.models.functional");
  CHECK(functional["registered_name"].as_string() == "Functional");
}

TEST_CASE("Model::get_config: a model without a name is called by its class, as in Keras") {
  const auto name_of = [](const Model& model) { return model.get_config()["name"].as_string(); };
  const auto x = Input({.shape = {2}});
  CHECK(name_of(Sequential{layers::Dense(1)}) == "sequential");
  CHECK(name_of(Model(x, layers::Dense(1)(x))) == "functional");
  CHECK(name_of(Model(x, layers::Dense(1)(x), {.name = "mine"})) == "mine");
}
