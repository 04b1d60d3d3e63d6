// The workloads that frameworks are compared on, through the calls that a user would write. One thread.
//
// W1s64, W1s256   Embedding(8192, 16) → mean over 64 / 256 ids → Dense(16, relu) → Dense(1, sigmoid), binary
//                 cross-entropy, Adam, batch 32; one step of fit
// W2              784 → Dense(512, relu) → Dense(512, relu) → Dense(10), softmax cross-entropy, SGD momentum 0.9,
//                 batch 128
// W4              Embedding(8192, 64) → LSTM(64) over 100 steps → Dense(1, sigmoid), Adam, batch 32
// W4gru, W4masked, W4both
//                 the same with a GRU; with ids of which half are padding, at the end, and a mask; with both directions
// W5              28×28×1 → Conv2D(32, 3, relu) → MaxPooling2D → Conv2D(64, 3, relu) → MaxPooling2D → Dense(10),
//                 softmax cross-entropy, Adam, batch 64
// W6              (128, 128) → an encoder's block: 4 heads, Dense(512, relu) → Dense(128) → mean → Dense(2), softmax
//                 cross-entropy, Adam, batch 16
// W7b1, W7b32     the forward pass of W1s64 alone, batch 1 and 32
// W8              W1s64 from nothing: 10,000 samples, 5 epochs
// W9              a word of 6,000 against 6 others, 100 features, as word2vec: SGD, batch 256; one train_on_batch
#include <benchmark/benchmark.h>

#include <utility>

#include <cornu/cornu.hpp>

