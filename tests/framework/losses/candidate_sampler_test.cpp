#include <cornu/framework/losses/candidate_sampler.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/fixture.hpp"

using namespace cornu;
using random::Candidates;
using random::Generator;
using random::log_uniform_candidate_sampler;

namespace {

double probability(double k, double range) { return std::log((k + 2) / (k + 1)) / std::log(range + 1); }

// How many tries a count of unique classes tells of.
double tries_of(double count, double k, double range) {
  return std::log(1 - count) / std::log(1 - probability(k, range));
}

Tensor range(std::int64_t n) { return ops::reshape(Tensor::arange(n), {n, 1}); }

}  // namespace

TEST_CASE("log_uniform_candidate_sampler: expected counts are TensorFlow's") {
  const testing::Fixture expected("candidate_sampling");
  const auto check_counts = [&](const std::string& name, std::int64_t size, std::int64_t drawn) {
    CAPTURE(name);
    const Tensor classes = ops::reshape(expected.tensor(name + "/sampled"), {drawn, 1});
    const Candidates mine = log_uniform_candidate_sampler(classes, drawn, false, size);
    CHECK(ops::all_close(ops::reshape(mine.true_expected_count, {drawn}), expected.tensor(name + "/sampled_count"),
                         1e-6));
    const Candidates first = log_uniform_candidate_sampler(range(6), drawn, false, size);
    CHECK(ops::all_close(first.true_expected_count, expected.tensor(name + "/true_count"), 1e-6));
  };
  check_counts("sampler/8x12", 8, 12);
  check_counts("sampler/1000x5", 1000, 5);
}

TEST_CASE("log_uniform_candidate_sampler: unique classes are counted by the tries they took, as TensorFlow does") {
  const testing::Fixture expected("candidate_sampling");
  const auto check_tries = [](const Tensor& counts, double size, double drawn) {
    const double tries = std::round(tries_of(counts.at<float>(0, 0), 0, size));
    CHECK(tries > drawn);
    for (int k = 0; k < 6; ++k)
      CHECK(counts.at<float>(k, 0) == doctest::Approx(1 - std::pow(1 - probability(k, size), tries)).epsilon(1e-5));
  };
  check_tries(expected.tensor("sampler/8x6_unique/true_count"), 8, 6);
  check_tries(expected.tensor("sampler/1000x8_unique/true_count"), 1000, 8);
  check_tries(log_uniform_candidate_sampler(range(6), 6, true, 8, Generator(1)).true_expected_count, 8, 6);
  check_tries(log_uniform_candidate_sampler(range(6), 8, true, 1000, Generator(1)).true_expected_count, 1000, 8);

  // where no class came twice, the count is that of draws which may repeat: n·p, not 1 - (1 - p)^n
  for (const double drawn : {2., 3., 5.}) {
    constexpr double many = 1e6;
    const Candidates few = log_uniform_candidate_sampler(range(6), static_cast<std::int64_t>(drawn), true,
                                                         static_cast<std::int64_t>(many), Generator(1));
    for (int k = 0; k < 6; ++k)
      CHECK(few.true_expected_count.at<float>(k, 0) == doctest::Approx(drawn * probability(k, many)).epsilon(1e-6));
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(drawn); ++i)
      CHECK(few.sampled_expected_count.at<float>(i) ==
            doctest::Approx(drawn * probability(static_cast<double>(few.sampled.at<std::int64_t>(i)), many))
                .epsilon(1e-6));
  }
  const Candidates one = log_uniform_candidate_sampler(range(6), 1, true, 1000, Generator(1));
  for (int k = 0; k < 6; ++k) CHECK(one.true_expected_count.at<float>(k, 0) == doctest::Approx(probability(k, 1000)));
}

TEST_CASE("log_uniform_candidate_sampler: classes come as often as they should, and follow from the generator") {
  constexpr int draws = 20'000, classes = 50;
  const Candidates drawn = log_uniform_candidate_sampler(Tensor({{0}}), draws, false, classes, Generator(1));
  std::vector<int> seen(classes);
  for (const std::int64_t k : drawn.sampled.values<std::int64_t>()) ++seen.at(static_cast<std::size_t>(k));
  for (int k = 0; k < classes; ++k) {
    const double p = probability(k, classes), deviation = std::sqrt(draws * p * (1 - p));
    CHECK(std::abs(seen[static_cast<std::size_t>(k)] - draws * p) < 4.5 * deviation);
  }
  const auto again = [&](std::uint64_t seed) {
    return log_uniform_candidate_sampler(Tensor({{0}}), draws, false, classes, Generator(seed)).sampled;
  };
  CHECK(ops::array_equal(again(1), drawn.sampled));
  CHECK_FALSE(ops::array_equal(again(2), drawn.sampled));
}

TEST_CASE("log_uniform_candidate_sampler: unique classes do not come twice, down to all of them") {
  const Candidates all = log_uniform_candidate_sampler(Tensor({{3}}), 20, true, 20, Generator(5));
  const auto values = all.sampled.values<std::int64_t>();
  CHECK(std::set<std::int64_t>(values.begin(), values.end()).size() == 20);
  const Candidates one = log_uniform_candidate_sampler(Tensor::zeros({0, 1}, int32), 1, true, 1, Generator(5));
  CHECK(one.sampled.item<int>() == 0);
  CHECK(one.sampled_expected_count.item<float>() == 1);
  CHECK(one.true_expected_count.shape() == Shape{0, 1});
}

TEST_CASE("log_uniform_candidate_sampler: what it refuses") {
  const Tensor one({{0}});
  CHECK_THROWS_WITH_AS(log_uniform_candidate_sampler(one, 9, true, 8),
                       "[log_uniform_candidate_sampler] cannot draw 9 unique classes out of 8; expected both counts to "
                       "be 1 or more, and no more unique classes than there are",
                       ValueError);
  CHECK_THROWS_AS(log_uniform_candidate_sampler(one, 0, false, 8), ValueError);
  CHECK_THROWS_AS(log_uniform_candidate_sampler(one, 1, false, 0), ValueError);
  CHECK_THROWS_AS(log_uniform_candidate_sampler(Tensor({{8}}), 1, false, 8), IndexError);
  CHECK_THROWS_AS(log_uniform_candidate_sampler(Tensor({{1.f}}), 1, false, 8), ValueError);
}
