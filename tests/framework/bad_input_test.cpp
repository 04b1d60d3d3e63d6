// What a user gets wrong: one clear error each, and weights that have not changed by a bit.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/framework/text/read_tsv.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>

#include "tests/support/line.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using layers::Dense;
using layers::Embedding;
using testing::message_of;
using testing::TemporaryFolder;

namespace {

Sequential uncompiled() {
  random::set_seed(1);
  Sequential model{Embedding(10000, 16, {.mask_zero = true, .name = "tokens"}), layers::GlobalAveragePooling1D(),
                   Dense(16, "relu"), Dense(1, "sigmoid")};
  model.build({None, 8});
  return model;
}

// A model after some training, so that the optimizer has a state to lose.
Sequential classifier() {
  Sequential model = uncompiled();
  model.compile("adam", "binary_crossentropy", {"accuracy"});
  model.fit(random::randint({40, 8}, 0, 10000), random::randint({40, 1}, 0, 2), {.batch_size = 8, .verbose = 0});
  return model;
}

std::vector<Tensor> state_of(Sequential& model) {
  std::vector<Tensor> state = model.get_weights();
  for (const Variable& variable : model.optimizer().variables()) state.push_back(variable.peek());
  return state;
}

// The error's text, after which all weights and the optimizer must be what they were.
template <class E, class F>
std::string refusal(Sequential& model, F action) {
  const std::vector<Tensor> before = state_of(model);
  const std::string text = message_of<E>(action);
  CHECK(testing::line::same(before, state_of(model)));
  return text;
}

// 40 samples of 8 words, one of them `id`, the labels 0 but one, which is `label`.
Tensor ids_with(std::int32_t id) {
  Tensor ids = Tensor::full({40, 8}, 7, int32);
  ids.mutable_data<std::int32_t>()[35 * 8 + 2] = id;
  return ids;
}
Tensor labels_with(float label) {
  Tensor labels = Tensor::zeros({40, 1});
  labels.mutable_data<float>()[37] = label;
  return labels;
}

}  // namespace

TEST_CASE("bad input: an id beyond the vocabulary, or below it, is named with its place and the limit") {
  Sequential model = classifier();
  for (const std::int32_t id : {10000, -1}) {
    const Tensor ids = ids_with(id);
    const auto expected = fmt::format(
        "[Embedding 'tokens'] id {} at (35, 2) is outside the vocabulary; expected 0 … "
        "9999; raise input_dim or map unknown words to one id",
        id);
    CHECK(refusal<IndexError>(model, [&] { model.fit(ids, labels_with(0), {.verbose = 0}); }) == expected);
    CHECK(refusal<IndexError>(model, [&] { model.evaluate(ids, labels_with(0)); }) == expected);
    CHECK(refusal<IndexError>(model, [&] { model.predict(ids); }) == expected);
    CHECK(refusal<IndexError>(model, [&] { model.predict(ids, {.batch_size = 40}); }) == expected);
    CHECK(refusal<IndexError>(model, [&] { model.train_on_batch(ids, labels_with(0)); }) == expected);
  }
}

TEST_CASE("bad input: an id beyond the vocabulary in the validation data stops fit before its first step") {
  Sequential model = classifier();
  const ValidationData data{ids_with(10000), labels_with(0)};
  CHECK(refusal<IndexError>(model, [&] {
          model.fit(ids_with(1), labels_with(0), {.verbose = 0, .validation_data = data});
        }).starts_with("[Embedding 'tokens'] id 10000 at (35, 2) is outside the vocabulary"));
}

TEST_CASE("bad input: a ragged list names the row") {
  const std::vector<std::vector<int>> rows{{1, 2, 3}, {4, 5, 6}, {7, 8}};
  CHECK(message_of<ShapeError>([&] { Tensor tensor(rows); }) ==
        "[Tensor] ragged list; got 2 elements in row 2; expected 3 as in the rows before; pad the rows to one length");
  CHECK_THROWS_AS(Tensor({{1, 2}, {3}}), ShapeError);
}

