#include <cornu/framework/text/text_vectorization.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <map>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/fields.hpp"
#include "tests/support/fixture.hpp"

using cornu::Shape;
using cornu::StateError;
using cornu::Tensor;
using cornu::ValueError;
using cornu::text::TextVectorization;
using cornu::text::TextVectorizationOptions;
using Strings = std::vector<std::string>;

namespace {

const std::map<std::string, TextVectorizationOptions> cases{
    {"default", {}},
    {"lower", {.standardize = "lower"}},
    {"strip_punctuation", {.standardize = "strip_punctuation"}},
    {"as_it_is", {.standardize = std::nullopt}},
    {"characters", {.standardize = std::nullopt, .split = "character"}},
    {"whole_texts", {.split = std::nullopt}},
    {"pairs_too", {.ngrams = 2}},
    {"pairs_alone", {.ngrams = {2}}},
    {"threes_and_ones", {.ngrams = {3, 1}}},
    {"cut", {.output_sequence_length = 3}},
    {"padded", {.output_sequence_length = 12}},
    {"few_tokens", {.max_tokens = 5}},
    {"multi_hot", {.output_mode = "multi_hot"}},
    {"count", {.max_tokens = 6, .output_mode = "count"}},
    {"count_padded", {.max_tokens = 40, .output_mode = "count", .pad_to_max_tokens = true}},
    {"tf_idf", {.output_mode = "tf_idf"}},
    {"tf_idf_padded", {.max_tokens = 40, .output_mode = "tf_idf", .pad_to_max_tokens = true}},
    {"given", {.vocabulary = {"cat", "the", "dog"}}},
    {"given_with_special_tokens", {.vocabulary = {"", "[UNK]", "cat", "the"}}},
    {"given_weights", {.output_mode = "tf_idf", .vocabulary = {"cat", "the"}, .idf_weights = {1, 3}}},
    {"given_weights_with_unknown",
     {.output_mode = "tf_idf", .vocabulary = {"[UNK]", "cat", "the"}, .idf_weights = {5, 1, 3}}},
};

void check_close(const Tensor& got, const Tensor& expected) {
  REQUIRE(got.shape() == expected.shape());
  const Tensor a = got.astype(cornu::float64), b = expected.astype(cornu::float64);
  for (std::int64_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    CHECK(a.data<double>()[i] == doctest::Approx(b.data<double>()[i]).epsilon(1e-6));
  }
}

}  // namespace

TEST_CASE("TextVectorization: vocabulary and output as Keras's, for every option") {
  const cornu::testing::Fixture keras("text");
  const auto words = cornu::testing::fixture_fields("text_words");
  const Strings texts = words.at("texts");
  CHECK(keras.names("output/").size() == cases.size());
  for (const auto& each : cases) {
    const auto& name = each.first;
    const auto& options = each.second;
    CAPTURE(name);
    TextVectorization vectorize(options);
    if (options.vocabulary.empty()) vectorize.adapt(texts);
    CHECK(vectorize.get_vocabulary() == words.at(name));
    CHECK(vectorize.vocabulary_size() == static_cast<std::int64_t>(words.at(name).size()));
    Strings more = texts;
    more.push_back("zebra cat");
    const Tensor output = vectorize(more);
    CHECK(output.dtype() == (options.output_mode == "int" ? cornu::int32 : cornu::float32));
    check_close(output, keras.tensor("output/" + name));
  }
}

TEST_CASE("TextVectorization: tokens of one frequency stand in the reverse order of their bytes, as in Keras") {
  TextVectorization vectorize;
  vectorize.adapt({"d b", "c a a"});
  CHECK(vectorize.get_vocabulary() == Strings{"", "[UNK]", "a", "d", "c", "b"});
}

TEST_CASE("TextVectorization: functions of the user's standardize and split") {
  TextVectorization vectorize({.standardize = [](const std::string& text) { return "x" + text; },
                               .split =
                                   [](const std::string& text) {
                                     const std::size_t comma = text.find(',');
                                     return Strings{text.substr(0, comma), text.substr(comma + 1)};
                                   }});
  vectorize.adapt({"a,b", "c,b"});
  CHECK(vectorize.get_vocabulary() == Strings{"", "[UNK]", "b", "xc", "xa"});
  CHECK(vectorize.tokenize("1,2") == Strings{"x1", "2"});
}

