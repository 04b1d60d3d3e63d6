#include <cornu/framework/explore/vectors/fasttext.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <optional>
#include <string>

#include <cornu/framework/explore/vectors/subwords.hpp>

#include "tests/support/bytes.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/peak_memory.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::Shape;
using cornu::Tensor;
using cornu::explore::BadUtf8;
using cornu::explore::EmbeddingTable;
using cornu::explore::FastText;
using cornu::explore::for_each_subword;
using cornu::explore::read_fasttext;
using cornu::explore::SubwordOptions;
using cornu::testing::contains;
using cornu::testing::Fixture;
using cornu::testing::fixture_path;
using cornu::testing::Floats;
using cornu::testing::megabyte;
using cornu::testing::message_of;
using cornu::testing::peak_memory_of;
using cornu::testing::Strings;
using cornu::testing::TemporaryFolder;

namespace {

template <class T>
void append(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

// A file as fastText writes it; `matrix` are the rows of words and buckets.
struct Parts {
  std::optional<std::int32_t> magic = 793712314;
  std::int32_t version = 12, width = 1, model = 2, buckets = 0, shortest = 0, longest = 0, labels = 0;
  Strings words = {"a", "b"};
  std::int64_t pruned = -1;
  std::int8_t type = 0, quantised = 0;
  Floats matrix = {1, 2};
  std::optional<std::int64_t> said_rows = {};
  std::int64_t output_rows = 0;

  std::string bytes() const {
    std::string text;
    if (magic) append(text, *magic);
    if (magic) append(text, version);
    for (const std::int32_t option : {width, 5, 5, 1, 5, 1, 2, model, buckets, shortest, longest, 100})
      append(text, option);
    append(text, 1e-4);
    const auto count = static_cast<std::int32_t>(words.size());
    for (const std::int32_t size : {count + labels, count, labels}) append(text, size);
    append(text, std::int64_t{100});
    if (magic) append(text, pruned);
    for (const std::string& word : words) {
      text += word + '\0';
      append(text, std::int64_t{7});
      append(text, type);
    }
    if (magic) append(text, quantised);
    append(text, said_rows ? *said_rows : static_cast<std::int64_t>(matrix.size()) / width);
    append(text, std::int64_t{width});
    for (const float number : matrix) append(text, number);
    if (magic) append(text, std::int8_t{0});
    append(text, output_rows);
    append(text, std::int64_t{width});
    return text;
  }
};

FastText read(const std::string& bytes, BadUtf8 on_bad_utf8 = BadUtf8::refuse) {
  const TemporaryFolder folder;  // the file may be removed while it is in use
  return read_fasttext(folder.write("m.bin", bytes), on_bad_utf8);
}

std::string error_of(const Parts& parts) {
  return message_of<FileError>([&] { read(parts.bytes()); });
}

void check_close(const Tensor& got, const Tensor& expected) {
  REQUIRE(got.shape() == expected.shape());
  for (std::int64_t i = 0; i < got.size(); ++i)
    CHECK(std::abs(got.at<float>(i) - expected.at<float>(i)) <= 1e-7f * (1 + std::abs(expected.at<float>(i))));
}

std::int64_t subwords(std::string_view word, const SubwordOptions& options) {
  std::int64_t count = 0;
  for_each_subword(word, options, [&](std::int64_t bucket) { count += bucket < options.buckets; });
  return count;
}

const Strings fixture_words{"the", "on", "</s>", "cat", "sat", "mat", "naïve", "dog", "日本", "a", "café"};
const Strings unknown{"cats", "日", "caféteria", "x", ""};

}  // namespace

TEST_CASE("fasttext: vectors of known and unknown words are fastText's") {
  const Fixture expected("vectors");
  for (const std::string name : {"fasttext", "cbow"}) {
    const FastText model = read_fasttext(fixture_path("vectors/" + name + ".bin"));
    CHECK(model.words() == fixture_words);
    CHECK(model.dimension() == 3);
    for (std::size_t i = 0; i < fixture_words.size(); ++i)
      check_close(model.vector(fixture_words[i]), expected.tensor(name + "/known/" + std::to_string(i)));
    for (std::size_t i = 0; i < unknown.size(); ++i)
      check_close(model.vector(unknown[i]), expected.tensor(name + "/unknown/" + std::to_string(i)));
  }
}

TEST_CASE("fasttext: a table of the vocabulary, or of any words") {
  const FastText model = read_fasttext(fixture_path("vectors/fasttext.bin"));
  const EmbeddingTable all = model.table(), some = model.table({"cats", "dog", "cats", ""});
  CHECK(all.words() == fixture_words);
  CHECK(all.vectors().shape() == Shape{11, 3});
  CHECK(some.words() == Strings{"cats", "dog", ""});  // "<>" is an n-gram
  CHECK(some.vectors().at<float>(0, 2) == model.vector("cats").at<float>(2));
  CHECK(some.vectors().at<float>(1, 0) == model.vector("dog").at<float>(0));
  CHECK(model.contains("dog"));
  CHECK_FALSE(model.contains("cats"));
  CHECK(read_fasttext(fixture_path("vectors/cbow.bin")).table({"cats", "dog"}).words() == Strings{"dog"});
  CHECK(model.table(Strings{}).vectors().shape() == Shape{0, 3});
}

TEST_CASE("fasttext: n-grams are of characters, and \"<\" and \">\" alone are none") {
  CHECK(subwords("a", {.shortest = 1, .longest = 1, .buckets = 1000}) == 1);     // a
  CHECK(subwords("日本", {.shortest = 2, .longest = 3, .buckets = 1000}) == 5);  // <日 日本 本> <日本 日本>
  CHECK(subwords("", {.shortest = 1, .longest = 6, .buckets = 1000}) == 1);      // <>
  CHECK(subwords("abc", {.shortest = 6, .longest = 6, .buckets = 1000}) == 0);
  CHECK(subwords("abc", {.shortest = 3, .longest = 6, .buckets = 0}) == 0);
  CHECK(subwords("abc", {.shortest = 0, .longest = 0, .buckets = 10}) == 0);
}

TEST_CASE("fasttext: files of older versions have no magic number, and make n-grams of the line's end") {
  const Parts newer{.buckets = 1, .shortest = 2, .longest = 2, .words = {"</s>", "b"}, .matrix = {1, 2, 7}};
  Parts older = newer;
  older.magic = std::nullopt;
  CHECK(read(newer.bytes()).vector("b").item<float>() == doctest::Approx((2.f + 2 * 7) / 3));
  CHECK(read(older.bytes()).vector("b").item<float>() == doctest::Approx((2.f + 2 * 7) / 3));
  CHECK(read(newer.bytes()).vector("</s>").item<float>() == 1);
  CHECK(read(older.bytes()).vector("</s>").item<float>() == doctest::Approx((1.f + 5 * 7) / 6));
}

TEST_CASE("fasttext: a word that is not UTF-8 is refused, replaced or kept; its n-grams are those of its bytes") {
  const Parts parts{.buckets = 2, .shortest = 2, .longest = 2, .words = {"a\xEC", "b"}, .matrix = {1, 2, 5, 9}};
  CHECK(contains(error_of(parts), "word 1 is not UTF-8; got \"a\\xec\""));
  const FastText replaced = read(parts.bytes(), BadUtf8::replace), kept = read(parts.bytes(), BadUtf8::keep);
  CHECK(replaced.words() == Strings{"a\uFFFD", "b"});
  CHECK(kept.words() == Strings{"a\xEC", "b"});
  CHECK(replaced.vector("a\uFFFD").item<float>() == kept.vector("a\xEC").item<float>());
}

TEST_CASE("fasttext: refuses supervised and quantised models by name") {
  const auto error_of_fixture = [](const char* name) {
    return message_of<FileError>([&] { read_fasttext(fixture_path(name)); });
  };
  CHECK(contains(error_of_fixture("vectors/supervised.bin"), "a supervised model"));
  CHECK(contains(error_of_fixture("vectors/supervised.ftz"), "a supervised model"));
  CHECK(contains(error_of({.model = 3}), "a supervised model"));
  CHECK(contains(error_of({.labels = 1}), "a supervised model"));
  CHECK(contains(error_of({.type = 1}), "word 1 is a label of a supervised model"));
  CHECK(contains(error_of({.pruned = 4}), "a pruned model"));
  CHECK(contains(error_of({.quantised = 1}), "a quantised model (.ftz)"));
}

TEST_CASE("fasttext: refuses files that are damaged or of another kind") {
  const std::string good = Parts().bytes();
  CHECK(read(good).words() == Strings{"a", "b"});
  for (std::size_t size = 0; size < good.size(); ++size) CHECK_THROWS_AS(read(good.substr(0, size)), FileError);
  CHECK(contains(message_of<FileError>([&] { read(good + "x"); }), "1 bytes behind its end"));
  CHECK(contains(error_of({.version = 13}), "version 13 of fastText's format"));
  CHECK(contains(error_of({.said_rows = 3}), "it ends too early"));
  CHECK(contains(error_of({.said_rows = 1}), "a matrix of (1, 1); expected (2, 1)"));
  CHECK(contains(error_of({.buckets = 5, .shortest = 2, .longest = 3}), "a matrix of (2, 1); expected (7, 1)"));
  CHECK(contains(error_of({.said_rows = INT64_MAX}), "is larger than any file"));
  CHECK(contains(error_of({.output_rows = INT64_MAX}), "is larger than any file"));
  CHECK(contains(error_of({.output_rows = -1}), "is larger than any file"));
  CHECK(contains(error_of({.words = {std::string(70'000, 'a'), "b"}}), "word 1 has no end"));
  CHECK(contains(message_of<FileError>([&] { read_fasttext(fixture_path("vectors/word2vec.txt")); }),
                 "not a .bin file of fastText"));
  CHECK(contains(message_of<FileError>([&] { read_fasttext(fixture_path("keras/dense.keras")); }), "a zip archive"));
  Parts bad;
  bad.matrix = {1, NAN};
  CHECK(contains(message_of<FileError>([&] { read(bad.bytes()).table(); }), "the vector of \"b\" is not finite"));
}

TEST_CASE("fasttext: refuses sizes that lie, before it takes memory") {
  CHECK(contains(error_of({.width = 0, .matrix = {}, .said_rows = 2}), "not a .bin file of fastText"));
  CHECK(contains(error_of({.width = -1, .said_rows = 2}), "not a .bin file of fastText"));
  CHECK(contains(error_of({.width = INT32_MAX, .said_rows = 2}), "it ends too early"));
  CHECK(contains(error_of({.width = INT32_MAX, .words = {}, .matrix = {}}), "it has no word and no vector"));
  CHECK(contains(error_of({.buckets = INT32_MAX, .longest = 3}), "a matrix of (2, 1); expected (2147483649, 1)"));
  CHECK(contains(error_of({.buckets = -1}), "not a .bin file of fastText"));
  CHECK(contains(error_of({.shortest = -1}), "not a .bin file of fastText"));
  CHECK(contains(error_of({.longest = 1001}), "not a .bin file of fastText"));
  CHECK(contains(error_of({.labels = -1}), "the sizes of the vocabulary do not fit together"));
  CHECK(contains(error_of({.said_rows = -1}), "a matrix of (-1, 1)"));
  CHECK(contains(error_of({.said_rows = std::int64_t{1} << 62}), "is larger than any file"));
  std::string many_words = Parts().bytes();
  for (const std::size_t at : {std::size_t{64}, std::size_t{68}}) std::memset(&many_words[at], 0x7F, 4);
  CHECK(contains(message_of<FileError>([&] { read(many_words); }), "it cannot hold 2139062143 words"));
}

TEST_CASE("fasttext: a word with millions of n-grams takes no memory for them") {
  const float count = 19'502'500;  // nearly: the word's row, and a bucket's for each n-gram
  const Parts parts{
      .buckets = 1, .shortest = 1, .longest = 1000, .words = {std::string(20'000, 'a')}, .matrix = {count, 0}};
  const FastText model = read(parts.bytes());
  CHECK(model.vector(parts.words[0]).item<float>() == doctest::Approx(1));
  if (const auto bytes = peak_memory_of([&] { model.vector(parts.words[0]); })) CHECK(*bytes < 8 * megabyte);
}
