#pragma once
// Internal: the momentum of Nadam's updates.
#include <cstdint>
#include <vector>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim {

/// The momentum of update t, μ(t) = β₁·(1 − ½·0.96^t), and the products U(t) = μ(1)·…·μ(t), at the same cost for any t.
class NadamMomentum {
 public:
  explicit NadamMomentum(double beta_1);
  /// μ(t) of update t = number.
  double at(std::int64_t number) const;
  /// U(t)
  double product_until(std::int64_t number) const;
  /// μ(t + 1) / (1 − U(t + 1)), the factor of the mean in update t.
  double mean_rate(std::int64_t number) const;

 private:
  double beta_1_;
  std::vector<double> growth_;  // Π_{i ≤ t} (1 − ½·0.96^i), up to where it does not change any more
};

}  // namespace cornu::optim
CORNU_EXPORT_END
