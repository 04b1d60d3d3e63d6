#pragma once
#include <bit>
#include <cstdint>
#include <optional>

#include <cornu/framework/tensor/random.hpp>

namespace cornu::testing {

/// A generator that stands at a counter; with `spare` as the draw that comes before those of the counter, if given.
inline random::Generator generator_at(std::uint64_t seed, std::uint64_t counter,
                                      std::optional<std::uint64_t> spare = {}) {
  const auto bits = [](std::uint64_t x) { return std::bit_cast<std::int64_t>(x); };
  return random::Generator::from_state(Tensor(
      std::vector<std::int64_t>{1, bits(seed), bits(counter), bits(spare.value_or(0)), 0, spare.has_value() ? 1 : 0}));
}

/// Seeds and counters with bits everywhere, and counters that carry into the upper 32 bits and over the last.
constexpr std::uint64_t seeds[] = {0, 1, 0x8000000000000001, 0xFEDCBA9876543210, ~std::uint64_t{0}};
constexpr std::uint64_t counters[] = {0, 3, 0xFFFFFFF7, 0x7FFFFFFFFFFFFFFB, ~std::uint64_t{0} - 9};

}  // namespace cornu::testing
