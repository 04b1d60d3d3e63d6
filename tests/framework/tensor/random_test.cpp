#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <thread>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/generator_at.hpp"
#include "tests/support/same_bits.hpp"

using namespace cornu;

namespace {
double mean_of(const Tensor& x) { return ops::mean(x).item<double>(); }
double deviation_of(const Tensor& x) { return ops::standard_deviation(x).item<double>(); }
}  // namespace

TEST_CASE("random: Philox 4×32-10 gives its published numbers") {
  // Counter and key all zero: 6627e8d5 e169c58d bc57ac4c 9b00dbd8 (Random123's known answers).
  random::Generator generator(0);
  CHECK(generator.next() == 0xe169c58d6627e8d5);
  CHECK(generator.next() == 0x9b00dbd8bc57ac4c);
}

TEST_CASE("random: a generator that skips stands where it would after as many draws") {
  for (const std::uint64_t counter : testing::counters)
    for (const std::uint64_t blocks : {0U, 1U, 2U, 17U}) {
      random::Generator one_by_one = testing::generator_at(6, counter), generator = one_by_one;
      for (std::uint64_t i = 0; i < 2 * blocks; ++i) one_by_one.next();
      const random::Generator::Blocks skipped = generator.skip(blocks);
      CHECK(skipped.seed == 6);
      CHECK(skipped.counter == counter);
      CHECK(testing::same_bits(generator.state(), one_by_one.state()));
    }
}

TEST_CASE("random: every other draw leaves a spare one") {
  random::Generator generator(1);
  CHECK_FALSE(generator.has_spare());
  generator.next();
  CHECK(generator.has_spare());
  generator.next();
  CHECK_FALSE(generator.has_spare());
}

TEST_CASE("random: a seed fixes everything that is drawn after it") {
  const auto draw = [] {
    random::set_seed(7);
    std::vector<double> numbers{mean_of(random::uniform({10})), mean_of(random::normal({10}))};
    for (const std::int64_t place : random::permutation(5)) numbers.push_back(static_cast<double>(place));
    return numbers;
  };
  CHECK(draw() == draw());
  random::set_seed(7);
  const Tensor first = random::uniform({4}), second = random::uniform({4});
  CHECK_FALSE(ops::array_equal(first, second));
  random::set_seed(8);
  CHECK_FALSE(ops::array_equal(first, random::uniform({4})));
}

TEST_CASE("random: two threads draw the same streams in some order") {
  const auto streams = [](bool threads) {
    random::set_seed(3);
    std::set<std::uint64_t> first;
    std::set<std::uint64_t> second;
    const auto draw = [](std::set<std::uint64_t>& into) {
      for (int i = 0; i < 500; ++i) into.insert(random::next_generator().next());
    };
    if (threads) {
      std::thread other(draw, std::ref(first));
      draw(second);
      other.join();
    } else {
      draw(first);
      draw(second);
    }
    first.merge(second);
    return first;
  };
  CHECK(streams(false).size() == 1000);
  CHECK(streams(true) == streams(false));
}