TEST_CASE("bad input: a label outside [0, 1] names the sample") {
  Sequential model = classifier();
  for (const float label : {1.5f, -1.f}) {
    const auto expected = fmt::format(
        "[binary_crossentropy] labels must lie in 0 … 1; got {} in sample 37; expected 0, 1 or "
        "a probability; for more than two classes use "
        "sparse_categorical_crossentropy",
        label);
    CHECK(refusal<ValueError>(model, [&] { model.fit(ids_with(1), labels_with(label), {.verbose = 0}); }) == expected);
    CHECK(refusal<ValueError>(model, [&] { model.evaluate(ids_with(1), labels_with(label)); }) == expected);
    CHECK(refusal<ValueError>(model, [&] { model.train_on_batch(ids_with(1), labels_with(label)); }) == expected);
  }
  CHECK_FALSE(
      refusal<ValueError>(model, [&] { model.fit(ids_with(1), labels_with(std::nanf("")), {.verbose = 0}); }).empty());
}

TEST_CASE("bad input: a label that is no class names the sample") {
  Sequential model{Dense(3, "softmax")};
  model.compile("sgd", "sparse_categorical_crossentropy");
  model.build({None, 2});
  CHECK(refusal<IndexError>(model,
                            [&] {
                              model.fit(Tensor::ones({4, 2}), Tensor({0, 1, 3, 2}), {.verbose = 0});
                            }) ==
        "[sparse_categorical_crossentropy] labels must be class ids; got 3 in sample 2; expected 0 … 2, because the "
        "predictions have 3 classes");
}

TEST_CASE("bad input: a file that is missing, empty, without a tab or not UTF-8 is named, with the line") {
  const TemporaryFolder folder;
  const auto error = [&](std::string_view text) {
    const std::string path = folder.write("reviews.tsv", text);
    const std::string message = message_of<FileError>([&] { text::read_tsv(path); });
    CHECK(message.find(path) != std::string::npos);
    return message;
  };
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  const std::string missing = folder.path("nowhere.tsv");
  CHECK(has(message_of<FileError>([&] { text::read_tsv(missing); }), missing.c_str()));
  CHECK(has(error(""), "is empty; got no line; expected label <TAB> text on each line"));
  CHECK(has(error("1\tgood\n0 bad\n"), "line 2: the line has no tab; got \"0 bad\"; expected label <TAB> text"));
  CHECK(has(error("1\tgood\n0\tb\xE4"
                  "d\n"),
            "line 2: the line is not UTF-8; got byte 0xE4 at column 4; convert the file to UTF-8"));
  CHECK(has(error("good\tfilm\n"), "line 1: the label is not a number; got \"good\""));
}

TEST_CASE("bad input: a model without compile says what to call") {
  Sequential model = uncompiled();
  const std::vector<Tensor> before = model.get_weights();
  const Tensor x = ids_with(1), y = labels_with(1);
  const char* const text = "] the model is not compiled; call compile(optimizer, loss, metrics) first";
  CHECK(message_of<StateError>([&] { model.fit(x, y); }) == std::string("[fit") + text);
  CHECK(message_of<StateError>([&] { model.evaluate(x, y); }) == std::string("[evaluate") + text);
  CHECK(message_of<StateError>([&] { model.train_on_batch(x, y); }) == std::string("[train_on_batch") + text);
  CHECK(message_of<StateError>([&] { model.test_on_batch(x, y); }) == std::string("[test_on_batch") + text);
  CHECK(testing::line::same(model.get_weights(), before));
  CHECK(model.predict(x).shape() == Shape{40, 1});
}

TEST_CASE("bad input: set_weights of another number or shape names the weight") {
  Sequential model = classifier();
  std::vector<Tensor> weights = model.get_weights();
  for (Tensor& weight : weights) weight = weight + 1;
  std::vector<Tensor> fewer(weights.begin(), weights.end() - 1), wrong = weights;
  wrong.back() = Tensor::zeros({2});
  CHECK(refusal<ShapeError>(model, [&] { model.set_weights(fewer); }) ==
        "[Sequential] wrong number of weights; got 4; expected 5: 'tokens/embeddings' (10000, 16), 'dense/kernel' (16, "
        "16), 'dense/bias' (16,), 'dense_1/kernel' (16, 1), 'dense_1/bias' (1,)");
  CHECK(refusal<ShapeError>(model, [&] { model.set_weights(wrong); }) ==
        "[Sequential] wrong shape for weight 4 'bias'; got (2,); expected (1,)");
}

