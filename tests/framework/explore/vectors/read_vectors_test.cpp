#include <cornu/framework/explore/vectors/read_vectors.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <string>

#include "tests/support/bytes.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::Shape;
using cornu::ValueError;
using cornu::explore::BadUtf8;
using cornu::explore::EmbeddingTable;
using cornu::explore::read_vectors;
using cornu::explore::VectorFormat;
using cornu::explore::VectorOptions;
using cornu::testing::bytes_of;
using cornu::testing::CapturedLog;
using cornu::testing::contains;
using cornu::testing::Fixture;
using cornu::testing::fixture_path;
using cornu::testing::Floats;
using cornu::testing::message_of;
using cornu::testing::Strings;
using cornu::testing::TemporaryFolder;

namespace {

EmbeddingTable read(std::string_view text, const VectorOptions& options = {}) {
  const TemporaryFolder folder;
  return read_vectors(folder.write("v", text), options);
}

std::string error_of(std::string_view text, const VectorOptions& options = {}) {
  return message_of<FileError>([&] { read(text, options); });
}

void check(const EmbeddingTable& table, const Strings& words, const Floats& values) {
  CHECK(table.words() == words);
  CHECK(table.vectors().dtype() == cornu::float32);
  CHECK(table.vectors().to_vector<float>() == values);
}

const Strings fixture_words{"the", "naïve", "日本", "don't", "n.01"};

}  // namespace

TEST_CASE("read_vectors: what gensim wrote, binary and text, with every bit") {
  const Fixture expected("vectors");
  const Floats values = expected.tensor("word2vec/values").to_vector<float>();
  check(read_vectors(fixture_path("vectors/word2vec.bin")), fixture_words, values);
  check(read_vectors(fixture_path("vectors/word2vec.txt")), fixture_words, values);
  check(read_vectors(fixture_path("vectors/word2vec.bin"), {.format = VectorFormat::word2vec_binary}), fixture_words,
        values);
  check(read_vectors(fixture_path("vectors/word2vec.txt"), {.format = VectorFormat::word2vec_text}), fixture_words,
        values);
}

TEST_CASE("read_vectors: a binary file has a line end behind each vector, or none") {
  const Floats red{1, 2.5f}, blue{-3, 1e-30f};
  const std::string line = "2 2\n";
  check(read(line + "red " + bytes_of(red) + "\nblue " + bytes_of(blue) + "\n"), {"red", "blue"}, {1, 2.5, -3, 1e-30f});
  check(read(line + "red " + bytes_of(red) + "blue " + bytes_of(blue)), {"red", "blue"}, {1, 2.5, -3, 1e-30f});
}

TEST_CASE("read_vectors: text with and without the line of counts, fastText's blanks and CRLF") {
  check(read("2 2\nred 1 2\nblue -3 1e-2\n"), {"red", "blue"}, {1, 2, -3, 0.01f});
  check(read("red 1 2\nblue -3 1e-2"), {"red", "blue"}, {1, 2, -3, 0.01f});
  check(read("2 2\nred 1 2 \nblue -3 1e-2 \n"), {"red", "blue"}, {1, 2, -3, 0.01f});
  check(read("2 2 \r\nred 1 2\r\nblue -3 1e-2\r\n\r\n"), {"red", "blue"}, {1, 2, -3, 0.01f});
  check(read("\xEF\xBB\xBFred\t1\t2\nblue  -3 \t1e-2\n"), {"red", "blue"}, {1, 2, -3, 0.01f});
  check(read("5 6\n7 8\n", {.format = VectorFormat::glove}), {"5", "7"}, {6, 8});
}

TEST_CASE("read_vectors: numbers are the nearest float32, also those that are too small for one") {
  check(read("a 0.1 +1 1e-50 -1e-50 16777217 -1.671300083398818970e-02\n"), {"a"},
        {0.1f, 1, 0, -0.f, 16777216, -1.671300083398818970e-02f});
}

TEST_CASE("read_vectors: a word in a text may hold blanks; the last numbers are the vector") {
  check(read("one 1 2\nat name 3 4\n. . . 5 6\n5 pm 7 8\n"), {"one", "at name", ". . .", "5 pm"},
        {1, 2, 3, 4, 5, 6, 7, 8});
  check(read("one 1 2\nat name 3 4\nat 5 6\n", {.words = Strings{"at name"}}), {"at name"}, {3, 4});
}

