#include <cornu/framework/text/standardize.hpp>

#include <doctest/doctest.h>

#include <limits>

#include <cornu/framework/base/errors.hpp>

using namespace cornu::text;
using Strings = std::vector<std::string>;

TEST_CASE("text steps: lower-casing touches ASCII alone") { CHECK(lower("ABC xyz ÄÉ Z[@") == "abc xyz ÄÉ z[@"); }

TEST_CASE("text steps: all 32 punctuation marks go, the text closes up") {
  CHECK(strip_punctuation("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~").empty());
  CHECK(strip_punctuation("it's a-b „so“ 1.5") == "its ab „so“ 15");
}

TEST_CASE("text steps: white space splits, however much there is") {
  CHECK(split_whitespace(" a\tb\n\nc\v\f\rd ") == Strings{"a", "b", "c", "d"});
  CHECK(split_whitespace("a\u00A0b") == Strings{"a\u00A0b"});  // a no-break space is not ASCII
  CHECK(split_whitespace("").empty());
  CHECK(split_whitespace(" \n ").empty());
}

TEST_CASE("text steps: n-grams, length after length") {
  CHECK(make_ngrams({"a", "b", "c"}, Ngrams(2).lengths()) == Strings{"a", "b", "c", "a b", "b c"});
  CHECK(make_ngrams({"a", "b", "c"}, Ngrams({3, 1}).lengths()) == Strings{"a b c", "a", "b", "c"});
  CHECK(make_ngrams({"a"}, {2}).empty());
  CHECK(make_ngrams({}, {1}).empty());
  CHECK(make_ngrams({"a", "b"}, {10'000}).empty());
  for (const int length : {0, -1, 10'001, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()}) {
    CHECK_THROWS_AS(make_ngrams({"a", "b"}, {1, length}), cornu::ValueError);
    CHECK_THROWS_AS(make_ngrams({"a", "b"}, Ngrams(length).lengths()), cornu::ValueError);
  }
}

TEST_CASE("text steps: a step is a name, a function or nothing") {
  const Standardize name = "lower", none = std::nullopt, function = [](const std::string&text) { return text + "!"; };
  CHECK(name.name() == "lower");
  CHECK(none.is_none());
  CHECK(none.name().empty());
  CHECK((*function.function())("a") == "a!");
  const Split split = [](std::string_view text) { return Strings{std::string(text)}; };
  CHECK((*split.function())("a b") == Strings{"a b"});
}
