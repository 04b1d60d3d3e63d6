// What SimpleRNN, LSTM and GRU have in common.
#include <cornu/layers/recurrent/recurrent_layer.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/optim/adam.hpp>

#include "tests/layers/recurrent/kinds.hpp"
#include "tests/support/check.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::layers;
using cornu::testing::check;
using cornu::testing::Kind;
using cornu::testing::message_of;
using cornu::testing::padding;
using cornu::testing::step_by_step;

TEST_CASE_TEMPLATE("Recurrent layers: keep a layer's promises", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  const std::vector<std::string> names{"kernel", "recurrent_kernel", "bias"};
  const LayerExpectations last{.output_shape = Shape{5, 3}, .weight_names = names, .mask = padding()};
  const LayerExpectations all{.output_shape = Shape{5, 4, 3}, .weight_names = names, .mask = padding()};
  const Shape input{5, 4, 2};
  check(check_layer([] { return L(3); }, input, last));
  check(check_layer([] { return L(3, Options{.return_sequences = true}); }, input, all));
  check(check_layer([] { return L(3, Options{.return_sequences = true, .go_backwards = true}); }, input, all));
  check(check_layer([] { return L(3, step_by_step(Options{.return_sequences = true})); }, input, all));
  check(check_layer([] { return L(3, Options{.dropout = 0.3, .recurrent_dropout = 0.3}); }, input, last));
  check(check_layer([] { return L(3, Options{.use_bias = false, .zero_output_for_mask = true}); }, input,
                    {.weight_names = {{"kernel", "recurrent_kernel"}}, .mask = padding()}));
  check(check_layer([] { return L(3, Options{.activity_regularizer = "l2"}); }, Shape{1, 1, 1}));
}

TEST_CASE_TEMPLATE("Recurrent layers: keep them with initial states and several outputs", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  Tensors inputs = random::normal({5, 4, 2});
  for (std::size_t i = 0; i < Kind<L>::states; ++i) inputs.push_back(random::normal({5, 3}));
  for (const bool sequences : {false, true})
    for (const bool state : {false, true})
      check(check_layer([&] { return L(3, Options{.return_sequences = sequences, .return_state = state}); }, inputs));
}

TEST_CASE_TEMPLATE("Recurrent layers: a sequence at once is what its steps are one by one", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  const Tensor x = random::normal({5, 4, 3}, 0, 1, float64);
  for (const bool sequences : {false, true})
    for (const bool backwards : {false, true})
      for (const bool zero : {false, true}) {
        const Options options{
            .return_sequences = sequences, .go_backwards = backwards, .zero_output_for_mask = zero, .dtype = float64};
        L fused(2, options), plain(2, step_by_step(options));
        plain(x);
        fused(x);
        plain.set_weights(fused.get_weights());
        for (const Mask& mask : {Mask(), Mask(padding())})
          CHECK(ops::all_close(fused(x, {.mask = mask}), plain(x, {.mask = mask}), 1e-13, 1e-13));
      }
}

TEST_CASE_TEMPLATE("Recurrent layers: the last states go on where the sequence was cut", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  L layer(3, Options{.return_sequences = true, .return_state = true});
  const Tensor x = random::normal({2, 5, 4});
  const Tensors whole = layer.apply(Tensors(x), {}).first;
  const Tensors first = layer.apply(Tensors(ops::slice(x, 1, {.stop = 2})), {}).first;
  Tensors rest = ops::slice(x, 1, {.start = 2});
  for (std::size_t i = 1; i < first.size(); ++i) rest.push_back(first[i]);
  const Tensors second = layer.apply(rest, {}).first;
  REQUIRE(whole.size() == 1 + Kind<L>::states);
  CHECK(ops::all_close(ops::concatenate({first[0], second[0]}, 1), whole[0], 1e-6, 1e-7));
  for (std::size_t i = 1; i < whole.size(); ++i) CHECK(ops::all_close(second[i], whole[i], 1e-6, 1e-7));
  CHECK(ops::array_equal(whole[1], ops::select(whole[0], 1, -1)));
}

