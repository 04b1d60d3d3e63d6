// Recurrent layers in graphs of layers: their masks, states and several outputs.
#include <doctest/doctest.h>

#include <cornu/framework/model/model.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/recurrent/bidirectional.hpp>
#include <cornu/layers/recurrent/gru.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/optim/adam.hpp>

using namespace cornu;
using namespace cornu::layers;

TEST_CASE("Recurrent layers in a graph: the mask of a shared embedding reaches them") {
  const auto embedding = std::make_shared<Embedding>(10, 4, EmbeddingOptions{.mask_zero = true});
  const auto lstm = std::make_shared<LSTM>(3);
  const auto both = std::make_shared<Bidirectional>(GRU(2));
  const auto question = Input({.shape = {None}, .dtype = int32}), answer = Input({.shape = {None}, .dtype = int32});
  Model model({question, answer}, Concatenate()({(*lstm)((*embedding)(question)), (*both)((*embedding)(answer))}));
  const Tensor q({{1, 2, 0, 0}, {0, 0, 3, 4}}), a({{5, 0, 6}, {0, 0, 0}});
  const Tensor y = model({q, a});
  CHECK(ops::array_equal(ops::slice(y, 1, {.stop = 3}), (*lstm)((*embedding)(q), {.mask = ops::not_equal(q, 0)})));
  CHECK(ops::array_equal(ops::slice(y, 1, {.start = 3}), (*both)((*embedding)(a), {.mask = ops::not_equal(a, 0)})));
  CHECK(ops::array_equal(ops::slice(ops::select(y, 0, 1), 0, {.start = 3}), Tensor::zeros({4})));
  CHECK(ops::all_close(model.predict({q, a}, {.batch_size = 1}), y, 1e-5, 1e-6));
}

TEST_CASE("Recurrent layers in a graph: an encoder hands its states to a decoder") {
  random::set_seed(1);
  const auto source = Input({.shape = {None, 2}}), given = Input({.shape = {None, 2}});
  const auto encoder = std::make_shared<LSTM>(8, LSTMOptions{.return_state = true});
  const auto decoder = std::make_shared<LSTM>(8, LSTMOptions{.return_sequences = true});
  const auto [last, h, c] = encoder->all_outputs(source).unpack<3>();
  Model model({source, given}, Dense(2)((*decoder)({given, h, c})));

  // To give back what came in, whatever is given, the states must carry it.
  const Tensor x = random::normal({16, 2, 2}), nothing = Tensor::zeros({16, 2, 2});
  model.compile(optim::Adam({.learning_rate = 0.02}), "mse");
  const double before = model.evaluate({x, nothing}, x, {.verbose = 0})["loss"];
  model.fit({x, nothing}, x, {.epochs = 100, .verbose = 0});
  CHECK(model.evaluate({x, nothing}, x, {.verbose = 0})["loss"] < 0.3 * before);
}

TEST_CASE("Recurrent layers in a graph: both outputs of a Bidirectional that does not merge them") {
  const auto x = Input({.shape = {3, 4}});
  const auto layer = std::make_shared<Bidirectional>(GRU(2), BidirectionalOptions{.merge_mode = std::nullopt});
  const auto [forward, backward] = layer->all_outputs(x).unpack<2>();
  Model model(x, {forward, backward});
  const Tensor data = random::normal({5, 3, 4});
  const auto [y, y_back] = model.predict_all(data).unpack<2>();
  const Tensors expected = layer->apply(Tensors(data), {}).first;
  CHECK(ops::array_equal(y, expected[0]));
  CHECK(ops::array_equal(y_back, expected[1]));
}
