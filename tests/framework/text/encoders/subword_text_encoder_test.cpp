#include <cornu/framework/text/encoders/subword_text_encoder.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/fields.hpp"

using cornu::IndexError;
using cornu::ValueError;
using cornu::text::SubwordOptions;
using cornu::text::SubwordTextEncoder;
using Ids = std::vector<std::int32_t>;
using Strings = std::vector<std::string>;

namespace {

const Strings texts{"the cat sat on the mat", "the cats and the dogs", "a cat, a dog & the rest: that's all!"};

std::string joined(const Ids& ids) {
  std::string text;
  for (const std::int32_t id : ids) text += (text.empty() ? "" : " ") + std::to_string(id);
  return text;
}

}  // namespace

TEST_CASE("SubwordTextEncoder: subwords and ids as those of tensorflow-datasets") {
  const auto fields = cornu::testing::fixture_fields("subwords");
  const Strings corpus = fields.at("texts");
  const std::vector<SubwordOptions> cases{{.target_vocab_size = 275},
                                          {.target_vocab_size = 330},
                                          {.target_vocab_size = 400},
                                          {.target_vocab_size = 330, .max_subword_length = 3}};
  for (const SubwordOptions& options : cases) {
    const std::string name = fmt::format("{}/{}", options.target_vocab_size, options.max_subword_length);
    CAPTURE(name);
    const auto encoder = SubwordTextEncoder::build_from_corpus(corpus, options);
    CHECK(encoder.subwords() == fields.at(name + "/subwords"));
    const auto rows = encoder.encode(corpus);
    for (std::size_t i = 0; i < corpus.size(); ++i) {
      CHECK(joined(rows[i]) == fields.at(name + "/ids")[i]);
      CHECK(encoder.decode(rows[i]) == corpus[i]);
    }
  }
}

TEST_CASE("SubwordTextEncoder: given subwords match greedily, bytes fill the gaps") {
  const SubwordTextEncoder encoder({"the_", "cat", "cats_", "é"});
  const std::int32_t byte = 5;  // the id of byte 0
  CHECK(encoder.vocab_size() == 1 + 4 + 256);
  CHECK(encoder.encode("the cats cat") == Ids{1, 3, 2});
  CHECK(encoder.encode("dog é") == Ids{byte + 'd', byte + 'o', byte + 'g', byte + ' ', 4});
  CHECK(encoder.encode("ü") == Ids{byte + 0xC3, byte + 0xBC});
  CHECK(encoder.encode("_") == Ids{byte + '_'});
  CHECK(encoder.encode("").empty());
}

TEST_CASE("SubwordTextEncoder: decoding gives the text back, whatever it is") {
  const auto encoder =
      SubwordTextEncoder::build_from_corpus(texts, {.target_vocab_size = 300, .max_subword_length = 6});
  for (const std::string text :
       {"the cat sat on the mat", "  two  blanks\tand\nlines ", "snake_case __init__ _", "\\&undsc and \\&undsc_ x",
        "naïve 日本語 😀", "unknown words: zebra!", "", " ", "_ _"}) {
    CAPTURE(text);
    CHECK(encoder.decode(encoder.encode(text)) == text);
  }
}

TEST_CASE("SubwordTextEncoder: it learns from texts with underscores, which stay bytes") {
  const Strings smileys{"so tired -_- today", "-_-"};
  const auto encoder = SubwordTextEncoder::build_from_corpus(smileys);
  for (const std::string& text : smileys) CHECK(encoder.decode(encoder.encode(text)) == text);
  const Strings& subwords = encoder.subwords();
  CHECK(std::find(subwords.begin(), subwords.end(), "\\&undsc") == subwords.end());
  const auto byte = static_cast<std::int32_t>(1 + subwords.size());
  CHECK(encoder.encode("_") == Ids{byte + '_'});
  CHECK(SubwordTextEncoder(subwords).encode(smileys) == encoder.encode(smileys));
  for (const Strings& corpus :
       {Strings{"_"}, Strings{"__", "_ _", "_"}, Strings{"a_b a_b a_b"}, Strings{"\\&undsc _ \\&undsc"}}) {
    const auto other = SubwordTextEncoder::build_from_corpus(corpus);
    for (const std::string& text : corpus) CHECK(other.decode(other.encode(text)) == text);
  }
}

