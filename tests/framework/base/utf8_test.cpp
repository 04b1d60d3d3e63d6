#include <cornu/framework/base/utf8.hpp>

#include <doctest/doctest.h>

using cornu::find_invalid_utf8;
using cornu::utf8_characters;
using Strings = std::vector<std::string>;

TEST_CASE("utf8: code points of one to four bytes") {
  CHECK(cornu::utf8_front("a").code_point == U'a');
  CHECK(cornu::utf8_front("é").code_point == U'é');
  CHECK(cornu::utf8_front("中").code_point == U'中');
  CHECK(cornu::utf8_front("😀").code_point == U'😀');
  CHECK(utf8_characters("aé中😀") == Strings{"a", "é", "中", "😀"});
  CHECK(utf8_characters("").empty());
}

TEST_CASE("utf8: the first byte that does not belong is found") {
  CHECK(find_invalid_utf8("") == std::string_view::npos);
  CHECK(find_invalid_utf8("aé中😀\xF4\x8F\xBF\xBF") == std::string_view::npos);
  CHECK(find_invalid_utf8("ab\xFF") == 2);
  CHECK(find_invalid_utf8("é\xC3") == 2);             // cut short
  CHECK(find_invalid_utf8("\xC0\x80") == 0);          // overlong
  CHECK(find_invalid_utf8("\xE0\x80\x80") == 0);      // overlong
  CHECK(find_invalid_utf8("\xF0\x80\x80\x80") == 0);  // overlong
  CHECK(find_invalid_utf8("a\xED\xA0\x80") == 1);     // half of a surrogate pair
  CHECK(find_invalid_utf8("\xF4\x90\x80\x80") == 0);  // beyond U+10FFFF
  CHECK(find_invalid_utf8("\x80") == 0);              // continuation without a start
}

// The same splits as tf.strings.unicode_split(text, "UTF-8") of TensorFlow 2.21.
TEST_CASE("utf8: what is no character becomes U+FFFD") {
  const std::string bad = "\uFFFD";
  CHECK(utf8_characters("\xE4\xB8"
                        "a") == Strings{bad, "a"});
  CHECK(utf8_characters("\xFF\xFE"
                        "a") == Strings{bad, bad, "a"});
  CHECK(utf8_characters("\xF0\x9F\x98") == Strings{bad});
  CHECK(utf8_characters("\xC0\x80"
                        "a") == Strings{bad, bad, "a"});
  CHECK(utf8_characters("\xED\xA0\x80"
                        "a") == Strings{bad, bad, bad, "a"});
  CHECK(utf8_characters("\xE4\xB8\xE4\xB8"
                        "a") == Strings{bad, bad, "a"});
}