TEST_CASE("read_vectors: the first vector of a repeated word counts") {
  check(read("3 2\nred 1 2\nred 3 4\nblue 5 6\n"), {"red", "blue"}, {1, 2, 5, 6});
  check(read("red 1 2\nred 3 4\nblue 5 6\n", {.words = Strings{"red", "red"}}), {"red"}, {1, 2});
}

TEST_CASE("read_vectors: only wanted words are kept, in the order of the file") {
  const Strings wanted{"n.01", "nobody", "日本"};
  const Fixture expected("vectors");
  const Floats all = expected.tensor("word2vec/values").to_vector<float>();
  const Floats values{all[6], all[7], all[8], all[12], all[13], all[14]};
  for (const char* name : {"vectors/word2vec.bin", "vectors/word2vec.txt"})
    check(read_vectors(fixture_path(name), {.words = wanted}), {"日本", "n.01"}, values);
  const EmbeddingTable none = read("red 1 2\nblue x 4\n", {.words = Strings{}});  // numbers are passed over
  CHECK(none.words().empty());
  CHECK(none.vectors().shape() == Shape{0, 2});
}

TEST_CASE("read_vectors: only so many vectors are read as are asked for") {
  for (const char* text : {"3 1\na 1\nb 2\nc 3\n", "a 1\nb 2\nc 3\n"}) {
    check(read(text, {.limit = 2}), {"a", "b"}, {1, 2});
    check(read(text, {.limit = 9}), {"a", "b", "c"}, {1, 2, 3});
    CHECK(read(text, {.limit = 0}).words().empty());
  }
  check(read("2 1\na " + bytes_of({1}) + "not a vector", {.limit = 1}), {"a"}, {1});
}

TEST_CASE("read_vectors: a word that is not UTF-8 is an error with its line, replaced or kept") {
  const std::string text = "2 1\ngood 1\nbad\x97 2\n",
                    binary = "2 1\ngood " + bytes_of({1}) + "bad\x97 " + bytes_of({2});
  CHECK(contains(error_of(text), "line 3: the word is not UTF-8; got \"bad\\x97\""));
  CHECK(contains(error_of(binary), "vector 2: the word is not UTF-8; got \"bad\\x97\""));
  for (const std::string& content : {text, binary}) {
    check(read(content, {.on_bad_utf8 = BadUtf8::replace}), {"good", "bad\uFFFD"}, {1, 2});
    check(read(content, {.on_bad_utf8 = BadUtf8::keep}), {"good", "bad\x97"}, {1, 2});
  }
}

