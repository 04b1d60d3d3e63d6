// Every layer and optimizer: the same bits, however many threads there are, and however small the pieces.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <cornu/cornu.hpp>

#include "tests/support/layer_examples.hpp"
#include "tests/support/optimizer_cases.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/with_threads.hpp"

using namespace cornu;
using testing::LayerExample;
using testing::OptimizerCase;
using testing::WithThreads;

namespace {

bool same_bits(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Tensor& x, const Tensor& y) { return testing::same_bits(x, y); });
}

// f's tensors with one thread and pieces of any size are those with others, and with small pieces.
template <class F>
void check_threads(const F& f) {
  const auto with = [&](std::int64_t threads) {
    const WithThreads number(threads);
    random::set_seed(3);
    return f();
  };
  const std::vector<Tensor> expected = with(1);
  const testing::WithPieceScale small(testing::small_pieces);
  for (const std::int64_t threads : testing::thread_counts) {
    CAPTURE(threads);
    CHECK(same_bits(with(threads), expected));
  }
}

// Outputs of a call in training, and the gradients of weights and floating inputs.
std::vector<Tensor> step_of(const LayerExample& example) {
  const std::unique_ptr<LayerBase> layer = example.make();
  layer->set_name("layer");
  GradientTape tape({.persistent = true});
  for (const Tensor& input : example.inputs)
    if (is_floating(input.dtype())) tape.watch(input);
  const Tensors outputs = layer->apply(example.inputs, {.training = true}).first;
  Tensor target = Tensor::zeros({}, float32);
  for (const Tensor& output : outputs)
    if (is_floating(output.dtype())) target = target + ops::cast(ops::sum(ops::square(output)), float32);
  std::vector<Tensor> results(outputs.begin(), outputs.end());
  const auto add = [&](const Gradient& gradient) {
    if (!gradient.empty()) results.push_back(gradient.to_dense());
  };
  for (const Variable& weight : layer->trainable_weights()) add(tape.gradient(target, weight));
  for (const Tensor& input : example.inputs)
    if (is_floating(input.dtype())) add(tape.gradient(target, input));
  for (const Variable& weight : layer->weights()) results.push_back(weight.peek());
  return results;
}

// What two epochs on an embedding and a dense layer leave: weights, slots and figures.
std::vector<Tensor> trained_by(const OptimizerCase& chosen) {
  Sequential model{layers::Embedding(40, 6, {.mask_zero = true}), layers::LSTM(5), layers::Dense(3)};
  model.compile(chosen.make(), "mse", {"mae"});
  const Tensor ids = random::randint({20, 7}, 0, 40), y = random::normal({20, 3});
  const History history = model.fit(ids, y, {.batch_size = 8, .epochs = 2, .verbose = 0, .validation_split = 0.2});
  std::vector<Tensor> results = model.get_weights();
  for (const Variable& variable : model.optimizer().variables()) results.push_back(variable.peek());
  for (const char* figure : {"loss", "mae", "val_loss", "val_mae"})
    for (const double value : history[figure]) results.push_back(Tensor::full({}, value, float64));
  results.push_back(model.predict(ids, {.batch_size = 1}));
  return results;
}

}  // namespace

TEST_CASE("threads: every layer gives the same outputs and gradients with any number of them") {
  for (const LayerExample& example : testing::layer_examples()) {
    CAPTURE(example.class_name);
    check_threads([&] { return step_of(example); });
  }
}

TEST_CASE("threads: every optimizer leaves the same weights, slots and history with any number of them") {
  for (const OptimizerCase& chosen : testing::optimizer_cases()) {
    if (!chosen.is_basic) continue;
    CAPTURE(chosen.name);
    check_threads([&] { return trained_by(chosen); });
  }
}

TEST_CASE("threads: models train and predict side by side, each on threads of its own and of the pool") {
  const auto model = [] {
    random::set_seed(4);
    auto made = std::make_unique<Sequential>(layers::Embedding(40, 6), layers::LSTM(5), layers::Dense(3));
    made->build({None, 7});
    made->compile("adam", "mse");
    return made;
  };
  random::set_seed(5);
  const Tensor ids = random::randint({24, 7}, 0, 40), y = random::normal({24, 3});
  const auto train = [&](Sequential& one) {
    one.fit(ids, y, {.batch_size = 8, .epochs = 3, .verbose = 0, .shuffle = false});
    return one.get_weights();
  };
  const std::vector<Tensor> trained = train(*model());
  const std::unique_ptr<Sequential> predicting = model();
  const Tensor predicted = predicting->predict(ids, {.batch_size = 1});

  const testing::WithPieceScale small(testing::small_pieces);
  const WithThreads with(3);
  std::vector<std::unique_ptr<Sequential>> models;
  for (int i = 0; i < 3; ++i) models.push_back(model());
  std::vector<std::vector<Tensor>> weights(3);
  std::vector<Tensor> predictions(3);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 3; ++i) {
    threads.emplace_back([&, i] { weights[i] = train(*models[i]); });
    threads.emplace_back([&, i] { predictions[i] = predicting->predict(ids, {.batch_size = 1}); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<Tensor>& one : weights) CHECK(same_bits(one, trained));
  for (const Tensor& one : predictions) CHECK(testing::same_bits(one, predicted));
}
