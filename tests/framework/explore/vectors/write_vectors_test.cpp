#include <cornu/framework/explore/vectors/write_vectors.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "tests/support/bytes.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::Tensor;
using cornu::ValueError;
using cornu::explore::EmbeddingTable;
using cornu::explore::read_vectors;
using cornu::explore::VectorFormat;
using cornu::explore::write_vectors;
using cornu::testing::contains;
using cornu::testing::fixture_path;
using cornu::testing::message_of;
using cornu::testing::Strings;
using cornu::testing::TemporaryFolder;

namespace {

std::string text_of(const EmbeddingTable& table, VectorFormat format) {
  const TemporaryFolder folder;
  write_vectors(folder.path("v"), table, {.format = format});
  return folder.read("v");
}

std::string error_of(const EmbeddingTable& table, VectorFormat format = VectorFormat::word2vec_binary) {
  return message_of<ValueError>([&] { text_of(table, format); });
}

}  // namespace

TEST_CASE("write_vectors: the counts, then a word and its numbers a line") {
  const EmbeddingTable table({"red", "日本"}, Tensor({{1.f, 0.1f}, {-2e-10f, 3.f}}));
  CHECK(text_of(table, VectorFormat::word2vec_text) == "2 2\nred 1 0.1\n日本 -2e-10 3\n");
  CHECK(text_of(table, VectorFormat::glove) == "red 1 0.1\n日本 -2e-10 3\n");
  CHECK(text_of(EmbeddingTable({"a"}, Tensor({{1.f}})), VectorFormat::word2vec_binary) ==
        std::string("1 1\na \0\0\x80\x3F\n", 11));
}

TEST_CASE("write_vectors: what was written is read back, every bit") {
  const TemporaryFolder folder;
  const EmbeddingTable table = read_vectors(fixture_path("vectors/word2vec.bin"));
  for (const VectorFormat format : {VectorFormat::word2vec_binary, VectorFormat::word2vec_text, VectorFormat::glove}) {
    write_vectors(folder.path("v"), table, {.format = format});
    const EmbeddingTable again = read_vectors(folder.path("v"));
    CHECK(again.words() == table.words());
    CHECK(again.vectors().to_vector<float>() == table.vectors().to_vector<float>());
  }
}

TEST_CASE("write_vectors: a repeated word is written once, and the count is that of what follows") {
  const EmbeddingTable table({"red", "red", "blue"}, Tensor({{1.f}, {2.f}, {3.f}}));
  CHECK(text_of(table, VectorFormat::word2vec_text) == "2 1\nred 1\nblue 3\n");
}

TEST_CASE("write_vectors: float64 in a text keeps its digits, in a binary file becomes float32") {
  const TemporaryFolder folder;
  const EmbeddingTable table({"a"}, Tensor({{0.1, 1e300}}));
  CHECK(text_of(table, VectorFormat::glove) == "a 0.1 1e+300\n");
  CHECK(contains(error_of(table), "a number is too large for a binary file; got 1e+300 for \"a\""));
  write_vectors(folder.path("v"), EmbeddingTable({"a"}, Tensor({{0.1, 2.0}})));
  CHECK(read_vectors(folder.path("v")).vectors().to_vector<float>() == std::vector<float>{0.1f, 2.f});
}

TEST_CASE("write_vectors: many rows, and none") {
  const TemporaryFolder folder;
  Strings words;
  for (int i = 0; i < 300; ++i) words.push_back("w" + std::to_string(i));
  write_vectors(folder.path("v"), EmbeddingTable(words, Tensor::zeros({300, 2000})));
  CHECK(read_vectors(folder.path("v")).words() == words);
  CHECK(text_of(EmbeddingTable(Strings{}, Tensor::zeros({0, 2})), VectorFormat::word2vec_text) == "0 2\n");
}

TEST_CASE("write_vectors: refuses words that no reader would get back, and leaves an older file as it was") {
  const TemporaryFolder folder;
  for (const char* word : {"two words", "a\tb", "a\nb", "a\rb"})
    for (const VectorFormat format : {VectorFormat::word2vec_binary, VectorFormat::word2vec_text, VectorFormat::glove})
      CHECK(contains(error_of(EmbeddingTable({"a", word}, Tensor({{1.f}, {2.f}})), format),
                     "a word has a blank, a tab, a line break or a NUL; got "));
  CHECK(contains(error_of(EmbeddingTable({""}, Tensor({{1.f}}))), "a word is empty"));
  CHECK(contains(error_of(EmbeddingTable({"\x97"}, Tensor({{1.f}}))), "a word is not UTF-8; got \"\\x97\" in row 0"));
  CHECK(contains(error_of(EmbeddingTable({"a"}, Tensor({{1.f}})), VectorFormat::automatic), "the format is automatic"));
  CHECK(contains(error_of(EmbeddingTable({"a"}, Tensor::zeros({1, 0}))), "vectors of no numbers"));
  folder.write("v", "older");
  CHECK_THROWS_AS(write_vectors(folder.path("v"), EmbeddingTable({" "}, Tensor({{1.f}}))), ValueError);
  CHECK(folder.read("v") == "older");
  CHECK(folder.size() == 1);
}
