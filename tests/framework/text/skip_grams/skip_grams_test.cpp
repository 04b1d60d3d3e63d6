#include <cornu/framework/text/skip_grams/skip_grams.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/throws.hpp"

using cornu::Shape;
using cornu::ValueError;
using cornu::testing::message_of;
using cornu::text::SkipGramBatch;
using cornu::text::SkipGrams;
using cornu::text::SkipGramsOptions;
using Ids = std::vector<std::int32_t>;

namespace {

Ids numbers(std::int32_t count) {
  Ids ids(static_cast<std::size_t>(count));
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}

// Id 0 in every other place, 1 … 9 in turn between.
Ids uneven(std::int32_t count) {
  Ids ids;
  for (std::int32_t i = 0; i < count; ++i) ids.push_back(i % 2 == 0 ? 0 : 1 + i / 2 % 9);
  return ids;
}

struct All {
  Ids targets, contexts;
  std::vector<std::int64_t> sizes, words_done;
  bool operator==(const All&) const = default;
};

All all_of(SkipGrams batches) {
  All all;
  while (const auto batch = batches.next()) {
    const Ids targets = batch->target.to_vector<std::int32_t>(), contexts = batch->context.to_vector<std::int32_t>();
    all.targets.insert(all.targets.end(), targets.begin(), targets.end());
    all.contexts.insert(all.contexts.end(), contexts.begin(), contexts.end());
    all.sizes.push_back(batch->target.dim(0));
    all.words_done.push_back(batch->words_done);
  }
  return all;
}

}  // namespace

TEST_CASE("SkipGrams: with a window of 1, each word is paired with its two neighbours") {
  SkipGrams batches({7, 5, 9}, {.window_size = 1, .negative_samples = 0, .sampling_factor = 0});
  const auto batch = batches.next();
  REQUIRE(batch);
  CHECK(batch->target.shape() == Shape{4, 1});
  CHECK(batch->context.shape() == Shape{4, 1});
  CHECK(batch->target.to_vector<std::int32_t>() == Ids{7, 5, 5, 9});
  CHECK(batch->context.to_vector<std::int32_t>() == Ids{5, 7, 9, 5});
  CHECK(batch->words_done == 3);
  CHECK(!batches.next());
  CHECK(!batches.next());
}

TEST_CASE("SkipGrams: contexts lie within the window, each distance as often as the drawn reach allows") {
  constexpr std::int32_t words = 30'000;
  const All all = all_of(SkipGrams(
      numbers(words), {.window_size = 3, .negative_samples = 0, .sampling_factor = 0, .chunk_size = words, .seed = 3}));
  std::map<int, int> counts;
  for (std::size_t i = 0; i < all.targets.size(); ++i) ++counts[all.contexts[i] - all.targets[i]];
  CHECK(counts.size() == 6);
  for (const auto& [distance, count] : counts)  // reach ≥ distance: 3/3, 2/3, 1/3 of the words; 5 standard deviations
    CHECK(count / double(words) == doctest::Approx((4 - std::abs(distance)) / 3.).epsilon(0.05));
}

TEST_CASE("SkipGrams: no window reaches over the end of a chunk") {
  const All all = all_of(SkipGrams(numbers(25), {.negative_samples = 0, .sampling_factor = 0, .chunk_size = 10}));
  CHECK(all.targets.size() > 0);
  for (std::size_t i = 0; i < all.targets.size(); ++i) CHECK(all.targets[i] / 10 == all.contexts[i] / 10);
  CHECK(all.words_done == std::vector<std::int64_t>{10, 20, 25});
}

