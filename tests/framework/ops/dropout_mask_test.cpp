#include <cornu/framework/ops/dropout_mask.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include <cornu/framework/ops/ops.hpp>

#include "tests/support/generator_at.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/with_threads.hpp"

using namespace cornu;
using random::Generator;

namespace {

// The definition: one draw after the other.
Tensor drawn_one_by_one(std::int64_t size, double rate, Generator& generator) {
  Tensor mask = Tensor::uninitialized({size}, boolean);
  bool* const kept = mask.mutable_data<bool>();
  std::generate(kept, kept + size, [&] { return generator.uniform() >= rate; });
  return mask;
}

// Whether mask and generator are the same with any number of threads.
bool is_as_defined(std::int64_t size, double rate, const Generator& start) {
  Generator one_by_one = start;
  const Tensor expected = drawn_one_by_one(size, rate, one_by_one);
  bool same = true;
  for (const std::int64_t threads : testing::thread_counts) {
    const testing::WithThreads with(threads);
    Generator generator = start;
    same &= testing::same_bits(ops::dropout_mask({size}, rate, generator), expected);
    same &= testing::same_bits(generator.state(), one_by_one.state());
  }
  return same;
}

Generator after(Generator generator, int draws) {
  for (int i = 0; i < draws; ++i) generator.next();
  return generator;
}

constexpr double rates[] = {
    0, std::numeric_limits<double>::denorm_min(), 0x1p-54, 0x1p-53, 0x1.8p-53, 0.1, 0.25, 0.5, 0.9, 1 - 0x1p-53, 1};

}  // namespace

TEST_CASE("dropout mask: draws one by one, for all sizes, with and without a spare draw") {
  const testing::WithPieceScale scale(testing::small_pieces);
  for (std::int64_t size = 0; size < 70; ++size)
    for (int draws = 0; draws < 4; ++draws) {
      CAPTURE(size);
      CAPTURE(draws);
      CHECK(is_as_defined(size, 0.3, after(Generator(11), draws)));
    }
}

TEST_CASE("dropout mask: draws one by one, for all rates, seeds and counters") {
  const testing::WithPieceScale scale(testing::small_pieces);
  for (const double rate : rates)
    for (const std::uint64_t seed : testing::seeds)
      for (const std::uint64_t counter : testing::counters) {
        CAPTURE(rate);
        CAPTURE(seed);
        CAPTURE(counter);
        CHECK(is_as_defined(53, rate, testing::generator_at(seed, counter)));
      }
}

TEST_CASE("dropout mask: draws one by one, in pieces as large as they are") {
  for (const int draws : {0, 1}) CHECK(is_as_defined(150'003, 0.1, after(Generator(5), draws)));
}

TEST_CASE("dropout mask: an element is kept from the rate on") {
  // Each draw once as the last one of a mask, in what a spare, a counter of two and an odd rest give.
  for (const int before : {0, 1})
    for (int draw = 0; draw < 6; ++draw) {
      const Generator start = after(Generator(3), before);
      const double number = after(start, draw).uniform();
      for (const double rate : {number, number + 0x1p-53, number + 0x1p-55}) {
        CAPTURE(before);
        CAPTURE(draw);
        Generator generator = start;
        const Tensor mask = ops::dropout_mask({draw + 1}, rate, generator);
        CHECK(mask.data<bool>()[draw] == (number >= rate));
      }
    }
}

TEST_CASE("dropout mask: the spare draw is the one of the state") {
  for (const double rate : {0.3, 0.6})
    CHECK(is_as_defined(9, rate, testing::generator_at(1, 4, std::uint64_t{1} << 63)));
}

TEST_CASE("dropout mask: a spare normal number stays") {
  Generator generator(2);
  generator.normal();
  CHECK(is_as_defined(20, 0.5, generator));
}

TEST_CASE("dropout mask: rate 0 keeps all, rate 1 none, and there may be none") {
  Generator generator(1);
  const auto kept = [&](double rate) {
    return ops::sum(ops::cast(ops::dropout_mask({7, 11}, rate, generator), float64)).item<double>();
  };
  CHECK(kept(0) == 77);
  CHECK(kept(-0.0) == 77);
  CHECK(kept(1) == 0);
  const Tensor before = generator.state();
  CHECK(ops::dropout_mask({0, 5}, 0.5, generator).shape() == Shape{0, 5});
  CHECK(testing::same_bits(generator.state(), before));
}
