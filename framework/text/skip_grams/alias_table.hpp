#pragma once
// Internal: draws from a discrete distribution in constant time.
#include <cstdint>
#include <span>
#include <vector>

#include <cornu/framework/tensor/random.hpp>

namespace cornu::text {

/// 0 … n-1, i with probability weights[i] / Σ weights. Each of n equally likely columns holds one number below its
/// threshold and another, its alias, above (Walker, "An efficient method for generating discrete random variables with
/// general distributions", ACM TOMS 3, 1977; Vose's construction, IEEE TSE 17, 1991). Probabilities are right to 2^-32.
class AliasTable {
 public:
  /// Weights are at least 0, one of them more; fewer than 2^32.
  explicit AliasTable(std::span<const double> weights);
  std::int32_t draw(random::Generator& generator) const {
    const std::uint64_t bits = generator.next();
    const Column& column = columns_[(bits >> 32) * columns_.size() >> 32];
    return (bits & 0xffffffff) < column.threshold ? column.below : column.above;
  }

 private:
  struct Column {
    std::uint64_t threshold;  // of 2^32
    std::int32_t below, above;
  };
  std::vector<Column> columns_;
};

}  // namespace cornu::text