namespace {

using cornu::Tensor;
namespace layers = cornu::layers;

constexpr int batch = 32, steps = 100;

cornu::Sequential text_classifier() {
  cornu::random::set_seed(1);
  return cornu::Sequential{layers::Embedding(8192, 16), layers::GlobalAveragePooling1D(), layers::Dense(16, "relu"),
                           layers::Dense(1, "sigmoid")};
}

// CPU time of one step, in the unit that the benchmark library prints for rates turned round: seconds.
void report_steps(benchmark::State& state, double steps_an_iteration) {
  state.counters["step"] = benchmark::Counter(static_cast<double>(state.iterations()) * steps_an_iteration,
                                              benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void train_text_classifier(benchmark::State& state) {
  cornu::Sequential model = text_classifier();
  model.compile("adam", "binary_crossentropy");
  const Tensor x = cornu::random::randint({batch * steps, state.range(0)}, 0, 8192);
  const Tensor y = cornu::random::randint({batch * steps, 1}, 0, 2);
  model.fit(x, y, {.verbose = 0});
  for (auto _ : state) model.fit(x, y, {.batch_size = batch, .verbose = 0});
  report_steps(state, steps);
}
BENCHMARK(train_text_classifier)->Name("W1s")->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);

void train_perceptron(benchmark::State& state) {
  cornu::random::set_seed(1);
  cornu::Sequential model{layers::Dense(512, "relu"), layers::Dense(512, "relu"), layers::Dense(10)};
  model.compile(cornu::optim::SGD({.learning_rate = 0.01, .momentum = 0.9}),
                cornu::losses::SparseCategoricalCrossentropy({.from_logits = true}));
  const Tensor x = cornu::random::normal({128 * 10, 784}), y = cornu::random::randint({128 * 10}, 0, 10);
  model.fit(x, y, {.batch_size = 128, .verbose = 0});
  for (auto _ : state) model.fit(x, y, {.batch_size = 128, .verbose = 0});
  report_steps(state, 10);
}
BENCHMARK(train_perceptron)->Name("W2")->Unit(benchmark::kMillisecond);

void train_large_table(benchmark::State& state) {
  constexpr int samples = 256;
  cornu::random::set_seed(1);
  cornu::Sequential model{layers::Embedding(1'000'000, 64), layers::GlobalAveragePooling1D(),
                          layers::Dense(1, "sigmoid")};
  model.compile("adam", "binary_crossentropy");
  const Tensor x = cornu::random::randint({samples * steps, 32}, 0, 1'000'000);
  const Tensor y = cornu::random::randint({samples * steps, 1}, 0, 2);
  model.fit(x, y, {.batch_size = samples, .verbose = 0});
  for (auto _ : state) model.fit(x, y, {.batch_size = samples, .verbose = 0});
  report_steps(state, steps);
}
BENCHMARK(train_large_table)->Name("W3")->Unit(benchmark::kMillisecond);

// A few batches, one pass of fit an iteration.
void train(benchmark::State& state, cornu::Model& model, const Tensor& x, const Tensor& y, std::int64_t size) {
  model.fit(x, y, {.batch_size = size, .verbose = 0});
  for (auto _ : state) model.fit(x, y, {.batch_size = size, .verbose = 0});
  report_steps(state, static_cast<double>(y.dim(0) / size));
}

template <class Recurrent>
void train_recurrent(benchmark::State& state, Recurrent recurrent, bool mask_zero = false) {
  cornu::random::set_seed(1);
  cornu::Sequential model{layers::Embedding(8192, 64, {.mask_zero = mask_zero}), std::move(recurrent),
                          layers::Dense(1, "sigmoid")};
  model.compile("adam", "binary_crossentropy");
  Tensor x = cornu::random::randint({batch * 10, 100}, 1, 8192);
  if (mask_zero) x = x * cornu::ops::cast(cornu::ops::less(Tensor::arange(100), 50), cornu::int32);
  train(state, model, x, cornu::random::randint({batch * 10, 1}, 0, 2), batch);
}
void train_lstm(benchmark::State& state) { train_recurrent(state, layers::LSTM(64)); }
BENCHMARK(train_lstm)->Name("W4")->Unit(benchmark::kMillisecond);
void train_gru(benchmark::State& state) { train_recurrent(state, layers::GRU(64)); }
BENCHMARK(train_gru)->Name("W4gru")->Unit(benchmark::kMillisecond);
void train_masked_lstm(benchmark::State& state) { train_recurrent(state, layers::LSTM(64), true); }
BENCHMARK(train_masked_lstm)->Name("W4masked")->Unit(benchmark::kMillisecond);
void train_bidirectional_lstm(benchmark::State& state) {
  train_recurrent(state, layers::Bidirectional(layers::LSTM(64)));
}
BENCHMARK(train_bidirectional_lstm)->Name("W4both")->Unit(benchmark::kMillisecond);

void train_convolutions(benchmark::State& state) {
  cornu::random::set_seed(1);
  cornu::Sequential model{layers::Conv2D(32, 3, {.activation = "relu"}),
                          layers::MaxPooling2D(),
                          layers::Conv2D(64, 3, {.activation = "relu"}),
                          layers::MaxPooling2D(),
                          layers::Flatten(),
                          layers::Dense(10)};
  model.compile("adam", cornu::losses::SparseCategoricalCrossentropy({.from_logits = true}));
  train(state, model, cornu::random::normal({64 * 5, 28, 28, 1}), cornu::random::randint({64 * 5}, 0, 10), 64);
}
BENCHMARK(train_convolutions)->Name("W5")->Unit(benchmark::kMillisecond);

cornu::Model encoder() {
  constexpr int width = 128, heads = 4;
  const auto x = cornu::Input({.shape = {128, width}});
  const auto seen = layers::LayerNormalization({.epsilon = 1e-5})(
      layers::Add()({x, layers::MultiHeadAttention(heads, width / heads)({x, x})}));
  const auto thought = layers::Dense(width)(layers::Dense(512, "relu")(seen));
  const auto block = layers::LayerNormalization({.epsilon = 1e-5})(layers::Add()({seen, thought}));
  return cornu::Model(x, layers::Dense(2)(layers::GlobalAveragePooling1D()(block)));
}

void train_encoder(benchmark::State& state) {
  cornu::random::set_seed(1);
  cornu::Model model = encoder();
  model.compile("adam", cornu::losses::SparseCategoricalCrossentropy({.from_logits = true}));
  train(state, model, cornu::random::normal({16 * 5, 128, 128}), cornu::random::randint({16 * 5}, 0, 2), 16);
}
BENCHMARK(train_encoder)->Name("W6")->Unit(benchmark::kMillisecond);

cornu::Model skip_gram_model() {
  constexpr int words = 6000, features = 100, candidates = 6;
  const auto target = cornu::Input({.dtype = cornu::int32});
  const auto context = cornu::Input({.shape = {candidates}, .dtype = cornu::int32});
  return cornu::Model({target, context},
                      layers::EmbeddingDot(words, features)({context, layers::Embedding(words, features)(target)}));
}

void train_skip_grams(benchmark::State& state) {
  constexpr int pairs = 256;
  cornu::random::set_seed(1);
  cornu::Model model = skip_gram_model();
  model.compile("sgd", cornu::losses::BinaryCrossentropy({.from_logits = true}));
  const Tensor targets = cornu::random::randint({pairs}, 0, 6000),
               contexts = cornu::random::randint({pairs, 6}, 0, 6000);
  const Tensor labels = cornu::random::randint({pairs, 6}, 0, 2);
  for (auto _ : state) model.train_on_batch({targets, contexts}, labels);
  report_steps(state, 1);
}
BENCHMARK(train_skip_grams)->Name("W9")->Unit(benchmark::kMicrosecond);

void predict(benchmark::State& state) {
  cornu::Sequential model = text_classifier();
  const Tensor x = cornu::random::randint({state.range(0), 64}, 0, 8192);
  model.predict(x);
  for (auto _ : state) benchmark::DoNotOptimize(model.predict_on_batch(x));
}
BENCHMARK(predict)->Name("W7b")->Arg(1)->Arg(32)->Unit(benchmark::kMicrosecond);

void whole_program(benchmark::State& state) {
  for (auto _ : state) {
    cornu::Sequential model = text_classifier();
    model.compile("adam", "binary_crossentropy");
    const Tensor x = cornu::random::randint({10000, 64}, 0, 8192), y = cornu::random::randint({10000, 1}, 0, 2);
    model.fit(x, y, {.epochs = 5, .verbose = 0});
  }
}
BENCHMARK(whole_program)->Name("W8")->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
