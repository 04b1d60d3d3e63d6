#pragma once
// Internal: the momentum of Nadam's updates.
#include <cstdint>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim {

/// The momentum of update t, μ(t) = β₁·(1 − ½·0.96^t), and the products U(t) = μ(1)·…·μ(t). It remembers the last
/// product, so that asking for one update after the other is cheap.
class NadamMomentum {
 public:
  explicit NadamMomentum(double beta_1) : beta_1_(beta_1) {}
  /// μ(t) of update t = number.
  double at(std::int64_t number) const;
  /// U(t)
  double product_until(std::int64_t number);
  /// μ(t + 1) / (1 − U(t + 1)), the factor of the mean in update t.
  double mean_rate(std::int64_t number);

 private:
  double beta_1_;
  double product_ = 1;  // U(number_)
  std::int64_t number_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
