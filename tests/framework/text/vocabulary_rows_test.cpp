#include <doctest/doctest.h>

#include <cornu/framework/text/vocabulary_rows.hpp>

using cornu::text::vocabulary_rows;

TEST_CASE("vocabulary_rows: where each new word stood") {
  CHECK(vocabulary_rows({"", "cat", "dog", "cat"}, {"", "dog", "emu", "cat"}) ==
        std::vector<std::int64_t>{0, 2, -1, 1});
  CHECK(vocabulary_rows({}, {"cat"}) == std::vector<std::int64_t>{-1});
  CHECK(vocabulary_rows({"cat"}, {}).empty());
}
