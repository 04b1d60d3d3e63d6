#include <cornu/framework/model/mask_nodes.hpp>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/layer/keras_masking.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/attention/attention.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/core/drop_mask.hpp>
#include <cornu/layers/core/masking.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/merging/add.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/recurrent/simple_rnn.hpp>
#include <cornu/layers/regularization/dropout.hpp>
#include <cornu/layers/reshaping/flatten.hpp>

#include "tests/framework/model/graph_models.hpp"

using namespace cornu;
using layers::Add, layers::Concatenate, layers::Dense, layers::Dropout, layers::Embedding;
using layers::GlobalAveragePooling1D, layers::LSTM, layers::SimpleRNN;

namespace {

SymbolicTensor words(std::string name, std::int64_t steps = 4) {
  return Input({.shape = {steps}, .dtype = int32, .name = std::move(name)});
}

SymbolicTensor masked(const SymbolicTensor& ids) { return Embedding(8, 3, {.mask_zero = true})(ids); }

// "NotEqual not_equal" for each entry of the graph that is an op.
std::vector<std::string> operations_of(const Model& model) {
  std::vector<std::string> operations;
  const Config config = model.get_config();
  for (const Config& entry : config["layers"].as_list())
    if (entry["module"].is_string() && entry["module"].as_string() == "keras.src.ops.numpy")
      operations.push_back(fmt::format("{} {}", entry["class_name"].as_string(), entry["name"].as_string()));
  return operations;
}

Config entry_of(const Model& model, const std::string& name) {
  const Config config = model.get_config();
  for (const Config& entry : config["layers"].as_list())
    if (entry["name"].as_string() == name) return entry;
  FAIL("no entry has the name ", name);
  return {};
}

Config first_call(const Model& model, const std::string& name) {
  return entry_of(model, name)["inbound_nodes"].as_list().at(0);
}

std::string keywords_of(const Model& model, const std::string& name) {
  return first_call(model, name)["kwargs"].to_json();
}

std::string tensor(const std::string& shape, const std::string& dtype, const std::string& name) {
  return fmt::format(
      R"({{"class_name": "__keras_tensor__", "config": {{"shape": {}, "dtype": "{}", "keras_history": ["{}", 0, 0]}}}})",
      shape, dtype, name);
}

std::string arguments_of(const Model& model, const std::string& name) {
  return first_call(model, name)["args"].to_json();
}

std::vector<std::string> names_in_order(const Model& model) {
  std::vector<std::string> names;
  const Config config = model.get_config();
  for (const Config& entry : config["layers"].as_list()) names.push_back(entry["name"].as_string());
  return names;
}

// A user's layer, whose mask is its own affair.
class FirstStepAlone final : public Layer<FirstStepAlone> {
 public:
  FirstStepAlone() { supports_masking_ = true; }
  Tensor call(const Tensor& x) override { return x; }
  Mask compute_mask(const Tensor&, const Mask& mask) const override { return mask; }
};

}  // namespace

TEST_CASE("mask nodes: an Embedding's mask is an op behind it, which the layer that reads it names") {
  const auto x = words("x");
  const Model model(x, LSTM(2)(Dropout(0.0)(masked(x))));
  CHECK(operations_of(model) == std::vector<std::string>{"NotEqual not_equal"});
  CHECK(entry_of(model, "not_equal")["config"].to_json() == R"({"name": "not_equal"})");
  CHECK(arguments_of(model, "not_equal") == fmt::format("[{}, 0]", tensor("[null, 4]", "int32", "x")));
  CHECK(keywords_of(model, "dropout") == "{}");
  CHECK(keywords_of(model, "lstm") ==
        fmt::format(R"({{"training": false, "mask": {}}})", tensor("[null, 4]", "bool", "not_equal")));
  CHECK(names_in_order(model) == std::vector<std::string>{"x", "embedding", "not_equal", "dropout", "lstm"});
}

TEST_CASE("mask nodes: behind Attention the query's mask is made a tensor once more") {
  const auto x = words("x");
  const auto y = masked(x);
  const Model model(x, GlobalAveragePooling1D()(layers::Attention()({y, y})));
  CHECK(keywords_of(model, "attention") == "{}");
  const Config entry = entry_of(model, "convert_to_tensor");
  CHECK(entry["module"].as_string() == "keras.src.ops.core");
  CHECK(entry["config"].to_json() == R"({"name": "convert_to_tensor", "dtype": null, "sparse": null, "ragged": null})");
  CHECK(arguments_of(model, "convert_to_tensor") == fmt::format("[{}]", tensor("[null, 4]", "bool", "not_equal")));
  CHECK(keywords_of(model, "global_average_pooling1d") ==
        fmt::format(R"({{"mask": {}}})", tensor("[null, 4]", "bool", "convert_to_tensor")));
  CHECK(names_in_order(model) == std::vector<std::string>{"x", "embedding", "not_equal", "attention",
                                                          "convert_to_tensor", "global_average_pooling1d"});
}

