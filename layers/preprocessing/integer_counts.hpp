#pragma once
// Internal: how often integers occur.
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::layers {

class IntegerCounts {
 public:
  /// Each place along the first axis is a sample.
  void add(const Tensor& data);
  void remove(std::int64_t integer) { counts_.erase(integer); }
  /// The most frequent first, of equal ones the largest.
  std::vector<std::int64_t> by_frequency() const;
  /// ln(1 + samples / (1 + those that have it))
  float inverse_document_frequency(std::int64_t integer) const;

 private:
  struct Count {
    std::int64_t all = 0, samples = 0;
  };
  std::unordered_map<std::int64_t, Count> counts_;
  std::int64_t samples_ = 0;
};

}  // namespace cornu::layers
