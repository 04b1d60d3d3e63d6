#include <cornu/framework/explore/word_index.hpp>

#include <doctest/doctest.h>

#include <string>

using cornu::explore::WordIndex;
using Strings = std::vector<std::string>;

TEST_CASE("word index: each word has its row, and the first row of a repeated word counts") {
  const WordIndex index(Strings{"a", "b", "a", "", "c", "b"});
  CHECK(index.find("a") == 0);
  CHECK(index.find("b") == 1);
  CHECK(index.find("") == 3);
  CHECK(index.find("c") == 4);
  CHECK_FALSE(index.find("d").has_value());
  CHECK(index.size() == 4);
  CHECK(index.words().size() == 6);
  Strings first;
  for (std::int64_t row = 0; row < 6; ++row) first.push_back(index.is_first(row) ? "yes" : "no");
  CHECK(first == Strings{"yes", "yes", "no", "yes", "yes", "no"});
}

TEST_CASE("word index: it grows word by word, and takes no word twice") {
  WordIndex index;
  CHECK_FALSE(index.find("0").has_value());
  for (int i = 0; i < 5000; ++i) CHECK(index.add_new(std::to_string(i)));
  for (int i = 0; i < 5000; ++i) CHECK_FALSE(index.add_new(std::to_string(i)));
  for (int i = 0; i < 5000; ++i) CHECK(index.find(std::to_string(i)) == i);
  CHECK_FALSE(index.find("5000").has_value());
  CHECK(index.size() == 5000);
}

TEST_CASE("word index: words are added to words that were there, repeated ones among them") {
  WordIndex index(Strings{"a", "a", "b"});
  for (int i = 0; i < 100; ++i) CHECK(index.add_new(std::to_string(i)));
  CHECK(index.find("a") == 0);
  CHECK(index.find("b") == 2);
  CHECK(index.find("99") == 102);
  CHECK(index.size() == 102);
}

TEST_CASE("word index: without words nothing is found") {
  const WordIndex index{Strings{}};
  CHECK_FALSE(index.find("").has_value());
  CHECK(index.size() == 0);
}
