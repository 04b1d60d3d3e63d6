#include <cornu/framework/text/unique.hpp>

#include <doctest/doctest.h>

using cornu::text::unique;
using Strings = std::vector<std::string>;

TEST_CASE("unique: values in order of appearance, and the place of each string") {
  const auto [values, indices] = unique({"cat", "dog", "snake", "dog", "mouse", "cat", "dog", "snake", "dog"});
  CHECK(values == Strings{"cat", "dog", "snake", "mouse"});
  CHECK(indices.dtype() == cornu::int32);
  CHECK(indices.to_vector<std::int32_t>() == std::vector<std::int32_t>{0, 1, 2, 1, 3, 0, 1, 2, 1});
}

TEST_CASE("unique: no strings, and an empty one") {
  CHECK(unique({}).values.empty());
  CHECK(unique({}).indices.shape() == cornu::Shape{0});
  CHECK(unique({"", "a", ""}).values == Strings{"", "a"});
}
