// The workloads that frameworks are compared on, through the calls that a user would write. One thread.
//
// W1s64, W1s256   Embedding(8192, 16) → mean over 64 / 256 ids → Dense(16, relu) → Dense(1, sigmoid), binary
//                 cross-entropy, Adam, batch 32; one step of fit
// W2              784 → Dense(512, relu) → Dense(512, relu) → Dense(10), softmax cross-entropy, SGD momentum 0.9,
//                 batch 128
// W4              Embedding(8192, 64) → LSTM(64) over 100 steps → Dense(1, sigmoid), Adam, batch 32
// W4gru, W4both   the same with a GRU; with both directions
// W4masked, W4lengths
//                 the same with a mask, and padding at the end: half of the steps; of sequences of 1 … 100 steps
// W5              28×28×1 → Conv2D(32, 3, relu) → MaxPooling2D → Conv2D(64, 3, relu) → MaxPooling2D → Dense(10),
//                 softmax cross-entropy, Adam, batch 64
// W6              (128, 128) → an encoder's block: 4 heads, Dense(512, relu) → Dense(128) → mean → Dense(2), softmax
//                 cross-entropy, Adam, batch 16
// W6drop          the same with dropout 0.1 of the attention's weights, behind the attention and behind the last Dense
// W7b1, W7b32     the forward pass of W1s64 alone, batch 1 and 32
// W8              W1s64 from nothing: 10,000 samples, 5 epochs
// W9              a word of 6,000 against 6 others, 100 features, as word2vec: SGD, batch 256; one train_on_batch
// W7all, W6all    predict of 100,000 samples of W1s64 and of 1,000 of W6
// W9all           word2vec from a corpus of 200,000 words on, its batches prepared by another thread
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <numeric>
#include <utility>
#include <vector>

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

// While it lives, steps are counted: `step` is the CPU time of one in this thread, `all` in all threads, in seconds.
class Steps {
 public:
  Steps(benchmark::State& state, double an_iteration) : state_(state), an_iteration_(an_iteration) {}
  ~Steps() {
    const double steps = static_cast<double>(state_.iterations()) * an_iteration_;
    state_.counters["step"] = benchmark::Counter(steps, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state_.counters["all"] = (process_seconds() - start_) / steps;
  }
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;

 private:
  static double process_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

  benchmark::State& state_;
  double an_iteration_, start_ = process_seconds();
};

void train_text_classifier(benchmark::State& state) {
  cornu::Sequential model = text_classifier();
  model.compile("adam", "binary_crossentropy");
  const Tensor x = cornu::random::randint({batch * steps, state.range(0)}, 0, 8192);
  const Tensor y = cornu::random::randint({batch * steps, 1}, 0, 2);
  model.fit(x, y, {.verbose = 0});
  const Steps counted(state, steps);
  for (auto _ : state) model.fit(x, y, {.batch_size = batch, .verbose = 0});
}
BENCHMARK(train_text_classifier)->Name("W1s")->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);

void train_perceptron(benchmark::State& state) {
  cornu::random::set_seed(1);
  cornu::Sequential model{layers::Dense(512, "relu"), layers::Dense(512, "relu"), layers::Dense(10)};
  model.compile(cornu::optim::SGD({.learning_rate = 0.01, .momentum = 0.9}),
                cornu::losses::SparseCategoricalCrossentropy({.from_logits = true}));
  const Tensor x = cornu::random::normal({128 * 10, 784}), y = cornu::random::randint({128 * 10}, 0, 10);
  model.fit(x, y, {.batch_size = 128, .verbose = 0});
  const Steps counted(state, 10);
  for (auto _ : state) model.fit(x, y, {.batch_size = 128, .verbose = 0});
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
  const Steps counted(state, steps);
  for (auto _ : state) model.fit(x, y, {.batch_size = samples, .verbose = 0});
}
BENCHMARK(train_large_table)->Name("W3")->Unit(benchmark::kMillisecond);

// A few batches, one pass of fit an iteration.
void train(benchmark::State& state, cornu::Model& model, const Tensor& x, const Tensor& y, std::int64_t size) {
  model.fit(x, y, {.batch_size = size, .verbose = 0});
  const Steps counted(state, static_cast<double>(y.dim(0) / size));
  for (auto _ : state) model.fit(x, y, {.batch_size = size, .verbose = 0});
}

// Sequences have from `shortest` to `longest` of 100 steps, and then padding.
template <class Recurrent>
void train_recurrent(benchmark::State& state, Recurrent recurrent, int shortest = 100, int longest = 100) {
  cornu::random::set_seed(1);
  cornu::Sequential model{layers::Embedding(8192, 64, {.mask_zero = shortest < 100}), std::move(recurrent),
                          layers::Dense(1, "sigmoid")};
  model.compile("adam", "binary_crossentropy");
  const Tensor lengths = cornu::random::randint({batch * 10, 1}, shortest, longest + 1);
  const Tensor counts = cornu::ops::cast(cornu::ops::less(Tensor::arange(100), lengths), cornu::int32);
  const Tensor x = cornu::random::randint({batch * 10, 100}, 1, 8192) * counts;
  train(state, model, x, cornu::random::randint({batch * 10, 1}, 0, 2), batch);
}
void train_lstm(benchmark::State& state) { train_recurrent(state, layers::LSTM(64)); }
BENCHMARK(train_lstm)->Name("W4")->Unit(benchmark::kMillisecond);
void train_gru(benchmark::State& state) { train_recurrent(state, layers::GRU(64)); }
BENCHMARK(train_gru)->Name("W4gru")->Unit(benchmark::kMillisecond);
void train_masked_lstm(benchmark::State& state) { train_recurrent(state, layers::LSTM(64), 50, 50); }
BENCHMARK(train_masked_lstm)->Name("W4masked")->Unit(benchmark::kMillisecond);
void train_lengths_lstm(benchmark::State& state) { train_recurrent(state, layers::LSTM(64), 1, 100); }
BENCHMARK(train_lengths_lstm)->Name("W4lengths")->Unit(benchmark::kMillisecond);
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

