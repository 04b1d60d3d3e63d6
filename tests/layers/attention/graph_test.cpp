// Layers of attention in graphs, and in files of graphs.
#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/layer/input_layer.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/attention/attention.hpp>
#include <cornu/layers/attention/group_query_attention.hpp>
#include <cornu/layers/attention/multi_head_attention.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/shared.hpp>

#include "tests/support/temporary_folder.hpp"

using namespace cornu;
using namespace cornu::layers;

namespace {

// The call of a layer as a file has it.
Config node_of(const Model& model, const std::string& name) {
  const Config config = model.get_config();
  for (const Config& layer : config["layers"].as_list())
    if (layer["name"].as_string() == name) return layer["inbound_nodes"].as_list().at(0);
  return {};
}

}  // namespace

TEST_CASE("Attention in a graph: a call keeps its arguments, and another call of the layer has its own") {
  const auto x = Input({.shape = {3, 4}});
  const auto attention = shared(MultiHeadAttention(2, 3, {.name = "attention"}));
  const auto causal = (*attention)({x, x}, {.use_causal_mask = true});
  const auto [y, scores] = attention->all_outputs({x, x}, {.return_attention_scores = true}).unpack<2>();
  CHECK(scores.shape() == Shape{None, 2, 3, 3});
  Model model(x, SymbolicTensors{causal, y, scores});
  const Tensor data = random::normal({2, 3, 4});
  const Tensors outputs = model.apply(Tensors(data), {}).first;
  CHECK(ops::array_equal(outputs[0], (*attention)({data, data}, {.use_causal_mask = true})));
  CHECK(ops::all_close(outputs[1], (*attention)({data, data}), 1e-6, 1e-6));  // scores are made another way
  CHECK(ops::all_close(ops::sum(outputs[2], {.axis = -1}), Tensor::ones({2, 2, 3})));
}

TEST_CASE("Attention in a graph: masks of embeddings reach the scores, and the query's goes on") {
  const auto words = Input({.shape = {3}, .dtype = int32}), topics = Input({.shape = {2}, .dtype = int32});
  const auto embedding = shared(Embedding(5, 4, {.mask_zero = true}));
  const auto [y, scores] =
      MultiHeadAttention(1, 3)
          .all_outputs({(*embedding)(words), (*embedding)(topics)}, {.return_attention_scores = true})
          .unpack<2>();
  Model model(SymbolicTensors{words, topics}, SymbolicTensors{y, scores});
  const auto [outputs, masks] = model.apply({Tensor({{1, 2, 0}}), Tensor({{3, 0}})}, {});
  CHECK(ops::array_equal(outputs[1], Tensor({{{{1.F, 0.F}, {1.F, 0.F}, {0.F, 0.F}}}})));
  CHECK(ops::array_equal(mask_at(masks, 0).value(), Tensor({{true, true, false}})));
}

TEST_CASE("Attention in a graph: files have the inputs and arguments of Keras's calls") {
  const auto x = Input({.shape = {3, 4}, .name = "x"}), v = Input({.shape = {5, 4}, .name = "v"}),
             mask = Input({.shape = {3, 5}, .dtype = boolean, .name = "mask"});
  const auto a = MultiHeadAttention(2, 3, {.name = "a"})({x, v}, {.use_causal_mask = true});
  const auto b = MultiHeadAttention(2, 3, {.name = "b"})({x, v, v, mask});
  const auto c = GroupQueryAttention(3, 2, 1, {.name = "c"})({x, v, v});
  const auto d = Attention({.name = "d"})({x, v});
  const Model model({x, v, mask}, {a, b, c, d});
  CHECK(node_of(model, "a")["args"].as_list().size() == 2);
  CHECK(node_of(model, "a")["kwargs"].to_json() == Config::object({{"use_causal_mask", true}}).to_json());
  CHECK(node_of(model, "b")["args"].as_list().size() == 2);
  CHECK(node_of(model, "b")["kwargs"].contains("attention_mask"));
  CHECK(node_of(model, "c")["args"].as_list().size() == 3);
  CHECK(node_of(model, "d")["args"].as_list().at(0).as_list().size() == 2);
}

TEST_CASE("Attention in a graph: a model goes through a file with its arguments") {
  const auto x = Input({.shape = {3, 4}}), v = Input({.shape = {5, 4}}), mask = Input({.shape = {3, 5}});
  const auto attention = shared(MultiHeadAttention(2, 3));
  const auto y = (*attention)({x, v, v, mask}, {.use_causal_mask = true});
  const auto [z, scores] = GroupQueryAttention(3, 2, 1, {.use_gate = true})
                               .all_outputs({y, v}, {.return_attention_scores = true, .use_causal_mask = true})
                               .unpack<2>();
  Model model({x, v, mask}, {z, scores, Attention({.use_scale = true})({z, v}, {.use_causal_mask = true})});
  const testing::TemporaryFolder folder;
  model.save(folder.path("model.keras"));
  const auto loaded = load_model(folder.path("model.keras"));
  const Tensors data{random::normal({2, 3, 4}), random::normal({2, 5, 4}), Tensor::ones({2, 3, 5})};
  const Tensors expected = model.predict_all(data), got = loaded->predict_all(data);
  REQUIRE(got.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(ops::array_equal(got[i], expected[i]));
  CHECK(loaded->get_config().to_json() == model.get_config().to_json());
}

TEST_CASE("Attention in a graph: refused") {
  const auto x = Input({.shape = {3, 4}});
  CHECK_THROWS_WITH_AS(Dense(2)(x, {.use_causal_mask = true}),
                       "[Dense] the layer does not know an argument of the call; got use_causal_mask; expected it for "
                       "layers whose call takes it",
                       ValueError);
  CHECK_THROWS_AS(Dense(2)(Tensor::zeros({2, 3}), {.return_attention_scores = true}), ValueError);
  CHECK_THROWS_AS(MultiHeadAttention(2, 3)(x), ValueError);
  CHECK_THROWS_AS(MultiHeadAttention(2, 3)({x, x}, {.return_attention_scores = true}), StateError);
}
