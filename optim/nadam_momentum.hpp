#pragma once
#include <cstdint>

namespace cornu::optim {

/// Internal: the momentum of Nadam, μ(t) = β₁·(1 − ½·0.96^t), and the products U(t) = μ(1)·…·μ(t), of which the last
/// one asked for is remembered.
class NadamMomentum {
 public:
  explicit NadamMomentum(double beta_1) : beta_1_(beta_1) {}
  double at(std::int64_t number) const;
  double product_until(std::int64_t number);
  /// μ(t + 1) / (1 − U(t + 1)): by how much the mean counts in update t.
  double mean_rate(std::int64_t number);

 private:
  double beta_1_;
  double product_ = 1;  // until update number_
  std::int64_t number_ = 0;
};

}  // namespace cornu::optim