TEST_CASE_TEMPLATE("Recurrent layers: a stateful one goes on from batch to batch until it is reset", L,
                   CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  L layer(3, Options{}), stateful(3, Options{.stateful = true});
  const Tensor x = random::normal({2, 4, 3});
  const Tensor first = ops::slice(x, 1, {.stop = 2}), second = ops::slice(x, 1, {.start = 2});
  layer(x);
  stateful(Tensor::symbolic({None, 2, 3}));
  stateful.set_weights(layer.get_weights());
  CHECK(ops::array_equal(stateful(first), layer(first)));
  CHECK(ops::all_close(stateful(second), layer(x), 1e-6, 1e-7));
  CHECK(message_of<ShapeError>([&] {
          stateful(random::normal({3, 2, 3}));
        }) == "[" + layer.class_name() +
                  "] the batch has another size than the states that were kept; got 3; expected 2; give batches of one "
                  "size, or call reset_state() of the layer or of its Bidirectional, in a model "
                  "dynamic_cast<layers::" +
                  layer.class_name() + "&>(model.get_layer(\"…\")).reset_state()");
  stateful.reset_state();
  CHECK(ops::array_equal(stateful(first), layer(first)));
  CHECK(stateful.weights().size() == 3);  // the states are none
  GradientTape tape;
  tape.watch(first);
  stateful(first);
  CHECK(tape.gradient(ops::sum(stateful(second)), first).empty());  // what is kept is a constant
}

TEST_CASE_TEMPLATE("Recurrent layers: an empty batch leaves the states alone", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  L layer(3, Options{}), stateful(3, Options{.stateful = true});
  const Tensor x = random::normal({2, 4, 3}), nothing = Tensor::zeros({0, 2, 3});
  layer(x);
  stateful(nothing);
  CHECK(stateful.state().empty());
  stateful.set_weights(layer.get_weights());
  stateful(ops::slice(x, 1, {.stop = 2}));
  CHECK(stateful(nothing).shape() == Shape{0, 3});
  CHECK(ops::all_close(stateful(ops::slice(x, 1, {.start = 2})), layer(x), 1e-6, 1e-7));
}

TEST_CASE("Recurrent layers: the one in a model forgets its states as the message says") {
  Sequential model{LSTM(3, {.stateful = true, .name = "memory"})};
  const Tensor x = random::normal({2, 4, 3});
  const Tensor first = model(x);
  CHECK(!ops::array_equal(model(x), first));
  dynamic_cast<LSTM&>(model.get_layer("memory")).reset_state();
  CHECK(ops::array_equal(model(x), first));
}

TEST_CASE_TEMPLATE("Recurrent layers: no step, no sample, one step of one sample", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  L last(3, Options{}), all(3, Options{.return_sequences = true});
  CHECK(ops::array_equal(last(Tensor::zeros({2, 0, 4})), Tensor::zeros({2, 3})));
  CHECK(all(Tensor::zeros({2, 0, 4})).shape() == Shape{2, 0, 3});
  CHECK(all(Tensor::zeros({0, 5, 4})).shape() == Shape{0, 5, 3});
  CHECK(last(Tensor::zeros({0, 0, 4})).shape() == Shape{0, 3});
  const Tensor one = random::normal({1, 1, 4});
  all.set_weights(last.get_weights());
  CHECK(ops::array_equal(ops::reshape(all(one), {1, 3}), last(one)));
  L plain(3, step_by_step(Options{.return_sequences = true}));
  CHECK(plain(Tensor::zeros({2, 0, 4})).shape() == Shape{2, 0, 3});
  CHECK(plain(Tensor::zeros({0, 5, 4})).shape() == Shape{0, 5, 3});
}

TEST_CASE_TEMPLATE("Recurrent layers: tell the shapes of a batch that is not known yet", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  const Tensor x = Tensor::symbolic({None, None, 4});
  CHECK(L(3, Options{})(x).shape() == Shape{None, 3});
  CHECK(L(3, Options{.return_sequences = true})(x).shape() == Shape{None, None, 3});
  L states(3, Options{.return_state = true});
  CHECK(states.apply(Tensors(x), {}).first.size() == 1 + Kind<L>::states);
}

