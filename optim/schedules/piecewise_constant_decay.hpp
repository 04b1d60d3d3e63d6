#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/rule/learning_rate.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim::schedules {

struct PiecewiseConstantDecayOptions {
  std::string name = "PiecewiseConstant";
};

/// values[0] up to and with step boundaries[0], values[1] up to and with boundaries[1], …, the last value from then on.
/// Throws ValueError unless there is one value more than boundaries, these ascend, and values are finite and at least
/// 0.
class PiecewiseConstantDecay final : public LearningRateSchedule {
 public:
  PiecewiseConstantDecay(std::vector<std::int64_t> boundaries, std::vector<double> values,
                         PiecewiseConstantDecayOptions options = {});
  double operator()(std::int64_t step) const override;
  Config to_config() const override;
  static std::shared_ptr<PiecewiseConstantDecay> from_config(const ConfigView& config);

 private:
  std::vector<std::int64_t> boundaries_;
  std::vector<double> values_;
};

}  // namespace cornu::optim::schedules
CORNU_EXPORT_END