// As Keras 3.15.1 writes it, but that it lists the first op before the layer.
TEST_CASE("mask nodes: a Masking's mask is two ops, which compare with its value and ask for any") {
  const auto x = Input({.shape = {4, 3}, .name = "x"});
  const Model model(x, LSTM(2)(layers::Masking({.mask_value = 0.5})(x)));
  CHECK(operations_of(model) == std::vector<std::string>{"NotEqual not_equal", "Any any"});
  CHECK(arguments_of(model, "not_equal") == fmt::format("[{}, 0.5]", tensor("[null, 4, 3]", "float32", "x")));
  CHECK(arguments_of(model, "any") == fmt::format("[{}]", tensor("[null, 4, 3]", "bool", "not_equal")));
  CHECK(entry_of(model, "any")["config"].to_json() == R"({"name": "any", "axis": -1, "keepdims": false})");
  CHECK(keywords_of(model, "lstm") ==
        fmt::format(R"({{"training": false, "mask": {}}})", tensor("[null, 4]", "bool", "any")));
}

// As Keras 3.15.1 writes the model (tests/keras_roundtrip: masked_concatenation).
TEST_CASE("mask nodes: the ops of a masked Concatenate have names that no layer has") {
  const auto a = words("a"), b = Input({.shape = {4, 3}, .name = "b"});
  const Model model({a, b}, SimpleRNN(2)(Concatenate()({masked(a), b})));
  CHECK(operations_of(model) == std::vector<std::string>{"NotEqual not_equal", "ExpandDims expand_dims",
                                                         "ZerosLike zeros_like", "LogicalOr logical_or",
                                                         "OnesLike ones_like", "Concatenate concatenate_1", "Any any"});
  CHECK(entry_of(model, "concatenate")["module"].as_string() == "keras.layers");
  CHECK(entry_of(model, "expand_dims")["config"].to_json() == R"({"name": "expand_dims", "axis": -1})");
  CHECK(entry_of(model, "zeros_like")["config"].to_json() == R"({"name": "zeros_like", "dtype": "bool"})");
  CHECK(entry_of(model, "concatenate_1")["config"].to_json() == R"({"name": "concatenate_1", "axis": -1})");
  CHECK(entry_of(model, "any")["config"].to_json() == R"({"name": "any", "axis": -1, "keepdims": false})");
  CHECK(arguments_of(model, "expand_dims") == fmt::format("[{}]", tensor("[null, 4]", "bool", "not_equal")));
  CHECK(arguments_of(model, "zeros_like") == fmt::format("[{}]", tensor("[null, 4, 3]", "float32", "embedding")));
  CHECK(arguments_of(model, "logical_or") == fmt::format("[{}, {}]", tensor("[null, 4, 1]", "bool", "expand_dims"),
                                                         tensor("[null, 4, 3]", "bool", "zeros_like")));
  CHECK(arguments_of(model, "ones_like") == fmt::format("[{}]", tensor("[null, 4, 3]", "float32", "b")));
  CHECK(arguments_of(model, "concatenate_1") == fmt::format("[[{}, {}]]", tensor("[null, 4, 3]", "bool", "logical_or"),
                                                            tensor("[null, 4, 3]", "bool", "ones_like")));
  CHECK(arguments_of(model, "any") == fmt::format("[{}]", tensor("[null, 4, 6]", "bool", "concatenate_1")));
  CHECK(keywords_of(model, "concatenate") == "{}");
  CHECK(keywords_of(model, "simple_rnn") ==
        fmt::format(R"({{"training": false, "mask": {}}})", tensor("[null, 4]", "bool", "any")));
}

TEST_CASE("mask nodes: a Concatenate along the steps joins masks of other lengths") {
  const auto a = words("a"), b = words("b", 3);
  const Model model({a, b}, LSTM(2)(Concatenate({.axis = 1})({masked(a), masked(b)})));
  CHECK(entry_of(model, "concatenate_1")["config"]["axis"].as_int() == 1);
  CHECK(keywords_of(model, "lstm") ==
        fmt::format(R"({{"training": false, "mask": {}}})", tensor("[null, 7]", "bool", "any")));
}

TEST_CASE("mask nodes: a sum's mask is true where one of its terms' is; two models give the same names") {
  for (int time = 0; time < 2; ++time) {
    const auto a = words("a"), b = words("b"), c = words("c");
    const Model model({a, b, c}, GlobalAveragePooling1D()(Add()({masked(a), masked(b), masked(c)})));
    CHECK(operations_of(model) == std::vector<std::string>{"NotEqual not_equal", "NotEqual not_equal_1",
                                                           "NotEqual not_equal_2", "LogicalOr logical_or",
                                                           "LogicalOr logical_or_1"});
    CHECK(arguments_of(model, "logical_or_1") == fmt::format("[{}, {}]", tensor("[null, 4]", "bool", "logical_or"),
                                                             tensor("[null, 4]", "bool", "not_equal_2")));
    CHECK(keywords_of(model, "global_average_pooling1d") ==
          fmt::format(R"({{"mask": {}}})", tensor("[null, 4]", "bool", "logical_or_1")));
  }
}

