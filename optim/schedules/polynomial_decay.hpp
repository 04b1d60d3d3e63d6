#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/rule/learning_rate.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim::schedules {

struct PolynomialDecayOptions {
  double end_learning_rate = 0.0001;
  double power = 1;
  bool cycle = false;
  std::string name = "PolynomialDecay";
};

/// end + (initial_learning_rate − end) · (1 − step / decay_steps)^power, with end = end_learning_rate, which it keeps
/// after decay_steps; with cycle it jumps up again there, and decay_steps is the next multiple of itself that is at
/// least `step`. Throws ValueError unless decay_steps is positive and the numbers are finite and at least 0.
class PolynomialDecay final : public LearningRateSchedule {
 public:
  PolynomialDecay(double initial_learning_rate, std::int64_t decay_steps, PolynomialDecayOptions options = {});
  double operator()(std::int64_t step) const override;
  Config to_config() const override;
  static std::shared_ptr<PolynomialDecay> from_config(const ConfigView& config);

 private:
  double initial_learning_rate_, decay_steps_;
  PolynomialDecayOptions options_;
};

}  // namespace cornu::optim::schedules
CORNU_EXPORT_END