TEST_CASE("SubwordTextEncoder: the escape of an underscore may be one of the subwords, and the byte comes before it") {
  const SubwordTextEncoder encoder({"\\&undsc", "a\\&undsc", "\\&undsc_"});
  const std::int32_t byte = 4;
  CHECK(encoder.encode("_") == Ids{byte + '_'});
  CHECK(encoder.encode("a_") == Ids{2});
  CHECK(encoder.encode("_ ") == Ids{3});
  CHECK(encoder.decode({1}) == "_");
  CHECK(encoder.decode({2, 3}) == "a__ ");
  for (const std::string text : {"_", "a_", "_ _", "\\&undsc", "a\\&undsc", "\\&undsc_", "\\&undsc _"})
    CHECK(encoder.decode(encoder.encode(text)) == text);
}

TEST_CASE("SubwordTextEncoder: decoding gives texts back that are put together at random") {
  const Strings parts{"_",          "__",
                      " ",          "  ",
                      "\\&undsc",   "\\&",
                      "undsc",      "\\",
                      "&",          "<EOS>",
                      "x\\&un",     "dsc",
                      "-_-",        "the",
                      "cat",        "s",
                      "\u00e9",     "\u65e5\u672c",
                      "\U0001F600", "\t",
                      "\n",         std::string(1, '\0'),
                      "\uFEFF",     "\u0301",
                      "7",          "."};
  cornu::random::Generator generator(11);
  const auto draw = [&](std::uint64_t most) {
    std::string text;
    for (std::uint64_t count = generator.below(most) + 1; count > 0; --count)
      text += parts[generator.below(parts.size())];
    return text;
  };
  for (int round = 0; round < 40; ++round) {
    Strings corpus;
    for (int i = 0; i < 10; ++i) corpus.push_back(draw(20));
    SubwordOptions options{.target_vocab_size = 258 + 20 * (round % 5), .max_subword_length = 1 + round % 7};
    if (round % 2 == 1) options.reserved_tokens = {"<EOS>", "x\\&un"};
    const auto encoder = SubwordTextEncoder::build_from_corpus(corpus, options);
    const SubwordTextEncoder again(encoder.subwords(), options.reserved_tokens.size());
    for (int i = 0; i < 30; ++i) {
      const std::string text = i < 10 ? corpus[static_cast<std::size_t>(i)] : draw(12);
      CAPTURE(text);
      CHECK(encoder.decode(encoder.encode(text)) == text);
      CHECK(again.encode(text) == encoder.encode(text));
    }
  }
}

TEST_CASE("SubwordTextEncoder: sizes as large as they can be are right, or refused") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const auto expected = SubwordTextEncoder::build_from_corpus(texts, {.target_vocab_size = 300});
  for (const std::int64_t length : {std::int64_t{20}, std::int64_t{1} << 40, most})
    CHECK(SubwordTextEncoder::build_from_corpus(texts, {.target_vocab_size = 300, .max_subword_length = length})
              .subwords() == expected.subwords());
  CHECK(SubwordTextEncoder::build_from_corpus(texts, {.target_vocab_size = 300, .max_corpus_chars = most}).subwords() ==
        expected.subwords());
  CHECK(SubwordTextEncoder::build_from_corpus(texts, {.target_vocab_size = most}).vocab_size() >=
        expected.vocab_size());
  const SubwordTextEncoder every({"<E>"}, std::numeric_limits<std::size_t>::max());
  CHECK(every.encode("<E>") == Ids{1});
}

TEST_CASE("SubwordTextEncoder: padding is passed over, bytes that are no text are replaced") {
  const SubwordTextEncoder encoder({"a_", "b"});
  CHECK(encoder.decode({0, 0, 1, 2, 0}) == "a b");
  CHECK(encoder.decode({2 + 1 + 0xC3}) == "\uFFFD");
  CHECK(encoder.decode({}).empty());
  CHECK_THROWS_AS(encoder.decode({-1}), IndexError);
  CHECK_THROWS_AS(encoder.decode({259}), IndexError);
}

