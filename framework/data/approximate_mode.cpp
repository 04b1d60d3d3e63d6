#include <cornu/framework/data/approximate_mode.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cornu {

std::vector<std::int64_t> approximate_mode(const std::vector<std::int64_t>& counts, std::int64_t draws,
                                           random::Generator& generator) {
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
  std::vector<double> remainders;
  std::vector<std::int64_t> result;
  for (const std::int64_t count : counts) {
    const double exact = static_cast<double>(count) / total * static_cast<double>(draws);
    result.push_back(static_cast<std::int64_t>(exact));
    remainders.push_back(exact - std::floor(exact));
  }
  auto order = random::permutation(static_cast<std::int64_t>(counts.size()), random::Generator(generator.next()));
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return remainders[static_cast<std::size_t>(a)] > remainders[static_cast<std::size_t>(b)];
  });
  const std::int64_t more = draws - std::accumulate(result.begin(), result.end(), std::int64_t{0});
  for (std::int64_t i = 0; i < more; ++i) ++result[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])];
  return result;
}

}  // namespace cornu
