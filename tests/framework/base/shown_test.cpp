#include <cornu/framework/base/shown.hpp>

#include <doctest/doctest.h>

using cornu::shown;

TEST_CASE("shown: readable text stays, the rest is written as bytes") {
  CHECK(shown("größe 数") == "größe 数");
  CHECK(shown(std::string_view("a\0\n\x7F", 4)) == "a\\x00\\x0a\\x7f");
  CHECK(shown("\xFF\xC3") == "\\xff\\xc3");
  CHECK(shown("").empty());
}

TEST_CASE("shown: a long text is cut between characters") {
  CHECK(shown("äöü", 3) == "äöü");
  CHECK(shown("äöü", 2) == "äö…");
  CHECK(shown(std::string(1'000'000, 'x')) == std::string(80, 'x') + "…");
}
