#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/rule/learning_rate.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim::schedules {

struct CosineDecayOptions {
  double alpha = 0;
  std::string name = "CosineDecay";
  std::optional<double> warmup_target = {};
  std::int64_t warmup_steps = 0;
};

/// Half a cosine wave from initial_learning_rate down to alpha times as much, in decay_steps (Loshchilov and Hutter,
/// "SGDR: stochastic gradient descent with warm restarts", ICLR 2017). With a warmup_target the learning rate first
/// goes from initial_learning_rate to the target in a straight line, in warmup_steps, and the wave starts there:
///
///     initial + (target − initial) · step / warmup_steps                               while step < warmup_steps
///     target · (alpha + (1 − alpha) · (1 + cos(π · min(1, (step − warmup_steps) / decay_steps))) / 2)
///
/// Throws ValueError unless decay_steps is positive and the numbers are finite and at least 0.
class CosineDecay final : public LearningRateSchedule {
 public:
  CosineDecay(double initial_learning_rate, std::int64_t decay_steps, CosineDecayOptions options = {});
  double operator()(std::int64_t step) const override;
  Config to_config() const override;
  static std::shared_ptr<CosineDecay> from_config(const ConfigView& config);

 private:
  double initial_learning_rate_, decay_steps_;
  CosineDecayOptions options_;
};

}  // namespace cornu::optim::schedules
CORNU_EXPORT_END
