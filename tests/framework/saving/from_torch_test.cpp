#include <cornu/framework/saving/from_torch.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include <cornu/framework/formats/safetensors.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/recurrent/bidirectional.hpp>
#include <cornu/layers/recurrent/gru.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/recurrent/simple_rnn.hpp>

#include "tests/support/bytes.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using cornu::IndexError;
using cornu::LayerBase;
using cornu::load_torch_weights;
using cornu::NamedTensors;
using cornu::read_safetensors;
using cornu::Sequential;
using cornu::Shape;
using cornu::ShapeError;
using cornu::StateError;
using cornu::Tensor;
using cornu::TorchModule;
using cornu::ValueError;
using cornu::testing::contains;
using cornu::testing::Fixture;
using cornu::testing::fixture_path;
using cornu::testing::Floats;
using cornu::testing::message_of;
namespace from_torch = cornu::from_torch;
namespace layers = cornu::layers;

namespace {

const NamedTensors& state() {
  static const NamedTensors tensors = read_safetensors(fixture_path("torch/modules.safetensors"));
  return tensors;
}

const Fixture& torch() {
  static const Fixture fixture("torch");
  return fixture;
}

double largest_difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  const Floats x = a.to_vector<float>(), y = b.to_vector<float>();
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::abs(double{x[i]} - double{y[i]}));
  return largest;
}

// The difference of a layer with those weights from what PyTorch's module computes.
template <class Layer>
double difference(Layer layer, const std::vector<Tensor>& weights, const std::string& module,
                  const std::string& input = "tokens") {
  layer.ensure_built(torch().tensor(input).shape());
  layer.set_weights(weights);
  return largest_difference(layer(torch().tensor(input)), torch().tensor(module));
}

Sequential small_model() {
  Sequential model;
  model.add(layers::Embedding(7, 4, {.name = "table"}));
  model.add(layers::Bidirectional(layers::LSTM(3, {.return_sequences = true}), {.name = "lstm_both_ways"}));
  model.build(Shape{2, 5});
  return model;
}

// The tensors of those modules alone.
NamedTensors state_of(const std::vector<std::string>& modules) {
  NamedTensors part;
  for (const auto& [name, tensor] : state())
    for (const std::string& module : modules)
      if (name.starts_with(module + ".")) part.add(name, tensor);
  return part;
}

}  // namespace

TEST_CASE("from_torch: Linear and Embedding compute what PyTorch computes") {
  CHECK(difference(layers::Embedding(7, 4), from_torch::embedding(state(), "tokens"), "tokens", "ids") == 0);
  CHECK(difference(layers::Dense(3), from_torch::linear(state(), "linear"), "linear") < 1e-6);
  CHECK(difference(layers::Dense(3, {.use_bias = false}), from_torch::linear(state(), "linear_without_bias"),
                   "linear_without_bias") < 1e-6);
}

TEST_CASE("from_torch: LSTM, with and without bias, both ways and in layers") {
  const layers::LSTMOptions all{.return_sequences = true};
  CHECK(difference(layers::LSTM(3, all), from_torch::lstm(state(), "lstm"), "lstm") < 1e-6);
  CHECK(difference(layers::LSTM(3, {.use_bias = false, .return_sequences = true}),
                   from_torch::lstm(state(), "lstm_without_bias"), "lstm_without_bias") < 1e-6);
  CHECK(difference(layers::Bidirectional(layers::LSTM(3, all)), from_torch::lstm(state(), "lstm_both_ways"),
                   "lstm_both_ways") < 1e-6);
  Sequential deep;
  deep.add(layers::LSTM(3, all));
  deep.add(layers::LSTM(3, all));
  deep.build(Shape{2, 5, 4});
  deep.layers()[0]->set_weights(from_torch::lstm(state(), "lstm_deep"));
  deep.layers()[1]->set_weights(from_torch::lstm(state(), {"lstm_deep", 1}));
  CHECK(largest_difference(deep(torch().tensor("tokens")), torch().tensor("lstm_deep")) < 1e-6);
}

TEST_CASE("from_torch: GRU, with and without bias and both ways; RNN") {
  const layers::GRUOptions all{.return_sequences = true};
  CHECK(difference(layers::GRU(3, all), from_torch::gru(state(), "gru"), "gru") < 1e-6);
  CHECK(difference(layers::GRU(3, {.use_bias = false, .return_sequences = true}),
                   from_torch::gru(state(), "gru_without_bias"), "gru_without_bias") < 1e-6);
  CHECK(difference(layers::Bidirectional(layers::GRU(3, all)), from_torch::gru(state(), "gru_both_ways"),
                   "gru_both_ways") < 1e-6);
  CHECK(difference(layers::SimpleRNN(3, {.return_sequences = true}), from_torch::rnn(state(), "rnn"), "rnn") < 1e-6);
}