TEST_CASE("TextVectorization: adapting again forgets, setting replaces") {
  TextVectorization vectorize;
  vectorize.adapt({"old words"});
  vectorize.adapt({"new"});
  CHECK(vectorize.get_vocabulary() == Strings{"", "[UNK]", "new"});
  CHECK(vectorize.get_vocabulary(false) == Strings{"new"});
  vectorize.set_vocabulary({"other", "words"});
  CHECK(vectorize.get_vocabulary(false) == Strings{"other", "words"});
  vectorize.adapt({});
  CHECK(vectorize.get_vocabulary() == Strings{"", "[UNK]"});
  CHECK(vectorize({"a"}).at<std::int32_t>(0, 0) == 1);
}

TEST_CASE("TextVectorization: the special tokens are not learnt from texts") {
  TextVectorization vectorize({.standardize = std::nullopt, .split = std::nullopt});
  vectorize.adapt({"", "[UNK]", "[UNK]", "a"});
  CHECK(vectorize.get_vocabulary() == Strings{"", "[UNK]", "a"});
  CHECK(vectorize({"", "[UNK]", "a"}).to_vector<std::int32_t>() == std::vector<std::int32_t>{0, 1, 2});
}

TEST_CASE("TextVectorization: no texts, and texts without tokens") {
  TextVectorization ids, bags({.output_mode = "multi_hot"});
  ids.set_vocabulary({"a"});
  bags.set_vocabulary({"a"});
  CHECK(ids({}).shape() == Shape{0, 0});
  CHECK(ids({"", " ?! "}).shape() == Shape{2, 0});
  CHECK(TextVectorization({.output_sequence_length = 4, .vocabulary = {"a"}})({}).shape() == Shape{0, 4});
  CHECK(bags({}).shape() == Shape{0, 2});
}

TEST_CASE("TextVectorization: a call before there is a vocabulary, and adapt over a given one") {
  CHECK_THROWS_AS(TextVectorization()({"a"}), StateError);
  TextVectorization given({.vocabulary = {"a"}});
  CHECK_THROWS_AS(given.adapt({"b"}), StateError);
  CHECK(given.get_vocabulary(false) == Strings{"a"});
}

TEST_CASE("TextVectorization: options that it refuses") {
  const auto refused = [](const TextVectorizationOptions& options) {
    CHECK_THROWS_AS(TextVectorization{options}, ValueError);
  };
  refused({.max_tokens = 1});
  refused({.standardize = "upper"});
  refused({.standardize = ""});
  refused({.split = "words"});
  refused({.ngrams = 0});
  refused({.ngrams = {2, -1}});
  refused({.ngrams = std::numeric_limits<int>::max()});
  refused({.ngrams = {1, 10'001}});
  refused({.output_mode = "binary"});
  refused({.output_sequence_length = 0});
  refused({.output_mode = "count", .output_sequence_length = 3});
  refused({.output_mode = "count", .pad_to_max_tokens = true});
  refused({.output_mode = "tf_idf", .vocabulary = {"a"}});
  refused({.idf_weights = {1}});
}

TEST_CASE("TextVectorization: vocabularies that it refuses leave the old one") {
  TextVectorization vectorize({.max_tokens = 4});
  vectorize.set_vocabulary({"old"});
  CHECK_THROWS_AS(vectorize.set_vocabulary({}), ValueError);
  CHECK_THROWS_AS(vectorize.set_vocabulary({"a", "b", "a"}), ValueError);
  CHECK_THROWS_AS(vectorize.set_vocabulary({"a", ""}), ValueError);
  CHECK_THROWS_AS(vectorize.set_vocabulary({"a", "b", "c"}), ValueError);
  CHECK_THROWS_AS(vectorize.set_vocabulary({"a"}, {1.f}), ValueError);
  CHECK(vectorize.get_vocabulary() == Strings{"", "[UNK]", "old"});
  TextVectorization weighted({.output_mode = "tf_idf"});
  CHECK_THROWS_AS(weighted.set_vocabulary({"a", "b"}, {1.f}), ValueError);
  CHECK_THROWS_AS(weighted.adapt({"", ""}), ValueError);
  CHECK(weighted.vocabulary_size() == 0);
}
