// Recurrent layers give Keras's outputs, states and gradients (tests/fixtures/make_recurrent.py).
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/recurrent/bidirectional.hpp>
#include <cornu/layers/recurrent/gru.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/recurrent/rnn.hpp>
#include <cornu/layers/recurrent/simple_rnn.hpp>
#include <cornu/layers/recurrent/stacked_rnn_cells.hpp>

#include "tests/support/fixture.hpp"

using namespace cornu;
using namespace cornu::layers;

namespace {

const cornu::testing::Fixture& fixture() {
  static const cornu::testing::Fixture recurrent("recurrent");
  return recurrent;
}

std::vector<Tensor> records(const std::string& prefix) {
  std::vector<Tensor> all;
  while (fixture().has(fmt::format("{}/{}", prefix, all.size())))
    all.push_back(fixture().tensor(fmt::format("{}/{}", prefix, all.size())));
  return all;
}

void check_close(const Tensor& got, const std::string& record) {
  const Tensor& expected = fixture().tensor(record);
  INFO(record, ": got ", to_string(got), ", Keras says ", to_string(expected));
  CHECK(ops::all_close(got, expected, 1e-5, 2e-6));
}

struct With {
  bool mask = false;
  std::size_t states = 0;
};

// Its weights are those of the cell, of Bidirectional two sets.
std::vector<Tensor> weights_for(const std::string& cell, const LayerBase& layer) {
  std::vector<Tensor> weights = records("weights/" + cell);
  const bool two_directions = dynamic_cast<const Bidirectional*>(&layer) != nullptr;
  const std::size_t wanted = layer.weights().size() / (two_directions ? 2 : 1);
  weights.resize(wanted);
  const std::vector<Tensor> others = records("weights/" + cell + "/backward");
  for (std::size_t i = 0; two_directions && i < wanted; ++i) weights.push_back(others.at(i));
  return weights;
}

Tensor target_of(const Tensors& outputs) {
  Tensor sum(0.f);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& cotangent = fixture().tensor(fmt::format("cotangent/{}", fmt::join(outputs[i].shape(), "x")));
    sum = sum + ops::sum(outputs[i] * cotangent * static_cast<double>(i + 1));
  }
  return sum;
}

void check_case(const std::string& name, const std::string& cell, LayerBase& layer, With with) {
  CAPTURE(name);
  Tensors inputs = fixture().tensor("input");
  for (std::size_t i = 0; i < with.states; ++i) inputs.push_back(fixture().tensor(fmt::format("state/{}", i)));
  std::vector<Shape> shapes;
  for (const Tensor& input : inputs) shapes.push_back(input.shape());
  layer.ensure_built(Shapes(shapes));
  layer.set_weights(weights_for(cell, layer));

  GradientTape tape({.persistent = true});
  for (const Tensor& input : inputs) tape.watch(input);
  const Masks masks = with.mask ? Masks(Mask(fixture().tensor("mask"))) : Masks();
  Masks all = masks;
  while (with.mask && all.size() < inputs.size()) all.push_back(std::nullopt);
  const Tensors outputs = layer.apply(inputs, {.masks = all}).first;
  const Tensor target = target_of(outputs);
  CHECK(outputs.size() == records(name + "/output").size());
  for (std::size_t i = 0; i < outputs.size(); ++i) check_close(outputs[i], fmt::format("{}/output/{}", name, i));
  check_close(tape.gradient(target, inputs[0]).to_dense(), name + "/gradient/input");
  for (std::size_t i = 0; i < with.states; ++i)
    check_close(tape.gradient(target, inputs[i + 1]).to_dense(), fmt::format("{}/gradient/state/{}", name, i));
  const std::vector<Variable> weights = layer.weights();
  CHECK(weights.size() == records(name + "/gradient").size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    check_close(tape.gradient(target, weights[i]).to_dense(), fmt::format("{}/gradient/{}", name, i));
}

template <class L>
void check_case(const std::string& name, const std::string& cell, L layer, With with) {
  check_case(name, cell, static_cast<LayerBase&>(layer), with);
}

// The cases that each kind of cell has.
template <class L, class Options>
void check_cell(const std::string& cell, std::size_t states, const Options& options) {
  const auto layer = [&](auto change) {
    Options changed = options;
    change(changed);
    return L(2, changed);
  };
  const auto case_of = [&](const char* name, With with, auto change) {
    check_case(cell + "_" + name, cell, layer(change), with);
  };
  case_of("last", {}, [](Options&) {});
  case_of("masked", {.mask = true}, [](Options& o) { o.return_sequences = true; });
  case_of("masked_last", {.mask = true}, [](Options& o) { o.use_bias = false; });
  case_of("masked_backwards", {.mask = true},
          [](Options& o) { o.return_sequences = o.go_backwards = o.zero_output_for_mask = true; });
  case_of("masked_states", {.mask = true, .states = states},
          [](Options& o) { o.return_sequences = o.return_state = true; });
}

}  // namespace

TEST_CASE("Recurrent layers: outputs, states and gradients are Keras's, with and without masks") {
  check_cell<SimpleRNN>("simple_rnn", 1, SimpleRNNOptions());
  check_cell<LSTM>("lstm", 2, LSTMOptions());
  check_cell<GRU>("gru", 1, GRUOptions());
  check_cell<GRU>("gru_reset_before", 1, GRUOptions{.reset_after = false});
}

TEST_CASE("Recurrent layers: other options and activations give Keras's numbers") {
  check_case("simple_rnn_relu", "simple_rnn", SimpleRNN(2, {.activation = "relu"}), {.mask = true});
  check_case("simple_rnn_cut", "simple_rnn", SimpleRNN(2, {.zero_output_for_mask = true}), {.mask = true});
  check_case("simple_rnn_sequences", "simple_rnn", SimpleRNN(2, {.return_sequences = true}), {});
  check_case("lstm_relu", "lstm", LSTM(2, {.activation = "relu", .recurrent_activation = "hard_sigmoid"}),
             {.mask = true});
  check_case("gru_relu", "gru", GRU(2, {.activation = "relu", .recurrent_activation = "hard_sigmoid"}), {.mask = true});
  check_case("stack", "stack",
             RNN(StackedRNNCells(SimpleRNNCell(2), GRUCell(2)), {.return_sequences = true, .return_state = true}),
             {.mask = true});
}

TEST_CASE("Bidirectional: every merge mode gives Keras's numbers") {
  for (const char* mode : {"concat", "sum", "mul", "ave"})
    check_case(fmt::format("bidirectional_{}", mode), "simple_rnn",
               Bidirectional(SimpleRNN(2, {.return_sequences = true}), {.merge_mode = mode}), {.mask = true});
  check_case("bidirectional_apart", "simple_rnn",
             Bidirectional(SimpleRNN(2, {.return_sequences = true}), {.merge_mode = std::nullopt}), {.mask = true});
  check_case("bidirectional_last", "lstm", Bidirectional(LSTM(2)), {.mask = true});
  check_case("bidirectional_gru", "gru", Bidirectional(GRU(2), {.merge_mode = "sum"}), {});
  check_case("bidirectional_states", "gru", Bidirectional(GRU(2, {.return_sequences = true, .return_state = true})),
             {.mask = true, .states = 2});
}
