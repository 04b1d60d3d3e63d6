#pragma once
// Internal: quantiles of numbers that come in batches, as Keras's Discretization finds them.
#include <cstddef>
#include <vector>

#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::layers {

/// Some of the numbers, in order, and how many each stands for. Float, because Keras's are.
class QuantileSummary {
 public:
  /// Of which the quantiles are at most `epsilon` of all off.
  explicit QuantileSummary(double epsilon) : epsilon_(epsilon) {}
  void add(const Tensor& numbers);
  /// Boundaries between that many parts of about equal weight.
  std::vector<double> boundaries(std::int64_t parts) const;

 private:
  struct Summary {
    std::vector<float> values, weights;
  };
  static Summary of(const Tensor& numbers, double epsilon);
  static Summary merged(const Summary& a, const Summary& b);
  static Summary compressed(const Summary& summary, double epsilon);

  double epsilon_;
  Summary summary_;
};

}  // namespace cornu::layers