// With dropout at a rate of 0 none is in the graph.
cornu::Model encoder(double rate = 0) {
  constexpr int width = 128, heads = 4;
  const auto dropped = [rate](const cornu::SymbolicTensor& x) { return rate > 0 ? layers::Dropout(rate)(x) : x; };
  const auto x = cornu::Input({.shape = {128, width}});
  const auto attended = layers::MultiHeadAttention(heads, width / heads, {.dropout = rate})({x, x});
  const auto seen = layers::LayerNormalization({.epsilon = 1e-5})(layers::Add()({x, dropped(attended)}));
  const auto thought = dropped(layers::Dense(width)(layers::Dense(512, "relu")(seen)));
  const auto block = layers::LayerNormalization({.epsilon = 1e-5})(layers::Add()({seen, thought}));
  return cornu::Model(x, layers::Dense(2)(layers::GlobalAveragePooling1D()(block)));
}

void train_encoder(benchmark::State& state, double rate) {
  cornu::random::set_seed(1);
  cornu::Model model = encoder(rate);
  model.compile("adam", cornu::losses::SparseCategoricalCrossentropy({.from_logits = true}));
  train(state, model, cornu::random::normal({16 * 5, 128, 128}), cornu::random::randint({16 * 5}, 0, 2), 16);
}
void train_plain_encoder(benchmark::State& state) { train_encoder(state, 0); }
BENCHMARK(train_plain_encoder)->Name("W6")->Unit(benchmark::kMillisecond);
void train_dropping_encoder(benchmark::State& state) { train_encoder(state, 0.1); }
BENCHMARK(train_dropping_encoder)->Name("W6drop")->Unit(benchmark::kMillisecond);

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
  const Steps counted(state, 1);
  for (auto _ : state) model.train_on_batch({targets, contexts}, labels);
}
BENCHMARK(train_skip_grams)->Name("W9")->Unit(benchmark::kMicrosecond);

// Words as often as in a text: the i-th with a share of 1/i.
std::vector<std::int32_t> corpus(std::int64_t words) {
  std::vector<double> shares(6000);
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i] = 1 / static_cast<double>(i + 1);
  std::partial_sum(shares.begin(), shares.end(), shares.begin());
  const Tensor drawn = cornu::random::uniform({words}, 0, shares.back());
  std::vector<std::int32_t> ids;
  for (const float at : drawn.values<float>())
    ids.push_back(static_cast<std::int32_t>(std::lower_bound(shares.begin(), shares.end() - 1, at) - shares.begin()));
  return ids;
}

void train_word2vec(benchmark::State& state) {
  constexpr std::int64_t words = 200'000;
  cornu::random::set_seed(1);
  const std::vector<std::int32_t> ids = corpus(words);
  const Tensor labels = cornu::ops::tile(Tensor({{1, 0, 0, 0, 0, 0}}), {256, 1});
  const Steps counted(state, 1);
  for (auto _ : state) {
    cornu::Model model = skip_gram_model();
    model.compile("sgd", cornu::losses::BinaryCrossentropy({.from_logits = true}));
    cornu::text::SkipGrams batches(ids, {.batch_size = 256, .threads = 2});
    while (const auto batch = batches.next())
      model.train_on_batch({batch->target, batch->context},
                           cornu::ops::slice(labels, 0, {.stop = batch->target.dim(0)}));
  }
  state.SetItemsProcessed(state.iterations() * words);
}
BENCHMARK(train_word2vec)->Name("W9all")->Unit(benchmark::kMillisecond);

void predict(benchmark::State& state) {
  cornu::Sequential model = text_classifier();
  const Tensor x = cornu::random::randint({state.range(0), 64}, 0, 8192);
  model.predict(x);
  const Steps counted(state, 1);
  for (auto _ : state) benchmark::DoNotOptimize(model.predict_on_batch(x));
}
BENCHMARK(predict)->Name("W7b")->Arg(1)->Arg(32)->Unit(benchmark::kMicrosecond);

void predict_many(benchmark::State& state, cornu::Model& model, const Tensor& x) {
  model.predict(x, {.steps = 1});
  const Steps counted(state, 1);
  for (auto _ : state) benchmark::DoNotOptimize(model.predict(x));
}
void predict_texts(benchmark::State& state) {
  cornu::Sequential model = text_classifier();
  predict_many(state, model, cornu::random::randint({100'000, 64}, 0, 8192));
}
BENCHMARK(predict_texts)->Name("W7all")->Unit(benchmark::kMillisecond);
void predict_sequences(benchmark::State& state) {
  cornu::random::set_seed(1);
  cornu::Model model = encoder();
  predict_many(state, model, cornu::random::normal({1000, 128, 128}));
}
BENCHMARK(predict_sequences)->Name("W6all")->Unit(benchmark::kMillisecond);

void whole_program(benchmark::State& state) {
  const Steps counted(state, 1);
  for (auto _ : state) {
    cornu::Sequential model = text_classifier();
    model.compile("adam", "binary_crossentropy");
    const Tensor x = cornu::random::randint({10000, 64}, 0, 8192), y = cornu::random::randint({10000, 1}, 0, 2);
    model.fit(x, y, {.epochs = 5, .verbose = 0});
  }
}
BENCHMARK(whole_program)->Name("W8")->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