TEST_CASE("SkipGrams: negative ids follow the counts to the exponent, and are never the pair's context") {
  // Counts of 0 and 1 … 9 are 9 : 1, so the weights with exponent 0.5 are 3 : 1 each.
  const All all = all_of(
      SkipGrams(uneven(36'000),
                {.window_size = 1, .negative_samples = 4, .sampling_factor = 0, .negative_exponent = 0.5, .seed = 5}));
  std::map<std::int32_t, double> drawn;
  double pairs = 0;
  for (std::size_t pair = 0; pair < all.targets.size(); ++pair) {
    const std::int32_t context = all.contexts[5 * pair];
    for (std::size_t i = 1; i <= 4; ++i) CHECK_MESSAGE(all.contexts[5 * pair + i] != context, pair);
    if (context != 1) continue;  // then 3 : 0 : 1 : … : 1, of 11
    ++pairs;
    for (std::size_t i = 1; i <= 4; ++i) ++drawn[all.contexts[5 * pair + i]];
  }
  CHECK(drawn.size() == 9);
  CHECK(drawn[0] / (4 * pairs) == doctest::Approx(3 / 11.).epsilon(0.05));
  CHECK(drawn[9] / (4 * pairs) == doctest::Approx(1 / 11.).epsilon(0.1));
}

TEST_CASE("SkipGrams: an extreme exponent draws the most or the least frequent of the others") {
  Ids ids;  // id 1 once, id 2 twice, id 3 three times …
  for (std::int32_t id = 1; id <= 6; ++id) ids.insert(ids.end(), static_cast<std::size_t>(id), id);
  const auto drawn_beside = [&](double exponent, std::size_t negatives) {
    const All all = all_of(SkipGrams(ids, {.negative_samples = static_cast<std::int64_t>(negatives),
                                           .sampling_factor = 0,
                                           .negative_exponent = exponent,
                                           .epochs = 20,
                                           .seed = 1}));
    std::map<std::int32_t, std::set<std::int32_t>> drawn;
    for (std::size_t i = 0; i < all.contexts.size(); ++i)
      if (i % (negatives + 1) != 0) drawn[all.contexts[i - i % (negatives + 1)]].insert(all.contexts[i]);
    return drawn;
  };
  const double most = std::numeric_limits<double>::max();
  for (const double exponent : {400., 1e10, most}) {
    for (const auto& [context, drawn] : drawn_beside(exponent, 3))
      CHECK(drawn == std::set<std::int32_t>{context == 6 ? 5 : 6});
    for (const auto& [context, drawn] : drawn_beside(-exponent, 3))
      CHECK(drawn == std::set<std::int32_t>{context == 1 ? 2 : 1});
  }
  // 50: of 6 and 5 beside another word, 5 has a share of (5/6)^50, about 1 in 9,100
  for (const auto& [context, drawn] : drawn_beside(50, 3)) CHECK(drawn.contains(context == 6 ? 5 : 6));
  for (const auto& [context, drawn] : drawn_beside(0, 40)) CHECK(drawn.size() == 5);
}

TEST_CASE("SkipGrams: beside the most frequent word the others are drawn by their counts, too") {
  // Counts 90, 9, 1 with exponent 1: beside id 0, the others are drawn as 9 : 1.
  Ids ids;
  for (int i = 0; i < 1000; ++i) ids.push_back(i % 10 != 0 ? 0 : (i % 100 == 0 ? 2 : 1));
  const All all = all_of(SkipGrams(ids, {.window_size = 1,
                                         .negative_samples = 10,
                                         .sampling_factor = 0,
                                         .negative_exponent = 1,
                                         .epochs = 10,
                                         .seed = 2}));
  std::map<std::int32_t, double> drawn;
  for (std::size_t i = 0; i < all.contexts.size(); ++i)
    if (i % 11 != 0 && all.contexts[i - i % 11] == 0) ++drawn[all.contexts[i]];
  CHECK(drawn.size() == 2);
  CHECK(drawn[1] / (drawn[1] + drawn[2]) == doctest::Approx(0.9).epsilon(0.01));
}

TEST_CASE("SkipGrams: options as large as they can be are right, or refused") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const Ids ids = numbers(7);
  const SkipGramsOptions plain{.window_size = 3, .negative_samples = 2, .sampling_factor = 0, .seed = 1};
  const All expected = all_of(SkipGrams(ids, plain));
  CHECK(expected.targets.size() > 12);
  const auto same_with = [&](auto&& change) {
    SkipGramsOptions options = plain;
    change(options);
    return all_of(SkipGrams(ids, options)) == expected;
  };
  CHECK(same_with([](SkipGramsOptions& options) { options.chunk_size = most; }));
  CHECK(same_with([](SkipGramsOptions& options) { options.chunk_size = 7; }));
  CHECK(same_with([](SkipGramsOptions& options) { options.batch_size = most; }));
  CHECK(same_with([](SkipGramsOptions& options) { options.threads = 4096; }));

  const All all_pairs = all_of(SkipGrams(ids, {.window_size = most, .negative_samples = 0, .sampling_factor = 0}));
  CHECK(all_pairs.targets.size() == 7 * 6);  // the reach drawn of 2^63 is 7 or more
  CHECK(all_of(SkipGrams(ids, {.sampling_factor = std::numeric_limits<double>::infinity()})).targets.size() > 0);
  const auto refused = [&](const SkipGramsOptions& options) {
    CHECK(message_of<ValueError>([&] { SkipGrams(ids, options); }).starts_with("[SkipGrams] "));
  };
  refused({.negative_samples = most});
  refused({.negative_samples = std::int64_t{1} << 31});
  refused({.epochs = most});
  refused({.threads = 1'000'000});
  refused({.threads = most});
  SkipGrams long_one(ids, {.epochs = most / 7, .threads = 1});
  CHECK(long_one.words() == most / 7 * 7);
  CHECK(long_one.next());
}

