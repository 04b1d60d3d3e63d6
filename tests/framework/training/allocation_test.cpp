// A training step in steady state allocates nothing: every call of the C library's allocators is counted.
#include <doctest/doctest.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <functional>

#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/activations/relu.hpp>
#include <cornu/layers/attention/multi_head_attention.hpp>
#include <cornu/layers/convolutional/conv.hpp>
#include <cornu/layers/convolutional/conv_transpose.hpp>
#include <cornu/layers/convolutional/depthwise_conv.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/embedding/embedding_dot.hpp>
#include <cornu/layers/merging/add.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/merging/dot.hpp>
#include <cornu/layers/merging/multiply.hpp>
#include <cornu/layers/normalization/batch_normalization.hpp>
#include <cornu/layers/normalization/group_normalization.hpp>
#include <cornu/layers/normalization/layer_normalization.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/pooling/global_pooling.hpp>
#include <cornu/layers/pooling/pooling.hpp>
#include <cornu/layers/recurrent/bidirectional.hpp>
#include <cornu/layers/recurrent/gru.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/recurrent/simple_rnn.hpp>
#include <cornu/layers/recurrent/time_distributed.hpp>
#include <cornu/layers/regularization/dropout.hpp>
#include <cornu/layers/regularization/spatial_dropout.hpp>
#include <cornu/layers/reshaping/flatten.hpp>
#include <cornu/layers/reshaping/permute.hpp>
#include <cornu/layers/reshaping/zero_padding2d.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/lamb.hpp>
#include <cornu/optim/muon.hpp>
#include <cornu/optim/schedules/cosine_decay.hpp>
#include <cornu/optim/sgd.hpp>

#if defined(__SANITIZE_ADDRESS__)
#define CORNU_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CORNU_SANITIZED 1
#endif
#endif

#ifndef CORNU_SANITIZED  // the sanitizer's allocators must stay, and the pools are off

namespace {
thread_local bool counting = false;
thread_local std::size_t allocations = 0;
void note() { allocations += counting ? 1 : 0; }
}  // namespace

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) noexcept {
  note();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  note();
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) noexcept {
  note();
  return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  note();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
  note();
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}
}

using namespace cornu;
using layers::Dense;

namespace {

// Counts from the middle of one batch to the middle of another: whole steps, and what fit does between them.
class Count final : public metrics::Metric {
 public:
  Count(int first, int last) : Metric("count"), first_(first), last_(last) {}
  void update_state(const Tensor&, const Tensor&, const Tensor&) override {
    ++batch_;
    if (batch_ == first_) allocations = 0;
    counting = batch_ >= first_ && batch_ < last_;
    steps += counting ? 1 : 0;
  }
  double result() const override { return static_cast<double>(allocations); }
  void reset_state() override { batch_ = 0; }

  int steps = 0;

