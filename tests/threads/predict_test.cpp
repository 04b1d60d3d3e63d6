// predict computes several batches at a time, where that cannot be noticed.
#include <doctest/doctest.h>

#include <set>
#include <thread>

#include <cornu/cornu.hpp>

#include "tests/support/captured_log.hpp"
#include "tests/support/throws.hpp"
#include "tests/support/with_threads.hpp"

using namespace cornu;
using testing::WithThreads;

namespace {

constexpr PredictOptions small{.batch_size = 4};

// What predict gives, the same with any number of threads, which wait for each other.
Tensor predicted(Model& model, const Tensor& x) {
  const testing::WithPieceScale pieces(testing::small_pieces);
  Tensor expected;
  for (const std::int64_t threads : testing::thread_counts) {
    const WithThreads with(threads);
    const Tensor y = model.predict(x, small);
    if (!expected.defined()) expected = y;
    CAPTURE(threads);
    CHECK(ops::array_equal(y, expected));
  }
  return expected;
}

// Notes on which threads it is called.
class Noting : public Layer<Noting> {
 public:
  Tensor call(const Tensor& input) override {
    seen.insert(std::this_thread::get_id());
    return input * 2;
  }
  std::set<std::thread::id> seen;
};

const std::set<std::thread::id>& here() {
  static const std::set<std::thread::id> one{std::this_thread::get_id()};
  return one;
}

}  // namespace

TEST_CASE("threads, predict: many batches at a time give what they give one after the other") {
  Sequential model{layers::Embedding(50, 8), layers::LSTM(6), layers::Dropout(0.5), layers::Dense(3, "softmax")};
  const Tensor ids = random::randint({203, 7}, 0, 50);
  const Tensor y = predicted(model, ids);
  CHECK(y.shape() == Shape{203, 3});
  CHECK(ops::all_close(y, model(ids), 1e-5, 1e-6));
}

TEST_CASE("threads, predict: a model with several outputs, and steps that end early") {
  const SymbolicTensor input = Input({5}), hidden = layers::Dense(4, "relu")(input);
  Model model(input, {layers::Dense(2)(hidden), layers::Dense(1)(hidden)});
  const Tensor x = random::normal({100, 5});
  const WithThreads one(1);
  const Tensors expected = model.predict_all(x, {.batch_size = 3, .steps = 20});
  CHECK(expected[0].shape() == Shape{60, 2});
  for (const std::int64_t threads : testing::thread_counts) {
    const WithThreads with(threads);
    const Tensors y = model.predict_all(x, {.batch_size = 3, .steps = 20});
    for (std::size_t k = 0; k < 2; ++k) CHECK(ops::array_equal(y[k], expected[k]));
  }
}

TEST_CASE("threads, predict: layers of the program are called on the thread that asks, in the order of the batches") {
  const auto noting = std::make_shared<Noting>();
  Sequential model;
  model.add(layers::Dense(3));
  model.add(noting);
  predicted(model, random::normal({120, 2}));
  CHECK(noting->seen == here());
}

TEST_CASE("threads, predict: so is a Lambda, and what holds such a layer") {
  std::set<std::thread::id> seen;
  Sequential inner{layers::Lambda([&](const Tensor& x) {
    seen.insert(std::this_thread::get_id());
    return x + 1;
  })};
  Sequential model;
  model.add(std::move(inner));
  predicted(model, random::normal({120, 2}));
  CHECK(seen == here());
}

TEST_CASE("threads, predict: so is an activation that is a function of the program, alone and within a wrapper") {
  std::set<std::thread::id> seen;
  const Activation noting = [&](const Tensor& x) {
    seen.insert(std::this_thread::get_id());
    return x * 2;
  };
  Sequential model{layers::Reshape({2, 1}), layers::Bidirectional(layers::SimpleRNN(2, {.activation = noting}))};
  predicted(model, random::normal({120, 2}));
  CHECK(seen == here());
  seen.clear();
  Sequential dense{layers::Dense(3, noting)};
  predicted(dense, random::normal({120, 2}));
  CHECK(seen == here());
}

TEST_CASE("threads, predict: a stateful layer carries its states from batch to batch") {
  const testing::WithPieceScale pieces(testing::small_pieces);
  const auto after = [](std::int64_t threads) {
    const WithThreads with(threads);
    random::set_seed(5);
    Sequential model{layers::LSTM(3, {.return_sequences = true, .stateful = true})};
    return model.predict(random::normal({80, 6, 2}), small);
  };
  const Tensor expected = after(1);
  for (const std::int64_t threads : testing::thread_counts) CHECK(ops::array_equal(after(threads), expected));
}

TEST_CASE("threads, predict: a tape records every batch") {
  Sequential model{layers::Dense(2)};
  const Tensor x = random::normal({120, 3});
  (void)model(x);
  const testing::WithPieceScale pieces(testing::small_pieces);
  const auto gradient = [&](std::int64_t threads) {
    const WithThreads with(threads);
    GradientTape tape;
    const Tensor y = model.predict(x, small);
    return tape.gradient(ops::sum(y * y), model.weights()[0]).to_dense();
  };
  const Tensor expected = gradient(1);
  CHECK(ops::sum(ops::abs(expected)).item<float>() > 0);
  for (const std::int64_t threads : testing::thread_counts) CHECK(ops::array_equal(gradient(threads), expected));
}

TEST_CASE("threads, predict: the line shows all batches") {
  const WithThreads with(4);
  Sequential model{layers::Dense(1)};
  testing::CapturedLog captured({.live = true});
  (void)model.predict(random::normal({200, 2}), {.batch_size = 2, .verbose = 1});
  CHECK(testing::contains(captured.text(), "100/100 ━━━━━━━━━━━━━━━━━━━━"));
}

TEST_CASE("threads, predict: what fails in a late batch is thrown, and the model still predicts") {
  Sequential model{layers::Embedding(50, 4), layers::GlobalAveragePooling1D()};
  Tensor ids = random::randint({200, 3}, 0, 50);
  const Tensor expected = model.predict(ids, small);
  Tensor wrong = ids + 0;
  wrong.mutable_data<std::int32_t>()[580] = 50;
  std::set<std::string> messages;
  for (const std::int64_t threads : testing::thread_counts) {
    const WithThreads with(threads);
    messages.insert(testing::message_of([&] { (void)model.predict(wrong, small); }));
    CHECK(ops::array_equal(model.predict(ids, small), expected));
  }
  CHECK(messages.size() == 1);
  CHECK(testing::contains(*messages.begin(), "[Embedding 'embedding'] id 50 at (193, 1) is outside the vocabulary"));
}
