// TextVectorization reads many texts on several threads.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/text/text_vectorization.hpp>

#include "tests/support/with_threads.hpp"

using namespace cornu;
using testing::WithThreads;
using text::TextVectorization;

namespace {

std::vector<std::string> texts() {
  std::vector<std::string> all;
  for (int i = 0; i < 3000; ++i)
    all.push_back(fmt::format("Word{} word{} of text {}, {}.", i % 97, i % 53, i % 11, i * i % 1009));
  return all;
}

}  // namespace

TEST_CASE("threads, texts: vocabulary and numbers are the same with any number of threads") {
  for (const char* mode : {"int", "multi_hot", "count", "tf_idf"}) {
    CAPTURE(mode);
    const auto of = [&](std::int64_t threads) {
      const WithThreads with(threads);
      TextVectorization vectorize({.max_tokens = 500, .ngrams = 2, .output_mode = mode});
      vectorize.adapt(texts());
      return std::pair(vectorize.get_vocabulary(), vectorize(texts()));
    };
    const auto expected = of(1);
    CHECK(expected.first.size() == 500);
    for (const std::int64_t threads : testing::thread_counts) {
      const auto got = of(threads);
      CHECK(got.first == expected.first);
      CHECK(ops::array_equal(got.second, expected.second));
    }
  }
}

TEST_CASE("threads, texts: functions of the program are called by one thread, text after text") {
  const WithThreads with(4);
  std::set<std::thread::id> seen;
  std::vector<std::string> in_order;
  TextVectorization vectorize({.standardize = [&](const std::string& text) {
    seen.insert(std::this_thread::get_id());
    in_order.push_back(text);
    return text;
  }});
  vectorize.adapt(texts());
  CHECK(in_order == texts());
  CHECK(seen == std::set<std::thread::id>{std::this_thread::get_id()});
}
