#include <cornu/layers/recurrent/bidirectional.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/recurrent/gru.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/recurrent/rnn.hpp>
#include <cornu/layers/recurrent/simple_rnn.hpp>

#include "tests/support/check.hpp"

using namespace cornu;
using namespace cornu::layers;
using cornu::testing::check;

namespace {

Tensor padding() {
  return Tensor({{true, true, true}, {false, true, true}, {true, false, true}, {false, false, false}});
}

const std::vector<std::string> names{"kernel", "recurrent_kernel", "bias", "kernel", "recurrent_kernel", "bias"};

}  // namespace

TEST_CASE("Bidirectional: keeps a layer's promises") {
  const Shape input{4, 3, 5};
  check(check_layer([] { return Bidirectional(GRU(2)); }, input,
                    {.output_shape = Shape{4, 4}, .weight_names = names, .mask = padding()}));
  check(check_layer([] { return Bidirectional(LSTM(2, {.return_sequences = true})); }, input,
                    {.output_shape = Shape{4, 3, 4}, .weight_names = names, .mask = padding()}));
  for (const char* mode : {"sum", "mul", "ave"})
    check(check_layer([&] { return Bidirectional(SimpleRNN(2, {.return_sequences = true}), {.merge_mode = mode}); },
                      input, {.output_shape = Shape{4, 3, 2}, .weight_names = names, .mask = padding()}));
  check(check_layer([] { return Bidirectional(RNN(GRUCell(2, {.recurrent_dropout = 0.5}))); }, input));
}

TEST_CASE("Bidirectional: one layer forwards and one backwards, turned back") {
  const Tensor x = random::normal({4, 3, 5});
  Bidirectional both(GRU(2, {.return_sequences = true}), {.merge_mode = std::nullopt});
  GRU forward(2, {.return_sequences = true}), backward(2, {.return_sequences = true});
  const Tensors y = both.apply(Tensors(x), {}).first;
  forward(x);
  backward(x);
  forward.set_weights(both.forward_layer().get_weights());
  backward.set_weights(both.backward_layer().get_weights());
  REQUIRE(y.size() == 2);
  CHECK(ops::array_equal(y[0], forward(x)));
  CHECK(ops::array_equal(y[1], ops::flip(backward(ops::flip(x, 1)), 1)));
  CHECK_FALSE(ops::array_equal(both.get_weights()[0], both.get_weights()[3]));
}

TEST_CASE("Bidirectional: masked steps give 0 in sequences, and padding changes nothing") {
  Bidirectional layer(LSTM(2, {.return_sequences = true})), last(LSTM(2));
  const Tensor x = random::normal({1, 2, 3}), nothing = Tensor::full({1, 2, 3}, 7);
  const Tensor after = ops::concatenate({x, nothing}, 1), mask({{true, true, false, false}});
  const auto [y, mask_after] = layer.apply(after, {.mask = mask});
  CHECK(ops::all_close(ops::slice(y, 1, {.stop = 2}), layer(x), 1e-5, 1e-6));
  CHECK(ops::array_equal(ops::slice(y, 1, {.start = 2}), Tensor::zeros({1, 2, 4})));
  CHECK(mask_after.has_value());
  const Tensor z = last(x);
  CHECK(ops::all_close(last(after, {.mask = mask}), z, 1e-5, 1e-6));
  CHECK_FALSE(last.apply(after, {.mask = mask}).second.has_value());
}

TEST_CASE("Bidirectional: states of both directions go in and come out") {
  Bidirectional layer(LSTM(2, {.return_sequences = true, .return_state = true}), {.merge_mode = std::nullopt});
  Tensors inputs = random::normal({4, 3, 5});
  for (int i = 0; i < 4; ++i) inputs.push_back(random::normal({4, 2}));
  const auto [outputs, masks] = layer.apply(inputs, {.masks = {Mask(padding()), {}, {}, {}, {}}});
  REQUIRE(outputs.size() == 6);
  REQUIRE(masks.size() == 6);
  CHECK(masks[1].has_value());
  CHECK_FALSE(masks[2].has_value());
  // The row that is padding alone ends where it began.
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(ops::array_equal(ops::select(outputs[2 + i], 0, 3), ops::select(inputs[1 + i], 0, 3)));
}