 private:
  int first_, last_, batch_ = 0;
};

std::size_t allocations_in_fit(const Handle<optim::Optimizer>& optimizer, bool mask_zero, std::int64_t words = 500) {
  random::set_seed(1);
  const Tensor ids = random::randint({20 * 32, 40}, 0, words), labels = random::randint({20 * 32, 1}, 0, 2);
  Sequential model{layers::Embedding(words, 16, {.mask_zero = mask_zero}), layers::GlobalAveragePooling1D(),
                   Dense(16, "relu"), Dense(1, "sigmoid")};
  const auto count = std::make_shared<Count>(3, 20);
  model.compile(optimizer, "binary_crossentropy", {"accuracy", count});
  model.fit(ids, labels, {.verbose = 0});
  CHECK(count->steps == 17);
  return allocations;
}

// With 16 units: for a few columns more than a multiple of 16 OpenBLAS takes memory itself on CPUs with AVX-512.
template <class L>
std::size_t allocations_in_recurrent_fit(std::function<L()> layer) {
  random::set_seed(1);
  const Tensor ids = random::randint({20 * 8, 10}, 0, 50), labels = random::randint({20 * 8, 1}, 0, 2);
  Sequential model{layers::Embedding(50, 16, {.mask_zero = true}), layer(), Dense(1, "sigmoid")};
  const auto count = std::make_shared<Count>(3, 20);
  model.compile("adam", "binary_crossentropy", {count});
  model.fit(ids, labels, {.batch_size = 8, .verbose = 0});
  CHECK(count->steps == 17);
  return allocations;
}

std::size_t allocations_in_convolutional_fit() {
  random::set_seed(1);
  const Tensor images = random::normal({20 * 8, 8, 8, 1}), labels = random::randint({20 * 8, 1}, 0, 2);
  Sequential model{layers::Conv2D(16, 3, {.padding = "same", .activation = "relu"}),
                   layers::MaxPooling2D(),
                   layers::DepthwiseConv2D(3, {.data_format = "channels_first"}),
                   layers::Conv2DTranspose(16, 2, {.strides = 2}),
                   layers::AveragePooling2D(2),
                   layers::Conv2D(16, 1),
                   layers::GlobalAveragePooling2D(),
                   Dense(1, "sigmoid")};
  const auto count = std::make_shared<Count>(3, 20);
  model.compile("adam", "binary_crossentropy", {count});
  model.fit(images, labels, {.batch_size = 8, .verbose = 0});
  CHECK(count->steps == 17);
  return allocations;
}

// What lies between the convolutions of a network: normalisation, noise, margins, axes in another order, and a layer
// that is called a step at a time.
std::size_t allocations_between_convolutions() {
  random::set_seed(1);
  const Tensor images = random::normal({20 * 8, 8, 8, 4}), labels = random::randint({20 * 8, 1}, 0, 2);
  Sequential model{layers::BatchNormalization(),
                   layers::ReLU(),
                   layers::MaxPooling2D({.strides = 1}),
                   layers::ZeroPadding2D({.padding = {{1, 0}, {0, 1}}}),
                   layers::SpatialDropout2D(0.2),
                   layers::GroupNormalization({.groups = 2}),
                   layers::Permute({3, 1, 2}),
                   layers::TimeDistributed(Dense(6, "relu")),
                   layers::Flatten({.data_format = "channels_first"}),
                   Dense(1, "sigmoid")};
  const auto count = std::make_shared<Count>(3, 20);
  model.compile("adam", "binary_crossentropy", {count});
  model.fit(images, labels, {.batch_size = 8, .verbose = 0});
  CHECK(count->steps == 17);
  return allocations;
}

// One embedding for two inputs, layers that join, masks on the way, several outputs. So few words that each batch has
// them all.
std::size_t allocations_in_functional_fit(bool profile = false) {
  random::set_seed(1);
  const auto embedding = std::make_shared<layers::Embedding>(100, 16, layers::EmbeddingOptions{.mask_zero = true});
  const auto question = Input({.shape = {None}, .dtype = int32}), answer = Input({.shape = {None}, .dtype = int32});
  const auto q = (*embedding)(question), a = (*embedding)(answer);
  const auto pooled = layers::GlobalAveragePooling1D()(q), other = layers::GlobalAveragePooling1D()(a);
  const auto both = layers::Concatenate()({pooled, other, layers::Multiply()({pooled, other})});
  Model model({question, answer}, {Dense(1, "sigmoid")(both), layers::Dot(1, {.normalize = true})({pooled, other}),
                                   Dense(1)(layers::Add()({q, Dense(16)(q)}))});
  const auto count = std::make_shared<Count>(3, 20);
  model.compile({.loss = "mse", .loss_weights = {1, 0.5, 2}, .metrics = {"mae", {count}, {}}});
  const std::int64_t samples = 20 * 32;
  const Tensor labels = random::uniform({samples, 1}), tags = random::uniform({samples, 40, 1});
  const Tensor qs = random::randint({samples, 40}, 0, 100), as = random::randint({samples, 30}, 0, 100);
  model.fit({qs, as}, {labels, labels, tags}, {.verbose = 0, .profile = profile});
  CHECK(count->steps == 17);
  return allocations;
}

// An encoder of words and their places: attention under the words' mask, and two dense layers, each added to its input.
std::size_t allocations_in_encoder_fit(const layers::MultiHeadAttentionOptions& options) {
  random::set_seed(1);
  constexpr std::int64_t samples = 20 * 8, steps = 16;
  const auto ids = Input({.shape = {steps}, .dtype = int32}), places = Input({.shape = {steps}, .dtype = int32});
  const auto x = layers::Embedding(50, 16, {.mask_zero = true})(ids) + layers::Embedding(steps, 16)(places);
  const auto attended = layers::MultiHeadAttention(2, 16, options)({x, x}, {.use_causal_mask = true});
  const auto y = layers::LayerNormalization()(x + layers::Dropout(options.dropout)(attended));
  const auto z = layers::LayerNormalization()(y + Dense(16)(Dense(32, "gelu")(y)));
  Model model({ids, places}, Dense(1, "sigmoid")(layers::GlobalAveragePooling1D()(z)));
  const auto count = std::make_shared<Count>(3, 20);
  model.compile("adam", "binary_crossentropy", {count});
  model.fit({random::randint({samples, steps}, 0, 50), random::randint({samples, steps}, 0, steps)},
            random::randint({samples, 1}, 0, 2), {.batch_size = 8, .verbose = 0});
  CHECK(count->steps == 17);
  return allocations;
}

// Candidates scored against a vector, as in word2vec: one table read by rows, the other multiplied with.
std::size_t allocations_in_scoring_fit(const Handle<optim::Optimizer>& optimizer) {
  random::set_seed(1);
  const auto word = Input({.dtype = int32}), candidates = Input({.shape = {6}, .dtype = int32});
  const auto vector = layers::Embedding(500, 20)(word);
  Model model({word, candidates}, layers::EmbeddingDot(500, 20)({candidates, vector}));
  const auto count = std::make_shared<Count>(3, 20);
  model.compile(optimizer, losses::BinaryCrossentropy({.from_logits = true}), {count});
  const std::int64_t samples = 20 * 32;
  const Tensor words = random::randint({samples}, 0, 500), others = random::randint({samples, 6}, 0, 500);
  model.fit({words, others}, random::randint({samples, 6}, 0, 2), {.verbose = 0});
  CHECK(count->steps == 17);
  return allocations;
}

}  // namespace

