#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/rule/learning_rate.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim::schedules {

struct ExponentialDecayOptions {
  bool staircase = false;
  std::string name = "ExponentialDecay";
};

/// initial_learning_rate · decay_rate^(step / decay_steps); with staircase, the exponent is rounded down.
/// Throws ValueError unless decay_steps is positive and the numbers are finite and at least 0.
class ExponentialDecay final : public LearningRateSchedule {
 public:
  ExponentialDecay(double initial_learning_rate, std::int64_t decay_steps, double decay_rate,
                   ExponentialDecayOptions options = {});
  double operator()(std::int64_t step) const override;
  Config to_config() const override;
  static std::shared_ptr<ExponentialDecay> from_config(const ConfigView& config);

 private:
  double initial_learning_rate_, decay_steps_, decay_rate_;
  bool staircase_;
};

}  // namespace cornu::optim::schedules
CORNU_EXPORT_END
