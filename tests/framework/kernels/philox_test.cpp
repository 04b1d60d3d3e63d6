#include <cornu/framework/kernels/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include <cornu/framework/kernels/table.hpp>

#include "tests/support/generator_at.hpp"

using namespace cornu;
using kernels::PhiloxKernels;

namespace {

// The upper 53 bits of draws one by one.
std::vector<std::int64_t> drawn(std::uint64_t seed, std::uint64_t counter, std::int64_t blocks) {
  random::Generator generator = testing::generator_at(seed, counter);
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(2 * blocks));
  for (std::int64_t& number : numbers) number = static_cast<std::int64_t>(generator.next() >> 11);
  return numbers;
}

// Whether the kernel compares all of these right, and writes nothing behind them.
bool compares(const PhiloxKernels& kernels, std::uint64_t seed, std::uint64_t counter, std::int64_t limit,
              const std::vector<std::int64_t>& numbers) {
  const auto written = std::make_unique<bool[]>(numbers.size() + 1);
  written[numbers.size()] = true;
  kernels.at_least(seed, counter, std::ssize(numbers) / 2, limit, written.get());
  const bool same = std::equal(numbers.begin(), numbers.end(), written.get(),
                               [limit](std::int64_t number, bool is) { return (number >= limit) == is; });
  return same && written[numbers.size()];
}

}  // namespace

TEST_CASE("philox kernel: every build compares the draws that a generator makes, for any number of counters") {
  for (const kernels::Build build : kernels::supported_builds())
    for (const std::uint64_t seed : testing::seeds)
      for (const std::uint64_t counter : testing::counters)
        for (std::int64_t blocks = 0; blocks < 37; ++blocks) {
          const std::vector<std::int64_t> numbers = drawn(seed, counter, blocks);
          bool same = true;
          for (const std::int64_t limit : {std::int64_t{0}, std::int64_t{1} << 49, std::int64_t{1} << 52,
                                           (std::int64_t{1} << 53) - 1, std::int64_t{1} << 53})
            same &= compares(kernels::table_of<PhiloxKernels>(build), seed, counter, limit, numbers);
          CAPTURE(name_of(build));
          CAPTURE(seed);
          CAPTURE(counter);
          CAPTURE(blocks);
          CHECK(same);
        }
}

TEST_CASE("philox kernel: every build tells a draw from its neighbours") {
  for (const kernels::Build build : kernels::supported_builds())
    for (const std::uint64_t counter : testing::counters) {
      const std::vector<std::int64_t> numbers = drawn(7, counter, 21);
      bool same = true;
      for (const std::int64_t number : numbers)
        for (const std::int64_t limit : {number, number + 1})
          same &= compares(kernels::table_of<PhiloxKernels>(build), 7, counter, limit, numbers);
      CAPTURE(name_of(build));
      CAPTURE(counter);
      CHECK(same);
    }
}
