#include <cornu/framework/explore/evaluate_analogies.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include <cornu/framework/explore/vectors/read_vectors.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::Shape;
using cornu::Tensor;
using cornu::explore::AnalogyOptions;
using cornu::explore::AnalogyQuestion;
using cornu::explore::AnalogyScore;
using cornu::explore::EmbeddingTable;
using cornu::explore::evaluate_analogies;
using cornu::explore::read_vectors;
using cornu::testing::contains;
using cornu::testing::Fixture;
using cornu::testing::fixture_path;
using cornu::testing::message_of;
using cornu::testing::TemporaryFolder;

namespace {

// king - man + woman = queen; Queen is a second row of that word.
EmbeddingTable small_table() {
  return EmbeddingTable(
      {"man", "woman", "king", "queen", "apple", "Queen"},
      Tensor({{1.f, 0.f, 0.f}, {0.f, 1.f, 0.f}, {1.f, 0.f, 1.f}, {0.f, 1.f, 1.f}, {0.f, 0.f, -1.f}, {9.f, 0.f, 0.f}}));
}

AnalogyScore score_of(const std::string& text, const AnalogyOptions& options = {}) {
  const TemporaryFolder folder;
  return evaluate_analogies(small_table(), folder.write("q", text), options);
}

}  // namespace

TEST_CASE("evaluate_analogies: answers are gensim's, section by section") {
  const Fixture expected("word_tests");
  const EmbeddingTable table = read_vectors(fixture_path("word_tests/vectors.txt"));
  for (const std::string kind : {"any", "exact", "restricted"})
    for (const std::string unknown : {"skipped", "zero"}) {
      const AnalogyOptions options{.restrict_vocab = kind == "restricted" ? 20 : 300'000,
                                   .case_insensitive = kind != "exact",
                                   .dummy4unknown = unknown == "zero"};
      const AnalogyScore score = evaluate_analogies(table, fixture_path("word_tests/analogies.txt"), options);
      const Tensor gensim = expected.tensor(kind + "/" + unknown + "/analogies");
      CHECK(score.accuracy == doctest::Approx(gensim.at<double>(0)));
      REQUIRE(score.sections.size() == 3);
      for (std::int64_t i = 0; i < 3; ++i) {
        const auto& section = score.sections[static_cast<std::size_t>(i)];
        CHECK(static_cast<double>(section.correct.size()) == gensim.at<double>(1 + 2 * i));
        CHECK(static_cast<double>(section.incorrect.size()) == gensim.at<double>(2 + 2 * i));
      }
      CHECK(score.invalid_lines == 3);
      CHECK(score.sections[1].name == "of  two words");
    }
}

TEST_CASE("evaluate_analogies: the words of a question are no answers, in whatever case") {
  const AnalogyScore score = score_of(": royal\nman king woman queen\nMan King Woman QUEEN\nman woman king apple\n\n");
  CHECK(score.correct == 2);
  CHECK(score.questions == 3);
  CHECK(score.accuracy == doctest::Approx(2. / 3));
  REQUIRE(score.sections.size() == 1);
  CHECK(score.sections[0].accuracy() == doctest::Approx(2. / 3));
  CHECK(score.sections[0].correct[1] == AnalogyQuestion{"Man", "King", "Woman", "QUEEN"});
  CHECK(score.sections[0].incorrect[0] == AnalogyQuestion{"man", "woman", "king", "apple"});
}

TEST_CASE("evaluate_analogies: unknown words are counted, and skipped or wrong") {
  const std::string text = ": a\nman king woman queen\nman king woman nobody\n: b\nnobody man man man\n";
  CHECK(score_of(text).questions == 1);
  CHECK(score_of(text).unknown == 2);
  CHECK(score_of(text).oov_ratio == doctest::Approx(2. / 3));
  CHECK(score_of(text, {.dummy4unknown = true}).questions == 3);
  CHECK(score_of(text, {.dummy4unknown = true}).sections[1].accuracy() == 0);
  CHECK(score_of(text, {.restrict_vocab = 3}).unknown == 3);
  CHECK(score_of(": a\nMan king woman queen\n", {.case_insensitive = false}).unknown == 1);
}

TEST_CASE("evaluate_analogies: more questions and more rows than are looked at together") {
  std::vector<std::string> words{"man", "woman", "king", "queen"};
  for (int i = 0; i < 9000; ++i) words.push_back("w" + std::to_string(i));
  words.push_back("best");
  std::vector<float> numbers(words.size() * 3, -1);
  const std::vector<float> first{1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, -1};
  std::copy(first.begin(), first.end(), numbers.begin());
  numbers[numbers.size() - 3] = 0;
  numbers[numbers.size() - 2] = 1;
  numbers[numbers.size() - 1] = 0.7f;
  const EmbeddingTable table(words, Tensor(Shape{std::ssize(words), 3}, std::span<const float>(numbers)));
  std::string text = ": a\n";
  for (int i = 0; i < 600; ++i) text += i % 2 == 0 ? "man king woman best\n" : "man king woman queen\n";
  const TemporaryFolder folder;
  const AnalogyScore score = evaluate_analogies(table, folder.write("q", text));
  CHECK(score.correct == 300);
  CHECK(score.questions == 600);
}

TEST_CASE("evaluate_analogies: no questions give no accuracy") {
  CHECK(score_of("").sections.empty());
  CHECK(score_of(": a\n").accuracy == 0);
  CHECK(score_of(": a\n: b\n").sections.size() == 2);
}

TEST_CASE("evaluate_analogies: refuses a question outside of all sections, and what is no text") {
  const auto error = [](const std::string& text) { return message_of<FileError>([&] { score_of(text); }); };
  CHECK(contains(error("man king woman queen\n"), "line 1: a question before the first section"));
  CHECK(contains(error(": a\nman\x97 king woman queen\n"), "line 2: not UTF-8"));
  CHECK_THROWS_AS(evaluate_analogies(small_table(), "/nowhere/q"), FileError);
}
