#include <cornu/layers/preprocessing/integer_counts.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cornu::layers {

void IntegerCounts::add(const Tensor& data) {
  const Tensor numbers = data.astype(int64);
  const std::int64_t samples = data.dim(0), length = samples == 0 ? 0 : data.size() / samples;
  const std::int64_t* number = numbers.data<std::int64_t>();
  for (std::int64_t sample = 0; sample < samples; ++sample) {
    std::unordered_set<std::int64_t> seen;
    for (std::int64_t i = 0; i < length; ++i, ++number) {
      Count& count = counts_[*number];
      ++count.all;
      if (seen.insert(*number).second) ++count.samples;
    }
  }
  samples_ += samples;
}

std::vector<std::int64_t> IntegerCounts::by_frequency() const {
  std::vector<std::pair<std::int64_t, std::int64_t>> counted;
  for (const auto& [integer, count] : counts_) counted.emplace_back(count.all, integer);
  std::sort(counted.rbegin(), counted.rend());
  std::vector<std::int64_t> integers;
  for (const auto& [count, integer] : counted) integers.push_back(integer);
  return integers;
}

float IntegerCounts::inverse_document_frequency(std::int64_t integer) const {
  const auto have_it = static_cast<double>(counts_.at(integer).samples);
  return static_cast<float>(std::log(1 + static_cast<double>(samples_) / (1 + have_it)));
}

}  // namespace cornu::layers