TEST_CASE_TEMPLATE("Recurrent layers: float64, and integers cast to the layer's dtype", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  CHECK(L(2, Options{.dtype = float64})(Tensor::ones({1, 2, 3})).dtype() == float64);
  L layer(2, Options{});
  CHECK(ops::array_equal(layer(Tensor::ones({1, 2, 3}, int32)), layer(Tensor::ones({1, 2, 3}))));
  Tensors integers = Tensor::ones({2, 2, 3}), numbers = integers;
  for (std::size_t i = 0; i < Kind<L>::states; ++i) {
    integers.push_back(Tensor::ones({2, 2}, i == 0 ? int32 : boolean));
    numbers.push_back(Tensor::ones({2, 2}));
  }
  const Tensors from_integers = layer.apply(integers, {}).first;
  CHECK(from_integers[0].dtype() == float32);
  CHECK(ops::array_equal(from_integers[0], layer.apply(numbers, {}).first[0]));
}

TEST_CASE_TEMPLATE("Recurrent layers: unroll changes nothing", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  const Tensor x = random::normal({2, 3, 4});
  L layer(3, Options{}), unrolled(3, Options{.unroll = true});
  layer(x);
  unrolled(x);
  unrolled.set_weights(layer.get_weights());
  CHECK(ops::array_equal(unrolled(x), layer(x)));
}

TEST_CASE_TEMPLATE("Recurrent layers: their cell takes one step", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  typename Kind<L>::Cell cell(3);
  const Tensor x = random::normal({2, 4});
  Tensors inputs = x;
  for (std::size_t i = 0; i < Kind<L>::states; ++i) inputs.push_back(random::normal({2, 3}));
  const Tensors after = cell.apply(inputs, {}).first;
  L layer(3, Options{.return_state = true});
  Tensors sequence = inputs;
  sequence[0] = ops::expand_dims(x, 1);
  layer.apply(sequence, {});
  layer.set_weights(cell.get_weights());
  const Tensors expected = layer.apply(sequence, {}).first;
  REQUIRE(after.size() == expected.size());
  for (std::size_t i = 0; i < after.size(); ++i) CHECK(ops::all_close(after[i], expected[i], 1e-6, 5e-7));
  Tensors symbolic;
  for (const Tensor& input : inputs) symbolic.push_back(Tensor::symbolic(input.shape().with(0, None)));
  for (const Tensor& output : cell.apply(symbolic, {}).first) CHECK(output.shape() == Shape{None, 3});
  CHECK(message_of<ValueError>([&] {
          cell.apply(Tensors(x), {});
        }).find("the cell takes the step's input and each state; got 1 tensors; expected ") != std::string::npos);
}

TEST_CASE_TEMPLATE("Recurrent layers: each weight has its own initializer, regularizer and constraint", L,
                   CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  L layer(2, Options{.kernel_initializer = "ones",
                     .recurrent_initializer = "zeros",
                     .kernel_regularizer = regularizers::L1(1),
                     .recurrent_regularizer = regularizers::L1(1),
                     .bias_regularizer = regularizers::L2(1),
                     .kernel_constraint = "max_norm",
                     .recurrent_constraint = "unit_norm",
                     .bias_constraint = "non_neg"});
  layer(Tensor::zeros({1, 1, 3}));
  const std::vector<Tensor> weights = layer.get_weights();
  CHECK(ops::array_equal(weights[0], Tensor::ones(weights[0].shape())));
  CHECK(ops::array_equal(weights[1], Tensor::zeros(weights[1].shape())));
  REQUIRE(layer.losses().size() == 3);
  CHECK(layer.losses()[0].template item<double>() == static_cast<double>(weights[0].size()));
  CHECK(layer.losses()[1].template item<double>() == 0);
  for (const Variable& weight : layer.weights()) CHECK(weight.body().weight.constraint != nullptr);
}