TEST_CASE("random: uniform numbers fill their range and no more") {
  random::set_seed(1);
  for (const DType dtype : {float32, float64}) {
    const Tensor x = random::uniform({100'000}, -2, 3, dtype);
    CHECK(x.dtype() == dtype);
    CHECK(ops::min(x).item<double>() >= -2);
    CHECK(ops::min(x).item<double>() < -1.99);
    CHECK(ops::max(x).item<double>() < 3);
    CHECK(ops::max(x).item<double>() > 2.99);
    CHECK(std::abs(mean_of(x) - 0.5) < 0.02);  // 4 standard errors: 5/√12 / √100,000 · 4 = 0.018
    CHECK(std::abs(deviation_of(x) - 5 / std::sqrt(12)) < 0.01);  // 5/√12 = 1.443
  }
  CHECK(random::uniform({0, 3}).shape() == Shape{0, 3});
  CHECK_THROWS_AS(random::uniform({2}, 0, 1, int32), ValueError);
}

TEST_CASE("random: normal numbers have their mean, deviation and tails") {
  random::set_seed(2);
  const Tensor x = random::normal({100'000}, 10, 2, float64);
  CHECK(std::abs(mean_of(x) - 10) < 0.026);  // 4 standard errors
  CHECK(std::abs(deviation_of(x) - 2) < 0.02);
  const double within = ops::mean(ops::cast(ops::less(ops::abs(x - 10.0), 2.0), float64)).item<double>();
  CHECK(std::abs(within - 0.6827) < 0.006);  // 4 standard errors
  CHECK(ops::max(x).item<double>() > 10 + 3.5 * 2);
  const double skewness = ops::mean(ops::pow((x - 10.0) / 2.0, 3)).item<double>();
  CHECK(std::abs(skewness) < 0.05);
  CHECK_THROWS_AS(random::normal({2}, 0, 1, int32), ValueError);
}

TEST_CASE("random: truncated normal numbers stay within two deviations") {
  random::set_seed(3);
  const Tensor x = random::truncated_normal({100'000}, 1, 0.5, float64);
  CHECK(ops::max(ops::abs(x - 1.0)).item<double>() <= 1);
  CHECK(std::abs(mean_of(x) - 1) < 0.006);
  CHECK(std::abs(deviation_of(x) - 0.5 * 0.8796) < 0.005);  // √(1 − 2·2·φ(2) / 0.9545) = 0.8796
  CHECK_THROWS_AS(random::truncated_normal({2}, 0, 1, boolean), ValueError);
}

TEST_CASE("random: whole numbers are all there, equally often") {
  random::set_seed(4);
  const Tensor x = random::randint({70'000}, -3, 4);
  CHECK(x.dtype() == int32);
  std::vector<int> count(7);
  for (const std::int32_t value : x.values<std::int32_t>()) ++count.at(static_cast<std::size_t>(value + 3));
  for (const int times : count) CHECK(std::abs(times - 10'000) < 400);  // 4 standard deviations: 4·√(70,000·6/49) = 370
  CHECK(random::randint({3}, 5, 6, int64).to_vector<std::int64_t>() == std::vector<std::int64_t>{5, 5, 5});
  CHECK_THROWS_AS(random::randint({2}, 3, 3), ValueError);
}

TEST_CASE("random: below has no bias towards small numbers") {
  random::Generator generator(5);
  const std::uint64_t limit = (std::uint64_t{3} << 62) + 1;  // a plain remainder would give the lower third twice
  int low = 0;
  for (int i = 0; i < 30'000; ++i) low += generator.below(limit) < limit / 3 ? 1 : 0;
  CHECK(std::abs(low - 10'000) < 330);  // 4 standard deviations
  CHECK(generator.below(1) == 0);
  CHECK_THROWS_AS(generator.below(0), ValueError);
}

TEST_CASE("random: a permutation holds each number once, each order alike") {
  random::set_seed(6);
  std::vector<std::int64_t> order = random::permutation(1000);
  CHECK_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) REQUIRE(order[i] == static_cast<std::int64_t>(i));
  CHECK(random::permutation(0).empty());
  int count[3][3] = {};
  for (int i = 0; i < 9000; ++i) {
    const auto three = random::permutation(3);
    for (std::size_t place = 0; place < 3; ++place) ++count[place][three[place]];
  }
  for (const auto& row : count)
    for (const int times : row) CHECK(std::abs(times - 3000) < 180);  // 4 standard deviations
}

TEST_CASE("random: uniform numbers stay below their bound where a sum would round up to it") {
  for (const DType dtype : {float32, float64}) {
    const double low = dtype == float32 ? 100 : 1e15, high = low + 1;
    const Tensor x = random::uniform({1 << 22}, low, high, dtype);
    CHECK(ops::min(x).astype(float64).item<double>() >= low);
    CHECK(ops::max(x).astype(float64).item<double>() < high);
  }
  CHECK(random::uniform({3}, 2, 2).to_vector<float>() == std::vector<float>(3, 2));
  CHECK_THROWS_AS(random::uniform({2}, 2, 1), ValueError);
  CHECK_THROWS_AS(random::uniform({2}, -1e308, 1e308, float64), ValueError);
}

TEST_CASE("random: integers that the dtype does not hold are refused") {
  CHECK_THROWS_AS(random::randint({4}, 0, std::int64_t{1} << 40), ValueError);
  CHECK_THROWS_AS(random::randint({4}, -(std::int64_t{1} << 31) - 1, 0), ValueError);
  CHECK_THROWS_AS(random::randint({4}, 0, std::int64_t{1} << 40, float32), ValueError);
  CHECK_THROWS_AS(random::randint({4}, 0, 3, boolean), ValueError);
  CHECK(ops::max(random::randint({1000}, 0, std::int64_t{1} << 31)).item<std::int32_t>() > 0);
  CHECK(ops::min(random::randint({1000}, 0, std::int64_t{1} << 40, int64)).item<std::int64_t>() >= 0);
  CHECK_THROWS_AS(random::permutation(-1), ValueError);
  CHECK_THROWS_AS(random::permutation(std::int64_t{1} << 60), ValueError);
}