TEST_CASE("mask nodes: each call of a shared layer has a mask of its own, and layers keep the names that users gave") {
  const auto a = words("not_equal"), b = words("b");
  const auto table = std::make_shared<Embedding>(8, 3, layers::EmbeddingOptions{.mask_zero = true, .name = "any"});
  const auto pool = std::make_shared<GlobalAveragePooling1D>();
  const Model model({a, b}, Add()({(*pool)((*table)(a)), (*pool)((*table)(b))}));
  CHECK(operations_of(model) == std::vector<std::string>{"NotEqual not_equal_1", "NotEqual not_equal_2"});
  const Config pooled = entry_of(model, "global_average_pooling1d");
  const std::vector<Config>& calls = pooled["inbound_nodes"].as_list();
  REQUIRE(calls.size() == 2);
  CHECK(calls[0]["kwargs"]["mask"].to_json() == tensor("[null, 4]", "bool", "not_equal_1"));
  CHECK(calls[1]["kwargs"]["mask"].to_json() == tensor("[null, 4]", "bool", "not_equal_2"));
}

TEST_CASE("mask nodes: what no call reads is not written") {
  const auto x = words("x"), y = words("y");
  const Model dropped(x, Dense(1)(layers::Flatten()(layers::DropMask()(masked(x)))));
  CHECK(operations_of(dropped).empty());
  const Model half({x, y}, Concatenate()({layers::Flatten()(layers::DropMask()(masked(x))), LSTM(2)(masked(y))}));
  CHECK(operations_of(half) == std::vector<std::string>{"NotEqual not_equal_1"});  // the second that Keras makes
  const Model plain(x, LSTM(2)(Embedding(8, 3)(x)));
  CHECK(operations_of(plain).empty());
  CHECK(keywords_of(plain, "lstm") == "{}");
}

TEST_CASE("mask nodes: beside states, a recurrent layer is given the mask of its sequences") {
  const auto x = words("x"), h = Input({.shape = {2}, .name = "h"});
  const Model model({x, h}, SimpleRNN(2)({masked(x), h}));
  CHECK(keywords_of(model, "simple_rnn") == fmt::format(R"({{"initial_state": {}, "mask": {}}})",
                                                        tensor("[null, 2]", "float32", "h"),
                                                        tensor("[null, 4]", "bool", "not_equal")));
}

TEST_CASE("mask nodes: a model inside takes masks, one for each input, and is not said to hand them on") {
  const auto x = words("x"), y = Input({.shape = {4, 3}, .name = "y"});
  const auto a = Input({.shape = {4, 3}}), b = Input({.shape = {4, 3}});
  const auto inner =
      std::make_shared<Model>(SymbolicTensors{a, b}, SymbolicTensors(Add()({a, b})), LayerOptions{.name = "inner"});
  const Model model({x, y}, LSTM(2)((*inner)({masked(x), y})));
  CHECK(keywords_of(model, "inner") ==
        fmt::format(R"({{"mask": [{}, null]}})", tensor("[null, 4]", "bool", "not_equal")));
  CHECK(keywords_of(model, "lstm") == "{}");
}

TEST_CASE("mask nodes: what a user's layer does about masks is not known") {
  const auto x = words("x");
  const Model model(x, LSTM(2)(Concatenate()({FirstStepAlone()(masked(x)), masked(x)})));
  CHECK(operations_of(model).empty());
  CHECK(keywords_of(model, "lstm") == "{}");
  CHECK(cornu::detail::keras_masking(FirstStepAlone()).output == cornu::detail::KerasMasking::Output::unknown);
  CHECK(cornu::detail::keras_masking(Dropout(0.5)).output == cornu::detail::KerasMasking::Output::passed);
}

TEST_CASE("mask nodes: a graph that begins behind the layer that makes the mask has none") {
  const auto x = words("x");
  const auto vectors = masked(x);
  const Model rest(vectors, LSTM(2)(vectors));
  CHECK(operations_of(rest).empty());
  CHECK(keywords_of(rest, "lstm") == "{}");
}

// As Keras 3.15.1 has it (tests/keras_roundtrip: masked_behind).
TEST_CASE("functional: the ops of a mask count in the order of the layers, by which files number them") {
  const auto a = words("a"), b = words("b");
  const auto plain = Embedding(8, 3, {.name = "plain"})(a);
  const auto second = Embedding(8, 3, {.mask_zero = true, .name = "masked"})(b);
  const auto joined = Concatenate()({plain, second});
  CHECK(testing::names_of(Model({a, b}, LSTM(2)(joined))) ==
        std::vector<std::string>{"b", "a", "masked", "plain", "concatenate", "lstm"});
  // Where no layer takes the mask, no op is read.
  CHECK(testing::names_of(Model({a, b}, Dense(2)(joined))) ==
        std::vector<std::string>{"a", "b", "plain", "masked", "concatenate", "dense"});
}
