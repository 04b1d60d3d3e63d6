#include <cornu/layers/attention/group_query_attention.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/attention/multi_head_attention.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::GroupQueryAttention;

namespace {

void check_case(const std::string& name, GroupQueryAttention layer, bool scores, bool causal) {
  testing::check_keras_case(
      name, std::move(layer),
      {.fixture = "multi_head_attention", .return_attention_scores = scores, .use_causal_mask = causal});
}

}  // namespace

TEST_CASE("GroupQueryAttention: outputs, scores, masks and gradients are Keras's") {
  check_case("grouped", GroupQueryAttention(3, 4, 2), false, false);
  check_case("grouped_masked", GroupQueryAttention(3, 4, 2), true, true);
  check_case("grouped_gate", GroupQueryAttention(3, 2, 2, {.use_gate = true}), true, false);
  check_case("grouped_one", GroupQueryAttention(2, 3, 1, {.use_bias = false, .sliding_window = 2}), false, true);
}

TEST_CASE("GroupQueryAttention, MultiHeadAttention: files that say flash_attention are read without it") {
  const auto read = [](const LayerBase& layer) {
    Config object = layer_to_config(layer), config = object["config"];
    object.set("config", config.set("flash_attention", true));
    ConfigReport report;
    const auto again = layer_from_config(ConfigView(object, "test", "", "config", &report));
    CHECK(report.notes.empty());
    CHECK(report.refusals.empty());
    return layer_to_config(*again).to_json() == layer_to_config(layer).to_json();
  };
  CHECK(read(GroupQueryAttention(2, 2, 1, {.name = "grouped"})));
  CHECK(read(layers::MultiHeadAttention(2, 3, {.name = "heads"})));
}

TEST_CASE("GroupQueryAttention: keeps a layer's promises") {
  const Tensors inputs{random::normal({2, 3, 4}), random::normal({2, 5, 4})};
  check(check_layer([] { return GroupQueryAttention(3, 4, 2); }, inputs, {.output_shape = Shape{2, 3, 4}}));
  check(check_layer([] { return GroupQueryAttention(2, 3, 1, {.dropout = 0.25, .use_bias = false, .use_gate = true}); },
                    inputs));
}

TEST_CASE("GroupQueryAttention: files and groups of weights have the two names of Keras") {
  GroupQueryAttention layer(2, 2, 1);
  CHECK(layer.class_name() == "GroupedQueryAttention");
  CHECK(layer_to_config(layer)["class_name"].as_string() == "GroupQueryAttention");
  CHECK(layer_to_config(layer)["module"].as_string() == "keras.layers");
  std::vector<std::string> attributes;
  for (const auto& [attribute, sublayer] : layer.sublayers()) attributes.push_back(attribute);
  CHECK(attributes == std::vector<std::string>{"_query_dense", "_key_dense", "_value_dense", "_dropout_layer"});
}

TEST_CASE("GroupQueryAttention: an empty batch, and what is refused") {
  const Tensor x = Tensor::zeros({2, 3, 4}), rows = Tensor::zeros({2, 2, 3, 4});
  CHECK(GroupQueryAttention(2, 2, 1)({Tensor::zeros({0, 3, 4}), Tensor::zeros({0, 5, 4})}).shape() == Shape{0, 3, 4});
  CHECK_THROWS_WITH_AS(GroupQueryAttention(2, 3, 2),
                       "[GroupQueryAttention] `num_query_heads` must be a multiple of `num_key_value_heads`; got 3 and "
                       "2",
                       ValueError);
  CHECK_THROWS_AS(GroupQueryAttention(0, 2, 2), ValueError);
  CHECK_THROWS_WITH_AS(GroupQueryAttention(2, 2, 1, {.sliding_window = 0}),
                       "[GroupQueryAttention] `sliding_window` must be 1 or more; got 0", ValueError);
  CHECK_THROWS_AS(GroupQueryAttention(2, 0, 2), ValueError);
  CHECK_THROWS_AS(GroupQueryAttention(2, 2, 0), ValueError);
  CHECK_THROWS_AS(GroupQueryAttention(2, 2, 1)({x, Tensor::zeros({2, 3, 5})}), ShapeError);
  CHECK_THROWS_AS(GroupQueryAttention(2, 2, 1)({rows, rows}), ShapeError);
}
