#include <doctest/doctest.h>

#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>

#include "tests/framework/model/graph_models.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using layers::Concatenate, layers::Dense, layers::Embedding, layers::GlobalAveragePooling1D;
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

TEST_CASE("functional: the summary of a chain has no connections, as in Keras") {
  const auto x = numbers(4);
  Model model(x, Dense(2)(Dense(3)(x)));
  const std::string text = model.summary_text();
  CHECK(text.find("Model: \"functional\"") == 0);
  CHECK(text.find("Connected to") == std::string::npos);
  CHECK(text.find("│ input_layer (InputLayer)        │ (None, 4)              │             0 │") != std::string::npos);
}
