#include <cornu/framework/base/pattern.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/name_pattern.hpp>

#include "tests/support/fields.hpp"
#include "tests/support/throws.hpp"

using cornu::detail::Pattern;

namespace {

bool occurs(const std::string& pattern, const std::string& text) { return Pattern(pattern).occurs_in(text); }

std::string refusal(const std::string& pattern) {
  try {
    Pattern{pattern};
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

std::string repeated(const std::string& part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("Pattern: it occurs where Python's re.search finds it, whatever the pattern") {
  const auto fields = cornu::testing::fixture_fields("patterns");
  for (const bool found : {true, false}) {
    const std::vector<std::string>& pairs = fields.at(found ? "found" : "missing");
    CHECK(pairs.size() == 1200);
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
      CAPTURE(pairs[i]);
      CAPTURE(pairs[i + 1]);
      CHECK(occurs(pairs[i], pairs[i + 1]) == found);
    }
  }
}

TEST_CASE("Pattern: parts of names, groups and choices") {
  CHECK(occurs("bias", "dense/bias_2"));
  CHECK(!occurs("bias", "dense/kernel"));
  CHECK(occurs("^b|_2$", "gamma_2"));
  CHECK(!occurs("^b|_2$", "ab_21"));
  CHECK(occurs("", ""));
  CHECK(occurs("a|", "b"));
  CHECK(occurs("^(?:dense|conv)_\\d+/(kernel|bias)$", "conv_12/kernel"));
  CHECK(!occurs("^(?:dense|conv)_\\d+/(kernel|bias)$", "conv_/kernel"));
  CHECK(occurs("(?P<layer>dense)", "dense"));
  CHECK(occurs("a.c", "a\u00e9c"));
  CHECK(!occurs("a.c", "a\nc"));
  CHECK(occurs("a\\.c", "a.c"));
  CHECK(!occurs("a\\.c", "abc"));
}

TEST_CASE("Pattern: repetitions") {
  CHECK(occurs("^ab*c$", "ac"));
  CHECK(occurs("^ab*?c$", "abbc"));
  CHECK(!occurs("^ab+c$", "ac"));
  CHECK(occurs("^ab?c$", "abc"));
  CHECK(!occurs("^ab?c$", "abbc"));
  for (const int times : {0, 1, 2, 3, 4}) {
    const std::string text = repeated("a", times);
    CAPTURE(text);
    CHECK(occurs("^a{2}$", text) == (times == 2));
    CHECK(occurs("^a{2,}$", text) == (times >= 2));
    CHECK(occurs("^a{,2}$", text) == (times <= 2));
    CHECK(occurs("^a{1,3}$", text) == (times >= 1 && times <= 3));
    CHECK(occurs("^(a|aa){2}$", text) == (times >= 2));
  }
  CHECK(occurs("^a{b}{$", "a{b}{"));
  CHECK(occurs("^(a*)*b$", "aab"));
  CHECK(occurs("^(a{0}){3}$", ""));
}

TEST_CASE("Pattern: sets and classes of characters") {
  CHECK(occurs("^[a-c_]+$", "ab_c"));
  CHECK(!occurs("^[a-c_]+$", "abd"));
  CHECK(occurs("^[^a-c]$", "d"));
  CHECK(occurs("^[^a-c]$", "\u00e9"));
  CHECK(occurs("^[]x]+$", "]x"));
  CHECK(occurs("^[^]]$", "x"));
  CHECK(occurs("^[a-]+$", "-a"));
  CHECK(occurs("^[\\d.]+$", "1.5"));
  CHECK(occurs("^[\\]\\\\]+$", "]\\"));
  CHECK(occurs("^\\w+$", "snake_Case\u00e91"));
  CHECK(!occurs("\\w", " -/"));
  CHECK(occurs("^\\W\\D\\S$", "-xy"));
  CHECK(!occurs("\\D", "0123456789"));
  CHECK(occurs("^\\s+$", " \t\n\r\f\v"));
  CHECK(occurs("^\\t\\n$", "\t\n"));
}

TEST_CASE("Pattern: ends of texts and of words") {
  CHECK(occurs("a$", "ba\n"));
  CHECK(!occurs("a\\Z", "ba\n"));
  CHECK(occurs("\\Ab", "ba"));
  CHECK(!occurs("\\Aa", "ba"));
  CHECK(occurs("\\bker", "dense/kernel"));
  CHECK(!occurs("\\bnel", "kernel"));
  CHECK(occurs("\\Bnel\\b", "kernel"));
}

TEST_CASE("Pattern: nested repetitions and long texts take linear time and no stack") {
  const std::string many(100'000, 'a');
  for (const std::string pattern : {"(a+)+$", "(a*)*b", "(a|aa)+$", "(a|a)+$", "(.*)*x", "((a?)*)*b", "(a|b|ab)*c",
                                    "a*a*a*a*b", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$"}) {
    CAPTURE(pattern);
    CHECK(occurs(pattern, many) == (pattern.ends_with('$') && !pattern.starts_with('^')));
    CHECK(!occurs(pattern, many + "!"));
  }
  CHECK(occurs("^(a?){100}a{100}$", std::string(100, 'a')));
  CHECK(occurs(repeated("a?", 500) + repeated("a", 500) + "$", std::string(500, 'a')));
}

TEST_CASE("Pattern: what it refuses, by name") {
  CHECK(refusal("dense(") == "a '(' without its ')'");
  CHECK(refusal("a)") == "a ')' without its '('");
  CHECK(refusal("[a") == "a '[' without its ']'");
  CHECK(refusal("[") == "a '[' without its ']'");
  CHECK(refusal("[b-a]") == "a range that does not rise in a '[…]'");
  CHECK(refusal("[\\d-z]") == "a range that does not rise in a '[…]'");
  CHECK(refusal("*a") == "nothing to repeat");
  CHECK(refusal("^*") == "nothing to repeat");
  CHECK(refusal("a|+") == "nothing to repeat");
  CHECK(refusal("a**") == "a repetition of a repetition; put the first one into a group");
  CHECK(refusal("a{3,2}") == "a repetition of more times than at most");
  CHECK(refusal("a\\") == "a '\\' at the end");
  CHECK(refusal("\\q") == "'\\q', which is not supported");
  CHECK(refusal("(a)\\1") == "'\\' and a digit: references to groups are not supported");
  CHECK(refusal("(?P<x") == "a '(?P<' without its '>'");
  for (const std::string pattern : {"(?=a)", "(?!a)", "(?<=a)", "(?i)a", "(?P=x)", "(?"})
    CHECK(refusal(pattern).starts_with("'(?' that is not '(?:' or '(?P<name>'"));
}

TEST_CASE("Pattern: too large ones are refused before they take memory") {
  CHECK(refusal("a{1001}") == "a repetition of more than 1000 times");
  CHECK(refusal("a{99999999999999999999}") == "a repetition of more than 1000 times");
  const std::string too_many = "more than 2000 parts, when its repetitions are written out";
  CHECK(refusal("(a{1000}){1000}") == too_many);
  CHECK(refusal("(((){1000}){1000}){1000}") == too_many);
  CHECK(refusal(repeated("a", 100'000)) == too_many);
  CHECK(refusal(repeated("(", 100'000) + repeated(")", 100'000)) == "more than 100 groups in one another");
  CHECK(refusal(repeated("(?:", 100'000)) == "more than 100 groups in one another");
}

TEST_CASE("any_occurs: one of the patterns, and each of them is checked") {
  using cornu::detail::any_occurs;
  const std::vector<std::string> patterns{"^x", "nel"};
  CHECK(any_occurs("here", patterns, "kernel"));
  CHECK(!any_occurs("here", patterns, "bias"));
  CHECK(!any_occurs("here", {}, "bias"));
  const std::vector<std::string> wrong{"bias", "b("};
  CHECK(cornu::testing::message_of<cornu::ValueError>([&] { any_occurs("here", wrong, "bias"); }) ==
        "[here] no regular expression: a '(' without its ')'; got 'b('; expected part of a name, or a pattern such as "
        "'bias|gamma$'");
}