TEST_CASE("bad input: a validation_split of 1 leaves nothing to train on") {
  Sequential model = classifier();
  for (const double split : {1., 1.5}) {
    const auto expected = fmt::format(
        "[fit] validation_split leaves nothing to train on; got {}; expected 0 up to, but "
        "not including, 1",
        split);
    CHECK(refusal<ValueError>(model, [&] {
            model.fit(ids_with(1), labels_with(0), {.verbose = 0, .validation_split = split});
          }) == expected);
  }
}

TEST_CASE("bad input: a target of another shape than the output is told with both") {
  Sequential model = classifier();
  const std::string text = refusal<ShapeError>(model, [&] {
    model.fit(ids_with(1), Tensor::zeros({40, 3}), {.verbose = 0});
  });
  CHECK(text.starts_with("[binary_crossentropy] labels and predictions have different shapes; got y_true (40, 3)"));
}

TEST_CASE("bad input: weights of losses and classes that are no numbers") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  Sequential model = classifier();
  const Tensor x = random::randint({8, 8}, 0, 10000), y = random::randint({8, 1}, 0, 2);
  CHECK(refusal<ValueError>(model, [&] {
          model.fit(x, y, {.verbose = 0, .class_weight = {{0, nan}}});
        }) == "[fit] a class weight cannot be used; got nan for class 0; expected finite numbers from 0 on");
  CHECK_THROWS_AS(uncompiled().compile({.optimizer = "adam", .loss = "binary_crossentropy", .loss_weights = {nan}}),
                  ValueError);
}

TEST_CASE("bad input: sample weights that are no numbers name the sample, and nothing has changed") {
  Sequential model{Dense(1)};
  model.build({None, 2});
  model.compile("sgd", "mse", {"mae"});
  const std::vector<Tensor> before = model.get_weights();
  const Tensor x = Tensor::ones({3, 2}), y = Tensor::ones({3, 1});
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    const Tensor weights({1., bad, 1.}, float32), column = ops::reshape(weights.astype(float64), {3, 1});
    CHECK(message_of<ValueError>([&] { model.fit(x, y, {.verbose = 0, .sample_weight = weights}); }) ==
          fmt::format("[fit] a sample weight is no number; got {} for sample 1; expected finite ones", bad));
    CHECK_THROWS_AS(model.fit(x, y, {.verbose = 0, .sample_weight = column}), ValueError);
    CHECK_THROWS_AS(model.fit(x, y, {.verbose = 0, .class_weight = {{1, 2.}}, .sample_weight = weights}), ValueError);
    CHECK_THROWS_AS(model.fit(x, y, {.verbose = 0, .validation_data = ValidationData{x, y, weights}}), ValueError);
    CHECK_THROWS_AS(model.evaluate(x, y, {.sample_weight = weights}), ValueError);
    CHECK_THROWS_AS(model.train_on_batch(x, y, {.sample_weight = weights}), ValueError);
    CHECK_THROWS_AS(model.test_on_batch(x, y, {.sample_weight = weights}), ValueError);
  }
  CHECK(ops::array_equal(model.get_weights()[0], before[0]));
  CHECK(model.optimizer().iterations() == 0);
}

TEST_CASE("bad input: a vocabulary is remapped by rows that there are, built or not") {
  Embedding built(3, 2, {.weights = Tensor::ones({3, 2})}), unbuilt(3, 2);
  CHECK_THROWS_AS(built.remap_vocabulary({0, 7}), IndexError);
  CHECK_THROWS_AS(unbuilt.remap_vocabulary({0, 7}), IndexError);
  CHECK(unbuilt.input_dim() == 3);
}

TEST_CASE("bad input: predict of no samples gives no predictions, with a bar and without") {
  Sequential model = uncompiled();
  for (const int verbose : {0, 1})
    CHECK(model.predict(Tensor::zeros({0, 8}, int32), {.verbose = verbose}).shape() == Shape{0, 1});
}