TEST_CASE("allocation: the counter counts") {
  counting = true;
  allocations = 0;
  const Tensor big = Tensor::uninitialized({17'000'000}, float32);  // so large a block is never one used before
  const std::vector<int> numbers(3);
  const int* const volatile seen = numbers.data();  // or the compiler may do without the vector
  counting = false;
  CHECK(seen != nullptr);
  CHECK(allocations >= 2);
}

TEST_CASE("allocation: a training step in fit allocates nothing once it is warm") {
  CHECK(allocations_in_fit("adam", true) == 0);
  CHECK(allocations_in_fit("adam", false) == 0);
  CHECK(allocations_in_fit("adam", true, 20000) == 0);  // more words than a table of places is worth
  CHECK(allocations_in_fit(optim::Adam({.amsgrad = true, .global_clipnorm = 1}), true) == 0);
  for (const char* name : {"adadelta", "adafactor", "adagrad", "adamax", "adamw", "ftrl", "lamb", "lion", "muon",
                           "nadam", "rmsprop", "schedulefreeadamw"}) {
    CAPTURE(name);
    CHECK(allocations_in_fit(name, true) == 0);
  }
  CHECK(allocations_in_fit(optim::Muon({.exclude_embeddings = false}), true) == 0);
  CHECK(allocations_in_fit(optim::Lamb({.learning_rate = optim::schedules::CosineDecay(0.1, 10), .clipnorm = 1}),
                           true) == 0);
  CHECK(allocations_in_fit(optim::SGD({.momentum = 0.9, .clipnorm = 1}), true) == 0);
}

TEST_CASE("allocation: nor do recurrent layers") {
  using namespace layers;
  CHECK(allocations_in_recurrent_fit<SimpleRNN>([] { return SimpleRNN(16, {.dropout = 0.1}); }) == 0);
  CHECK(allocations_in_recurrent_fit<LSTM>([] { return LSTM(16, {.go_backwards = true}); }) == 0);
  CHECK(allocations_in_recurrent_fit<GRU>([] { return GRU(16, {.stateful = true}); }) == 0);
  CHECK(allocations_in_recurrent_fit<Bidirectional>([] { return Bidirectional(LSTM(16)); }) == 0);
  CHECK(allocations_in_recurrent_fit<LSTM>([] { return LSTM(16, {.activation = "relu"}); }) == 0);
  CHECK(allocations_in_recurrent_fit<GRU>([] { return GRU(16, {.recurrent_dropout = 0.1}); }) == 0);
}

TEST_CASE("allocation: nor do convolutions and pooling") { CHECK(allocations_in_convolutional_fit() == 0); }

TEST_CASE("allocation: nor do normalisation, margins, noise and other orders of axes") {
  CHECK(allocations_between_convolutions() == 0);
}

TEST_CASE("allocation: nor does an encoder, with masks and dropout") {
  CHECK(allocations_in_encoder_fit({}) == 0);
  CHECK(allocations_in_encoder_fit({.dropout = 0.1, .sliding_window = 4, .use_gate = true}) == 0);
}

TEST_CASE("allocation: neither does one of a functional model") { CHECK(allocations_in_functional_fit() == 0); }

TEST_CASE("allocation: nor one that is profiled") { CHECK(allocations_in_functional_fit(true) == 0); }

TEST_CASE("allocation: neither do products with rows that ids pick") {
  CHECK(allocations_in_scoring_fit("sgd") == 0);
  CHECK(allocations_in_scoring_fit("adam") == 0);
}

#endif