TEST_CASE("Bidirectional: another backward layer, and weights to begin with") {
  const Tensor x = random::normal({4, 3, 5});
  Bidirectional first(GRU(2), {.backward_layer = LSTM(3, {.go_backwards = true})});
  CHECK(first(x).shape() == Shape{4, 5});
  Bidirectional same(GRU(2), {.weights = first.get_weights(), .backward_layer = LSTM(3, {.go_backwards = true})});
  CHECK(ops::array_equal(same(x), first(x)));
  Bidirectional wrong(GRU(2), {.weights = {Tensor::zeros({2})}});
  CHECK_THROWS_AS(wrong(x), ShapeError);
  CHECK_FALSE(wrong.built());
}

TEST_CASE("Bidirectional: a layer that goes backwards is the forward one turned round") {
  Bidirectional layer(GRU(2, {.name = "memory"}), {.backward_layer = GRU(2, {.go_backwards = true, .name = "other"})});
  CHECK(layer.forward_layer().name() == "forward_memory");
  CHECK(layer.backward_layer().name() == "other");
  Bidirectional named(GRU(2));
  CHECK(named.forward_layer().name() == "forward_gru");
  CHECK(named.backward_layer().name() == "backward_gru");
  CHECK(named.backward_layer().loop().go_backwards);
}

TEST_CASE("Bidirectional: stateful layers are reset together") {
  const Tensor x = random::normal({2, 3, 4});
  Bidirectional layer(GRU(2, {.stateful = true}));
  const Tensor first = layer(x), second = layer(x);
  CHECK_FALSE(ops::array_equal(first, second));
  layer.reset_state();
  CHECK(ops::array_equal(layer(x), first));
}

TEST_CASE("Bidirectional: computes in the layer's dtype, and freezes both") {
  Bidirectional layer(GRU(2, {.dtype = float64}), {.trainable = false});
  CHECK(layer(Tensor::ones({1, 2, 3})).dtype() == float64);
  CHECK(layer.trainable_weights().empty());
  GRU told_later(2);
  told_later.set_dtype(float64);
  CHECK(Bidirectional(std::move(told_later))(Tensor::ones({1, 2, 3})).dtype() == float64);
}

TEST_CASE("Bidirectional: the config is Keras's") {
  const Config config = Bidirectional(LSTM(2), {.merge_mode = std::nullopt}).get_config();
  CHECK(config["merge_mode"].is_null());
  CHECK(config["layer"]["class_name"].as_string() == "LSTM");
  CHECK(config["layer"]["config"]["name"].as_string() == "forward_lstm");
  CHECK(config["backward_layer"]["config"]["go_backwards"].as_bool());
  CHECK(Bidirectional(LSTM(2)).get_config()["merge_mode"].as_string() == "concat");
}

TEST_CASE("Bidirectional: refused") {
  CHECK_THROWS_WITH_AS(Bidirectional(GRU(2), {.merge_mode = "max"}),
                       "[Bidirectional] unknown `merge_mode`; got \"max\"; expected \"concat\", \"sum\", \"mul\", "
                       "\"ave\" or nullopt",
                       ValueError);
  CHECK_THROWS_WITH_AS(Bidirectional(GRU(2), {.backward_layer = GRU(2)}),
                       "[Bidirectional] both layers go in one direction; got `go_backwards` false and false; expected "
                       "one of each",
                       ValueError);
  CHECK_THROWS_WITH_AS(
      Bidirectional(GRU(2), {.backward_layer = GRU(2, {.return_sequences = true, .go_backwards = true})}),
      "[Bidirectional] the layers differ in `return_sequences`; got false forward and true backward; expected equal "
      "ones",
      ValueError);
  CHECK_THROWS_AS(Bidirectional(GRU(2, {.go_backwards = true})), ValueError);
  CHECK_THROWS_AS(Bidirectional(std::shared_ptr<RecurrentLayer>()), ValueError);
  Bidirectional layer(GRU(2));
  CHECK_THROWS_AS(layer({Tensor::zeros({1, 2, 3}), Tensor::zeros({1, 2})}), ValueError);
}