TEST_CASE("SubwordTextEncoder: a name for each id") {
  const SubwordTextEncoder encoder({"cat_", "s"});
  const Strings& tokens = encoder.tokens();
  CHECK(static_cast<std::int64_t>(tokens.size()) == encoder.vocab_size());
  CHECK(tokens[0] == "<pad>");
  CHECK(tokens[1] == "cat_");
  CHECK(tokens[3 + 'A'] == "A");
  CHECK(tokens[3 + '\n'] == "<0x0A>");
  CHECK(tokens[3 + ' '] == "<0x20>");
  CHECK(tokens[3 + 0xFF] == "<0xFF>");
  CHECK(encoder.subwords() == Strings{"cat_", "s"});
}

TEST_CASE("SubwordTextEncoder: frequent words become subwords, and the same texts give the same ones") {
  const auto encoder = SubwordTextEncoder::build_from_corpus(texts, {.target_vocab_size = 280});
  const Strings& subwords = encoder.subwords();
  CHECK(std::find(subwords.begin(), subwords.end(), "the_") != subwords.end());
  CHECK(encoder.vocab_size() > 260);
  CHECK(encoder.vocab_size() < 300);
  CHECK(SubwordTextEncoder::build_from_corpus(texts, {.target_vocab_size = 280}).subwords() == subwords);
  CHECK(SubwordTextEncoder(subwords).encode(texts) == encoder.encode(texts));
}

TEST_CASE("SubwordTextEncoder: reserved tokens are never cut") {
  const auto encoder =
      SubwordTextEncoder::build_from_corpus(texts, {.target_vocab_size = 300, .reserved_tokens = {"<EOS>", "#1"}});
  CHECK(encoder.subwords()[0] == "<EOS>");
  CHECK(encoder.encode("<EOS>#1") == Ids{1, 2});
  CHECK(encoder.decode(encoder.encode("x<EOS> #1y")) == "x<EOS> #1y");
}

TEST_CASE("SubwordTextEncoder: it learns from the first characters only, when asked") {
  const auto all = SubwordTextEncoder::build_from_corpus({"aaaa bbbb", "cccc cccc"}, {.target_vocab_size = 300});
  const auto some = SubwordTextEncoder::build_from_corpus({"aaaa bbbb", "cccc cccc"},
                                                          {.target_vocab_size = 300, .max_corpus_chars = 4});
  const auto knows_b = [](const SubwordTextEncoder& encoder) { return encoder.encode("bbbb").size() < 4; };
  CHECK(knows_b(all));
  CHECK(!knows_b(some));
  const auto subwords_of = [](const Strings& corpus, std::int64_t characters) {
    const SubwordOptions options{.target_vocab_size = 300, .max_corpus_chars = characters};
    return SubwordTextEncoder::build_from_corpus(corpus, options).subwords();
  };
  CHECK(subwords_of({"äaab", "cc"}, 3) == subwords_of({"äaa"}, 100));
  CHECK(subwords_of({"äaab", "cc"}, 5) == subwords_of({"äaab", "c"}, 100));
  CHECK(subwords_of({"äaab", "cc"}, 3) != subwords_of({"äaab"}, 100));
}

TEST_CASE("SubwordTextEncoder: what it refuses") {
  CHECK_THROWS_AS(SubwordTextEncoder::build_from_corpus({}), ValueError);
  CHECK_THROWS_AS(SubwordTextEncoder::build_from_corpus({"", ""}), ValueError);
  const auto refused = [](const SubwordOptions& options) {
    CHECK_THROWS_AS(SubwordTextEncoder::build_from_corpus(texts, options), ValueError);
  };
  refused({.target_vocab_size = 257});
  refused({.max_subword_length = 0});
  refused({.max_corpus_chars = 0});
  for (const std::string token : {"", "word", "!!", "<a_b>", "a!_"}) refused({.reserved_tokens = {token}});
  refused({.reserved_tokens = {"<a\\&undsc>"}});
  CHECK_THROWS_AS(SubwordTextEncoder({"<a_b>"}, 1), ValueError);
  CHECK_THROWS_AS(SubwordTextEncoder({"<\\&undsc>"}, 1), ValueError);
  CHECK_THROWS_AS(SubwordTextEncoder({"word"}, 1), ValueError);
  CHECK_THROWS_AS(SubwordTextEncoder({"\\&undsc", "\\&undsc"}), ValueError);
  CHECK_THROWS_AS(SubwordTextEncoder({"a", ""}), ValueError);
  CHECK_THROWS_AS(SubwordTextEncoder({"ab", "c", "ab"}), ValueError);
}