TEST_CASE_TEMPLATE("Recurrent layers: begin with an orthogonal recurrent kernel", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  L layer(4, Options{.dtype = float64});
  layer(Tensor::zeros({1, 1, 3}));
  const Tensor u = layer.get_weights()[1];  // rows of unit length at right angles
  CHECK(ops::all_close(ops::matmul(u, u, false, true), Tensor::eye(4, float64), 1e-6, 1e-6));
}

TEST_CASE_TEMPLATE("Recurrent layers: frozen ones have no trainable weights", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  L layer(2, Options{.trainable = false});
  layer(Tensor::zeros({1, 1, 3}));
  CHECK(layer.trainable_weights().empty());
  CHECK(layer.non_trainable_weights().size() == 3);
}

TEST_CASE_TEMPLATE("Recurrent layers: learn in a model behind an embedding that masks", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  random::set_seed(3);
  // The first id decides; behind it there is padding.
  const Tensor first = random::randint({64, 1}, 1, 3), y = ops::cast(ops::equal(first, 2), float32);
  const Tensor ids = ops::concatenate({first, Tensor::zeros({64, 5}, int32)}, 1);
  Sequential model{Embedding(3, 4, {.mask_zero = true}), L(8, Options{.return_sequences = true}), L(8, Options{}),
                   Dense(1, "sigmoid")};
  model.compile(optim::Adam({.learning_rate = 0.02}), "binary_crossentropy", {"accuracy"});
  model.fit(ids, y, {.epochs = 30, .verbose = 0});
  CHECK(model.evaluate(ids, y, {.verbose = 0})["accuracy"] == 1);
}

TEST_CASE_TEMPLATE("Recurrent layers: refused", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  const std::string name = L(1, Options{}).class_name();
  CHECK(message_of<ValueError>([] { L(0, Options{}); }) ==
        "[" + name + "] `units` must be a positive integer; got 0; expected 1 or more");
  CHECK(message_of<ValueError>([] { L(2, Options{.dropout = 1.5}); }) ==
        "[" + name + "] `dropout` must lie in 0 … 1; got 1.5");
  CHECK_THROWS_AS(L(2, Options{.recurrent_dropout = -0.1}), ValueError);
  L layer(2, Options{.name = "memory"}), flat(2, Options{});
  const std::string place = "[" + name + " 'memory'] ";
  CHECK(message_of<ShapeError>([&] {
          flat(Tensor::zeros({3, 4}));
        }) == "[" + name +
                  "] the input must be sequences of vectors; got shape (3, 4); expected (batch, steps, features); "
                  "give a recurrent layer in front of this one return_sequences = true, or other data an axis of steps "
                  "with layers::Reshape");
  CHECK_FALSE(flat.built());
  CHECK_THROWS_AS(flat(Tensor::zeros({3, 4, 5, 6})), ShapeError);
  CHECK_THROWS_AS(flat(Tensor::symbolic({None, 4, None})), ShapeError);
  layer(Tensor::zeros({3, 4, 5}));
  CHECK(message_of<ShapeError>([&] {
          layer(Tensor::zeros({3, 4, 6}));
        }) == place + "the layer was built for another input; got (3, 6) at a step; expected (None, 5)");
  CHECK(message_of<ShapeError>([&] {
          layer(Tensor::zeros({3, 4, 5}), {.mask = Tensor::ones({3, 5}, boolean)});
        }) == place + "the mask does not fit; got (3, 5) for an input (3, 4, 5); expected (3, 4)");
  Tensors too_many = Tensor::zeros({3, 4, 5});
  for (int i = 0; i < 3; ++i) too_many.push_back(Tensor::zeros({3, 2}));
  CHECK_THROWS_AS(layer.apply(too_many, {}), ValueError);
  Tensors wrong = Tensor::zeros({3, 4, 5});
  for (std::size_t i = 0; i < Kind<L>::states; ++i) wrong.push_back(Tensor::zeros({2, 2}));
  CHECK(message_of<ShapeError>([&] { layer.apply(wrong, {}); }) ==
        place + "initial state 0 does not fit an input (3, 4, 5); got (2, 2); expected (3, 2)");
}