TEST_CASE("read_vectors: rows and words longer than a block of reading") {
  const std::string word(40'000, 'w');
  Floats numbers(200'000);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i) / 3;
  check(read("1 200000\n" + word + " " + bytes_of(numbers)), {word}, numbers);
  std::string text = word;
  for (std::size_t i = 0; i < numbers.size(); ++i) text += " " + std::to_string(i);
  const EmbeddingTable table = read(text + "\nb" + text.substr(word.size()) + "\n");
  CHECK(table.words() == Strings{word, "b"});
  CHECK(table.vectors().at<float>(1, 199'999) == 199'999);
}

TEST_CASE("read_vectors: many rows, more than a block of reading holds") {
  std::string text, binary = "30000 2\n";
  for (int i = 0; i < 30'000; ++i) {
    text += "w" + std::to_string(i) + " " + std::to_string(i) + " 0.5\n";
    binary += "w" + std::to_string(i) + " " + bytes_of({static_cast<float>(i), 0.5f});
  }
  for (const std::string& content : {text, binary}) {
    const EmbeddingTable table = read(content);
    CHECK(table.words().size() == 30'000);
    bool right = true;
    for (int i = 0; i < 30'000; ++i)
      right =
          right && table.find("w" + std::to_string(i)) == i && table.vectors().at<float>(i, 0) == static_cast<float>(i);
    CHECK(right);
  }
}

TEST_CASE("read_vectors: a progress line counts megabytes and words when asked") {
  const CapturedLog captured({});
  read("2 1\na 1\nb 2\n");
  CHECK(captured.text().empty());
  read("2 1\na 1\nb 2\n", {.verbose = 2});
  CHECK(captured.text().starts_with("1/1 - "));
  CHECK(captured.text().ends_with("/MB - 2 words\n"));
}

TEST_CASE("read_vectors: no words at all are an empty table") {
  const EmbeddingTable table = read("0 3\n");
  CHECK(table.words().empty());
  CHECK(table.vectors().shape() == Shape{0, 3});
}

TEST_CASE("read_vectors: refuses texts that are damaged, with the line") {
  CHECK(
      contains(error_of("2 2\nred 1 2\nblue 3\n"), "line 3: the vector has another length; got 1 numbers; expected 2"));
  CHECK(contains(error_of("2 2\nred 1 2\nblue 3 4 5\n"), "line 3: the vector has another length; got 3 numbers"));
  CHECK(contains(error_of("red 1 2\nblue\n"), "line 2: the vector has another length; got 0 numbers"));
  CHECK(contains(error_of("red 1 2\nblue 3 x4\n"), "line 2: number 2 of the vector is none; got \"x4\""));
  CHECK(contains(error_of("red 1 2\nblue nan 4\n"), "line 2: a number of this vector is not finite"));
  CHECK(contains(error_of("red 1 2\nblue 3 inf\n"), "line 2: a number of this vector is not finite"));
  CHECK(contains(error_of("red 1 2\nblue 3 1e39\n"), "line 2: number 2 of the vector is none; got \"1e39\""));
  CHECK(contains(error_of("3 2\nred 1 2\nblue 3 4\n"), "got 2 vectors; expected the 3 that it says"));
  CHECK(contains(error_of("1 2\nred 1 2\nblue 3 4\n"), "line 3: a vector more than the 1 that the file says"));
  CHECK(contains(error_of("hello\nworld\n"), "line 1: not a file of word vectors; got \"hello\""));
  CHECK(contains(error_of("a" + std::string(std::size_t{17} << 20, ' ')), "a line at byte 0 has more than"));
}

TEST_CASE("read_vectors: refuses binary files that are damaged, with the number of the vector") {
  const std::string one = "reddish-and-brown " + bytes_of({1, 2}), line = "2 2\n";
  CHECK(contains(error_of(line + one + "blue " + bytes_of({1})), "vector 2: the file ends within this vector"));
  CHECK(contains(error_of(line + one + "\nblu"), "vector 2: the file ends before this vector"));
  CHECK(contains(error_of(line + one), "vector 2: the file ends before this vector"));
  CHECK(contains(error_of("1 2\n" + one + "blue " + bytes_of({1, 2})), "goes on behind the last of the 1 vectors"));
  CHECK(contains(error_of("1 1\nred " + bytes_of({std::numeric_limits<float>::infinity()})), "vector 1: a number"));
  CHECK(contains(error_of("1 1\n" + std::string(100'000, '\x01')), "vector 1: a word without an end"));
}

TEST_CASE("read_vectors: refuses counts that the file cannot hold, before it takes memory") {
  const std::string zeros(64, '\0');
  for (const char* counts : {"9223372036854775807 300", "300 9223372036854775807", "4611686018427387904 4",
                             "1000000000000 1", "1 1000000000000", "16 4"}) {
    CHECK(contains(error_of(std::string(counts) + "\n" + zeros), "the file cannot hold"));
    CHECK(contains(error_of(std::string(counts) + "\na 1\n"), "the file cannot hold"));
  }
  CHECK(contains(error_of("5 0\n" + zeros), "line 1: vectors of no numbers"));
}

TEST_CASE("read_vectors: refuses what is no file of word vectors") {
  const TemporaryFolder folder;
  CHECK(contains(error_of(""), "it is empty"));
  CHECK(contains(error_of("\n\n"), "it is empty"));
  CHECK(contains(error_of("red 1 2\n", {.format = VectorFormat::word2vec_text}),
                 "not the first line of a word2vec file"));
  CHECK(contains(message_of<FileError>([&] { read_vectors(fixture_path("vectors/fasttext.bin")); }),
                 "use read_fasttext"));
  CHECK(contains(message_of<FileError>([&] { read_vectors(fixture_path("keras/dense.keras")); }), "got a zip archive"));
  CHECK(contains(message_of<FileError>([&] { read_vectors(folder.path("")); }), "a folder or a device"));
  CHECK(contains(message_of<FileError>([&] { read_vectors(folder.path("none")); }), "none"));
  CHECK_THROWS_AS(read("a 1\n", {.limit = -1}), ValueError);
}
