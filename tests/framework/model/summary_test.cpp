#include <doctest/doctest.h>

#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/merging/add.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>

#include "tests/framework/model/graph_models.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using layers::Add, layers::Concatenate, layers::Dense, layers::Embedding, layers::GlobalAveragePooling1D;
using testing::ids, testing::numbers;

TEST_CASE("functional: the summary shows the connections, as Keras prints it") {
  const auto x = numbers(64, "x");
  const auto hidden = Dense(3, {.name = "hidden"})(x);
  Model features(x, {hidden, Dense(2, {.name = "code"})(hidden)}, {.name = "features"});
  const auto embedding = std::make_shared<Embedding>(1000, 32);
  const auto question = ids("question"), answer = ids("answer");
  const auto q = (*embedding)(question), a = (*embedding)(answer);
  const auto pooled = GlobalAveragePooling1D()(q), other = GlobalAveragePooling1D()(a);
  const auto [wide, code] = std::move(features).all_outputs(Concatenate()({pooled, other})).unpack<2>();
  Model model({question, answer}, {Dense(1, {.name = "score"})(code), wide}, {.name = "outer"});
  CHECK(model.summary_text() == testing::fixture_text("summary_functional"));
}

TEST_CASE("functional: the summary shows connections unless the layers follow one another, each called once") {
  const auto has_connections = [](const SymbolicTensor& input, const SymbolicTensors& outputs) {
    return Model(input, outputs).summary_text().find("Connected to") != std::string::npos;
  };
  const auto x = numbers(3, "x");
  const auto twice = std::make_shared<Dense>(3);
  CHECK_FALSE(has_connections(x, Dense(3)(Dense(3)(x))));
  CHECK(has_connections(x, (*twice)((*twice)(x))));
  CHECK(has_connections(x, {Dense(3)(x), Dense(3)(x)}));
  CHECK(has_connections(x, Add()({x, Dense(3)(x)})));
}

TEST_CASE("functional: the summary of a chain has no connections, as in Keras") {
  const auto x = numbers(4);
  Model model(x, Dense(2)(Dense(3)(x)));
  const std::string text = model.summary_text();
  CHECK(text.find("Model: \"functional\"") == 0);
  CHECK(text.find("Connected to") == std::string::npos);
  CHECK(text.find("│ input_layer (InputLayer)        │ (None, 4)              │             0 │") != std::string::npos);
}
