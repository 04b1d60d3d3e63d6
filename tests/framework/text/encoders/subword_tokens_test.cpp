#include <cornu/framework/text/encoders/subword_tokens.hpp>

#include <doctest/doctest.h>

using cornu::text::characters_of;
using cornu::text::is_word_character;
using cornu::text::subword_tokens;
using Strings = std::vector<std::string>;

TEST_CASE("subword tokens: words and what is between them, a blank joined to the token before") {
  CHECK(subword_tokens("Hi there, you 2!", {}) == Strings{"Hi_", "there", ", ", "you_", "2", "!"});
  CHECK(subword_tokens("a  b\n", {}) == Strings{"a", "  ", "b", "\n"});
  CHECK(subword_tokens(" a ", {}) == Strings{" ", "a_"});
  CHECK(subword_tokens("", {}).empty());
  CHECK(subword_tokens(" ", {}) == Strings{" "});
}

TEST_CASE("subword tokens: underscores of the text are escaped, escapes of the text are cut") {
  CHECK(subword_tokens("a_b _", {}) == Strings{"a\\&undscb_", "\\&undsc"});
  CHECK(subword_tokens("a\\&undsc b", {}) == Strings{"a", "\\&", "undsc_", "b"});
}

TEST_CASE("subword tokens: reserved ones stay whole, the longest first") {
  const Strings reserved{"<E>", "<E>!", "it's"};
  CHECK(subword_tokens("it's <E>! <E>a", reserved) == Strings{"it's_", "<E>!_", "<E>", "a"});
  CHECK(subword_tokens("it's", {}) == Strings{"it", "'", "s"});
}

TEST_CASE("subword tokens: letters and digits of any script are words, punctuation and symbols are not") {
  for (const char32_t letter : U"azAZ09_ªµºÀÖØöøÿĀſЖабאبक中日あア한①²") {
    if (letter == 0) continue;
    CAPTURE(static_cast<unsigned>(letter));
    CHECK(is_word_character(letter));
  }
  for (const char32_t other : U" !-/:@[`{~\u00A0«»¿×÷‘’“”…–—•€™№→−■☺❤　、。！？・\uFFFD😀\u0301") {
    if (other == 0) continue;
    CAPTURE(static_cast<unsigned>(other));
    CHECK(!is_word_character(other));
  }
}

TEST_CASE("subword tokens: characters are code points, escapes and single bad bytes") {
  const auto characters = characters_of("é\\&undsc\xFFz");
  REQUIRE(characters.size() == 4);
  CHECK(characters[0].code == U'é');
  CHECK(characters[1].bytes == 7);
  CHECK(characters[1].code > 0x10FFFF);
  CHECK(characters[2].code > 0x10FFFF);
  CHECK(characters[2].code != characters[1].code);
  CHECK(characters[3].begin == 10);
}