TEST_CASE("from_torch: the cells LSTMCell and GRUCell, one step of them") {
  const auto one_step = [](LayerBase& layer, const std::vector<Tensor>& weights, const std::string& module) {
    Floats first;  // the first of the five steps
    const Floats tokens = torch().tensor("tokens").to_vector<float>();
    for (const std::ptrdiff_t begin : {0, 20})
      first.insert(first.end(), tokens.begin() + begin, tokens.begin() + begin + 4);
    const Tensor x(Shape{2, 1, 4}, std::span<const float>(first));
    layer.ensure_built(x.shape());
    layer.set_weights(weights);
    return largest_difference(layer(x), torch().tensor(module));
  };
  layers::LSTM lstm(3);
  layers::GRU gru(3);
  CHECK(one_step(lstm, from_torch::lstm(state(), "lstm_cell"), "lstm_cell") < 1e-6);
  CHECK(one_step(gru, from_torch::gru(state(), "gru_cell"), "gru_cell") < 1e-6);
}

TEST_CASE("from_torch: a state_dict of one module has no name in front") {
  const NamedTensors alone{{"weight", Tensor({{1.f, 2.f}})}, {"bias", Tensor({3.f})}};
  const std::vector<Tensor> weights = from_torch::linear(alone, "");
  CHECK(weights[0].shape() == Shape{2, 1});
  CHECK(weights[0].to_vector<float>() == Floats{1, 2});
  CHECK(weights[1].to_vector<float>() == Floats{3});
}

TEST_CASE("load_torch_weights: a model takes its weights by a list of names, or by a function") {
  const NamedTensors part = state_of({"tokens", "lstm_both_ways"});
  Sequential by_list = small_model(), by_function = small_model();
  load_torch_weights(by_list, part, {{"table", "tokens"}});
  load_torch_weights(by_function, part, [](const std::string& layer) { return layer == "table" ? "tokens" : layer; });
  for (Sequential* const model : {&by_list, &by_function})
    CHECK(largest_difference((*model)(torch().tensor("ids")), torch().tensor("lstm_both_ways")) < 1e-6);
}

TEST_CASE("load_torch_weights: tensors that no layer takes are an error, unless told otherwise") {
  Sequential model = small_model();
  const auto load = [&] {
    load_torch_weights(model, state_of({"tokens", "lstm_both_ways", "gru"}), {{"table", "tokens"}});
  };
  CHECK(contains(message_of<ValueError>(load), "no layer takes 4 of the tensors; got gru."));
  load_torch_weights(model, state(), {{"table", "tokens"}}, {.strict = false});
  CHECK(largest_difference(model(torch().tensor("ids")), torch().tensor("lstm_both_ways")) < 1e-6);
}

TEST_CASE("load_torch_weights: a failure leaves all weights as they were") {
  Sequential model = small_model();
  const std::vector<Tensor> before = model.get_weights();
  const auto unchanged = [&] {
    const std::vector<Tensor> now = model.get_weights();
    return std::equal(now.begin(), now.end(), before.begin(),
                      [](const Tensor& a, const Tensor& b) { return a.to_vector<float>() == b.to_vector<float>(); });
  };
  CHECK(contains(
      message_of<ShapeError>([&] {
        load_torch_weights(model, state(), {{"table", "tokens"}, {"lstm_both_ways", "lstm"}}, {.strict = false});
      }),
      "the module 'lstm' does not fit"));
  CHECK(contains(message_of<IndexError>([&] {
                   load_torch_weights(model, state(), {{"table", "tokens"}, {"lstm_both_ways", "nobody"}});
                 }),
                 "nobody.weight_hh_l0"));
  CHECK(contains(message_of<ValueError>([&] {
                   load_torch_weights(model, state(), {{"tabel", "tokens"}});
                 }),
                 "the model has no layer 'tabel'"));
  CHECK(unchanged());
}

TEST_CASE("from_torch: refuses modules that have no counterpart, and shapes that do not fit") {
  CHECK(contains(message_of<ValueError>([] { from_torch::lstm(state(), "lstm_projected"); }),
                 "proj_size has no counterpart"));
  CHECK_THROWS_AS(from_torch::linear(state(), "nobody"), IndexError);
  CHECK_THROWS_AS(from_torch::lstm(state(), {"lstm", 1}), IndexError);
  CHECK(contains(message_of<ShapeError>([] { from_torch::lstm(state(), "gru"); }),
                 "has shape (9, 4); expected 2 axes, the first of 12"));
  CHECK(contains(message_of<ShapeError>([] {
                   from_torch::linear({{"weight", Tensor({1.f})}}, "");
                 }),
                 "'weight' has shape (1,); expected 2 axes"));
  Sequential unbuilt;
  unbuilt.add(layers::Dense(3));
  CHECK_THROWS_AS(load_torch_weights(unbuilt, state(), {{"dense", "linear"}}), StateError);
}
