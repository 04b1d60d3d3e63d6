#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include <cornu/framework/base/utf8.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/merging/add.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/merging/dot.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/reshaping/flatten.hpp>

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

TEST_CASE("summary: tables that are treated alike share a line, by the names of their layers") {
  const auto user = Input({.dtype = int32}), item = Input({.dtype = int32});
  const auto bias = Embedding(5, 1, {.name = "item_bias"})(item);
  Model model({user, item}, layers::Add()({layers::Dot({1, 1})({Embedding(3, 4)(user), Embedding(5, 4)(item)}), bias}));
  model.compile("adam", "mse");
  CHECK(
      model.summary_text().ends_with(" Rows of embedding/embeddings, embedding_1/embeddings, item_bias/embeddings: "
                                     "deferred (Adam moves rows without a gradient)\n"));
}

TEST_CASE("summary: lines are as short as asked, and numbers stay whole") {
  Sequential model{Embedding(10000, 16, {.input_length = 4}), layers::Flatten(), Dense(1)};
  model.build({None, 4});
  for (const int columns : {80, 60, 50}) {
    CAPTURE(columns);
    std::istringstream text(model.summary_text(columns));
    std::size_t longest = 0;
    for (std::string line; std::getline(text, line);) longest = std::max(longest, utf8_characters(line).size());
    CHECK(longest <= static_cast<std::size_t>(columns));
    CHECK(model.summary_text(columns).find("160,000 │") != std::string::npos);
  }
  CHECK(model.summary_text(500) == model.summary_text());
  CHECK_NOTHROW(model.summary_text(-1));
}
