#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/rule/learning_rate.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim::schedules {

struct InverseTimeDecayOptions {
  bool staircase = false;
  std::string name = "InverseTimeDecay";
};

/// initial_learning_rate / (1 + decay_rate · step / decay_steps); with staircase, step / decay_steps is rounded down.
/// Throws ValueError unless decay_steps is positive and the numbers are finite and at least 0.
class InverseTimeDecay final : public LearningRateSchedule {
 public:
  InverseTimeDecay(double initial_learning_rate, std::int64_t decay_steps, double decay_rate,
                   InverseTimeDecayOptions options = {});
  double operator()(std::int64_t step) const override;
  Config to_config() const override;
  static std::shared_ptr<InverseTimeDecay> from_config(const ConfigView& config);

 private:
  double initial_learning_rate_, decay_steps_, decay_rate_;
  bool staircase_;
};

}  // namespace cornu::optim::schedules
CORNU_EXPORT_END
