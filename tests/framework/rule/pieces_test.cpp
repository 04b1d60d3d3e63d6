#include <cornu/framework/rule/pieces.hpp>

#include <doctest/doctest.h>

using namespace cornu;

TEST_CASE("pieces: sums over elements are no more than there is memory for, however many elements there are") {
  for (const std::size_t count :
       {std::size_t{1}, std::size_t{1} << 15, (std::size_t{1} << 15) + 1, std::size_t{1} << 21,
        (std::size_t{1} << 21) + 1, std::size_t{2'098'175}, std::size_t{1'000'000'007}}) {
    const std::size_t grain = detail::elements_a_sum(count);
    CHECK((count - 1) / grain < detail::most_sums);
    CHECK(grain % 16 == 0);
  }
}