TEST_CASE("SkipGrams: what was moved from says so") {
  SkipGrams from(numbers(5), {.sampling_factor = 0, .seed = 1});
  SkipGrams to(std::move(from));
  CHECK(to.next());
  CHECK_THROWS_AS(from.next(), cornu::StateError);
  CHECK_THROWS_AS(from.words(), cornu::StateError);
}

TEST_CASE("SkipGrams: frequent words are left out as their share asks") {
  // Share ½ and factor 0.02: √0.04 + 0.04 = 0.24 of id 0 stays; the others' share is 1/18: 0.6 + 0.36 = 0.96.
  const All all = all_of(
      SkipGrams(uneven(90'000),
                {.window_size = 1, .negative_samples = 0, .sampling_factor = 0.02, .chunk_size = 90'000, .seed = 11}));
  double zeros = 0;
  for (const std::int32_t id : all.targets) zeros += id == 0;
  const double kept = static_cast<double>(all.targets.size()) / 2;  // each word but the ends is the target of two
  CHECK(zeros / 2 == doctest::Approx(0.24 * 45'000).epsilon(0.03));
  CHECK(kept == doctest::Approx((0.24 + 0.96) * 45'000).epsilon(0.01));
}

TEST_CASE("SkipGrams: batches do not depend on the number of threads, and are others with another seed") {
  SkipGramsOptions options{.batch_size = 64, .chunk_size = 100, .epochs = 3, .seed = 1};
  const Ids ids = uneven(2'050);
  const All alone = all_of(SkipGrams(ids, options));
  for (const std::int64_t threads : {1, 2, 5}) {
    options.threads = threads;
    CHECK(all_of(SkipGrams(ids, options)) == alone);
  }
  options.seed = 2;
  CHECK(all_of(SkipGrams(ids, options)).targets != alone.targets);
  CHECK(SkipGrams(ids, options).words() == 3 * 2'050);
  CHECK(alone.words_done.back() == 3 * 2'050);
}

TEST_CASE("SkipGrams: batches are full but for the last of a chunk, and no two epochs are alike") {
  const All all = all_of(
      SkipGrams(numbers(50), {.negative_samples = 0, .sampling_factor = 0, .batch_size = 40, .epochs = 2, .seed = 4}));
  std::vector<std::vector<std::int64_t>> sizes(2);
  for (std::size_t i = 0; i < all.sizes.size(); ++i) sizes[all.words_done[i] > 50 ? 1 : 0].push_back(all.sizes[i]);
  for (auto& epoch : sizes) {
    REQUIRE(epoch.size() > 1);
    epoch.pop_back();
    for (const std::int64_t size : epoch) CHECK(size == 40);
  }
  const std::set<std::int64_t> ends(all.words_done.begin(), all.words_done.end());
  CHECK(ends == std::set<std::int64_t>{50, 100});
  const auto half = static_cast<std::ptrdiff_t>(all.targets.size() / 2);
  CHECK(!std::equal(all.targets.begin(), all.targets.begin() + half, all.targets.begin() + half));
}

TEST_CASE("SkipGrams: may be dropped before the end, with threads at work") {
  SkipGrams batches(uneven(100'000), {.epochs = 100, .threads = 2});
  CHECK(batches.next());
  batches = SkipGrams(uneven(10), {.threads = 1});
  CHECK(batches.words() == 10);
}

TEST_CASE("SkipGrams: nothing comes of an empty corpus, of one word, and of no epochs") {
  CHECK(!SkipGrams({}).next());
  CHECK(!SkipGrams({}, {.threads = 2}).next());
  CHECK(!SkipGrams({3}, {.negative_samples = 0}).next());
  CHECK(!SkipGrams({1, 2, 3}, {.epochs = 0}).next());
}

TEST_CASE("SkipGrams: what it refuses") {
  CHECK_THROWS_AS(SkipGrams({1, -1}), ValueError);
  CHECK_THROWS_AS(SkipGrams({1, std::numeric_limits<std::int32_t>::max()}), ValueError);
  CHECK_THROWS_AS(SkipGrams({3, 3, 3}), ValueError);
  const Ids ids{1, 2, 3};
  CHECK_THROWS_AS(SkipGrams(ids, {.window_size = 0}), ValueError);
  CHECK_THROWS_AS(SkipGrams(ids, {.negative_samples = -1}), ValueError);
  CHECK_THROWS_AS(SkipGrams(ids, {.sampling_factor = -1}), ValueError);
  CHECK_THROWS_AS(SkipGrams(ids, {.negative_exponent = 1. / 0.}), ValueError);
  CHECK_THROWS_AS(SkipGrams(ids, {.batch_size = 0}), ValueError);
  CHECK_THROWS_AS(SkipGrams(ids, {.chunk_size = 0}), ValueError);
  CHECK_THROWS_AS(SkipGrams(ids, {.epochs = -1}), ValueError);
  CHECK_THROWS_AS(SkipGrams(ids, {.threads = -1}), ValueError);
}
