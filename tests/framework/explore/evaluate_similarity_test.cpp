#include <cornu/framework/explore/evaluate_similarity.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include <cornu/framework/explore/vectors/read_vectors.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::Tensor;
using cornu::ValueError;
using cornu::explore::EmbeddingTable;
using cornu::explore::evaluate_similarity;
using cornu::explore::read_vectors;
using cornu::explore::SimilarityOptions;
using cornu::explore::SimilarityScore;
using cornu::testing::contains;
using cornu::testing::Fixture;
using cornu::testing::fixture_path;
using cornu::testing::message_of;
using cornu::testing::TemporaryFolder;

namespace {

// Similarities 1, 0, -1 and 0.6 of the first word with each.
EmbeddingTable small_table() {
  return EmbeddingTable({"a", "b", "c", "d"}, Tensor({{1.f, 0.f}, {0.f, 1.f}, {-1.f, 0.f}, {3.f, 4.f}}));
}

SimilarityScore score_of(const std::string& text, const SimilarityOptions& options = {}) {
  const TemporaryFolder folder;
  return evaluate_similarity(small_table(), folder.write("s", text), options);
}

}  // namespace

TEST_CASE("evaluate_similarity: correlations and ratios are gensim's") {
  const Fixture expected("word_tests");
  const EmbeddingTable table = read_vectors(fixture_path("word_tests/vectors.txt"));
  for (const std::string kind : {"any", "exact", "restricted"})
    for (const std::string unknown : {"skipped", "zero"}) {
      const SimilarityOptions options{.restrict_vocab = kind == "restricted" ? 20 : 300'000,
                                      .case_insensitive = kind != "exact",
                                      .dummy4unknown = unknown == "zero"};
      const SimilarityScore score = evaluate_similarity(table, fixture_path("word_tests/similarity.tsv"), options);
      const Tensor gensim = expected.tensor(kind + "/" + unknown + "/similarity");
      CHECK(score.spearman == doctest::Approx(gensim.at<double>(0)).epsilon(1e-6));
      CHECK(score.pearson == doctest::Approx(gensim.at<double>(1)).epsilon(1e-6));
      CHECK(100 * score.oov_ratio == doctest::Approx(gensim.at<double>(2)));
      CHECK(score.invalid_lines == 3);
    }
}

TEST_CASE("evaluate_similarity: ranks alone count for Spearman, and equal numbers share theirs") {
  const SimilarityScore score = score_of("a\tb\t1\na\tc\t-1000\na\td\t7\n");
  CHECK(score.spearman == 1);
  CHECK(score.pearson < 0.95);
  CHECK(score.pairs == 3);
  CHECK(score_of("a\tb\t5\na\tc\t5\na\td\t7\n").spearman == doctest::Approx(std::sqrt(0.75)));
}

TEST_CASE("evaluate_similarity: comments, several tabs, CRLF, blanks around numbers, another delimiter") {
  const std::string rows = "# a\tb\t9\r\n\r\na\t\tb\t\t2\r\nA\tC\t1 \r\n\ta\td\t\t3\t";
  const SimilarityScore score = score_of(rows);
  CHECK(score.pairs == 3);
  CHECK(score.spearman == 1);
  CHECK(score.invalid_lines == 0);
  CHECK(score_of("word 1;word 2;mean\na;b;2\na;c;1\n", {.delimiter = ';'}).invalid_lines == 1);
  CHECK(score_of("a b 2\na  c 1\n", {.delimiter = ' '}).pairs == 2);
}

TEST_CASE("evaluate_similarity: unknown words are counted, and skipped or of similarity 0") {
  const std::string rows = "a\tb\t2\na\tc\t1\na\tx\t3\n";
  CHECK(score_of(rows).pairs == 2);
  CHECK(score_of(rows).unknown == 1);
  CHECK(score_of(rows).oov_ratio == doctest::Approx(1. / 3));
  CHECK(score_of(rows, {.dummy4unknown = true}).pairs == 3);
  CHECK(score_of(rows, {.dummy4unknown = true}).oov_ratio == doctest::Approx(1. / 3));
  CHECK(score_of(rows + "A\td\t4\n", {.case_insensitive = false}).unknown == 2);
}

TEST_CASE("evaluate_similarity: there is no correlation with equal numbers") {
  CHECK(std::isnan(score_of("a\tb\t1\na\tc\t1\n").spearman));
  CHECK(std::isnan(score_of("a\ta\t1\nb\tb\t2\n").pearson));
}

TEST_CASE("evaluate_similarity: refuses files without two known pairs, and what is no text") {
  const auto error = [](const std::string& text) { return message_of<FileError>([&] { score_of(text); }); };
  CHECK(contains(error(""), "less than two pairs of known words; got 0, 0 with an unknown word and 0 lines"));
  CHECK(contains(error("a\tb\t1\nx\ty\t1\nhello\n"), "got 1, 1 with an unknown word and 1 lines"));
  CHECK(contains(error("a\tb\t1\na\x97\tc\t1\n"), "line 2: not UTF-8; got \"a\\x97"));
  CHECK_THROWS_AS(evaluate_similarity(small_table(), "/nowhere/s"), FileError);
  CHECK_THROWS_AS(score_of("a\tb\t1\n", {.restrict_vocab = -1}), ValueError);
}
