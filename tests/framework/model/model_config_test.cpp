#include <cornu/framework/model/model_config.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/layer/symbolic.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/layers/core/dense.hpp>

using namespace cornu;

TEST_CASE("Model::get_config: a model without a name is called by its class, as in Keras") {
  const auto name_of = [](const Model& model) { return model.get_config()["name"].as_string(); };
  const auto x = Input({.shape = {2}});
  CHECK(name_of(Sequential{layers::Dense(1)}) == "sequential");
  CHECK(name_of(Model(x, layers::Dense(1)(x))) == "functional");
  CHECK(name_of(Model(x, layers::Dense(1)(x), {.name = "mine"})) == "mine");
}
