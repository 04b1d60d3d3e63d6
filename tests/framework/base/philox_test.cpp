#include <cornu/framework/base/philox.hpp>

#include <doctest/doctest.h>

#include <array>
#include <utility>

using Words = std::array<std::uint32_t, 4>;

namespace {

std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }
std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }

// As the paper writes it down, for counters of four words.
Words by_the_paper(Words x, std::uint32_t key_0, std::uint32_t key_1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * x[0], b = std::uint64_t{0xCD9E8D57} * x[2];
    x = {high(b) ^ x[1] ^ key_0, low(b), high(a) ^ x[3] ^ key_1, low(a)};
    key_0 += 0x9E3779B9;
    key_1 += 0xBB67AE85;
  }
  return x;
}

Words of_library(std::uint64_t counter, std::uint64_t key) {
  const auto x = cornu::detail::philox<cornu::detail::PhiloxScalars>({low(counter), high(counter), 0, 0}, key);
  return {x.x0, x.x1, x.x2, x.x3};
}

}  // namespace

TEST_CASE("philox: the reference of these tests gives the published numbers") {
  // Random123's known answers, the last of digits of π.
  CHECK(by_the_paper({}, 0, 0) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(by_the_paper({~0U, ~0U, ~0U, ~0U}, ~0U, ~0U) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(by_the_paper({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("philox: all bits of counter and key count") {
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t one = std::uint64_t{1} << bit, many = ~std::uint64_t{0} << bit;
    CAPTURE(bit);
    for (const auto& [counter, key] : {std::pair{one, many}, {many, one}, {one - 1, one}, {one, one - 1}})
      CHECK(of_library(counter, key) == by_the_paper({low(counter), high(counter), 0, 0}, low(key), high(key)));
  }
}
