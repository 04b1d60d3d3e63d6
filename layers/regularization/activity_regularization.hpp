#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct ActivityRegularizationOptions {
  double l1 = 0;  ///< times Σ |x|
  double l2 = 0;  ///< times Σ x²
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Passes its input on, and adds (l1 · Σ |x| + l2 · Σ x²) / batch to the loss of the model. A mask passes through, and
/// does not change the sums.
///
///     layers::ActivityRegularization({.l2 = 0.01})
///
/// Throws ValueError for factors that are not numbers from 0 on.
class ActivityRegularization final : public Layer<ActivityRegularization> {
 public:
  explicit ActivityRegularization(ActivityRegularizationOptions options = {});
  Tensor call(const Tensor& input) override { return input; }
  Config get_config() const override;
  static std::shared_ptr<ActivityRegularization> from_config(const ConfigView& config);

 private:
  ActivityRegularizationOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
