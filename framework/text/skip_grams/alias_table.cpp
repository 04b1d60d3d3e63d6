#include <cornu/framework/text/skip_grams/alias_table.hpp>

#include <cstddef>
#include <numeric>

namespace cornu::text {

// A number with less than the mean leaves room in its column, which one with more than the mean fills.
AliasTable::AliasTable(std::span<const double> weights) : columns_(weights.size()) {
  const double mean = std::accumulate(weights.begin(), weights.end(), 0.) / static_cast<double>(weights.size());
  std::vector<double> rest;
  std::vector<std::size_t> small, large;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    rest.push_back(weights[i] / mean);
    (rest[i] < 1 ? small : large).push_back(i);
    columns_[i] = {std::uint64_t{1} << 32, static_cast<std::int32_t>(i), static_cast<std::int32_t>(i)};
  }
  while (!small.empty() && !large.empty()) {
    const std::size_t from = large.back(), to = small.back();
    small.pop_back();
    columns_[to] = {static_cast<std::uint64_t>(rest[to] * 0x1p32), static_cast<std::int32_t>(to),
                    static_cast<std::int32_t>(from)};
    rest[from] -= 1 - rest[to];
    if (rest[from] >= 1) continue;
    large.pop_back();
    small.push_back(from);
  }
}

}  // namespace cornu::text
