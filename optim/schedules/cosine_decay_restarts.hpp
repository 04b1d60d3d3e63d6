#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/rule/learning_rate.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim::schedules {

struct CosineDecayRestartsOptions {
  double t_mul = 2;
  double m_mul = 1;
  double alpha = 0;
  std::string name = "SGDRDecay";
};

/// CosineDecay that starts anew each time it has come to its end: the first wave takes first_decay_steps, each next
/// t_mul times as many and starts m_mul times as high (Loshchilov and Hutter, "SGDR: stochastic gradient descent with
/// warm restarts", ICLR 2017). With the wave's number i from 0 and the part of it that is over, p:
///
///     initial_learning_rate · (alpha + (1 − alpha) · m_mul^i · (1 + cos(π · p)) / 2)
///
/// Throws ValueError unless first_decay_steps is positive, t_mul is at least 1, and the numbers are finite and at least
/// 0.
class CosineDecayRestarts final : public LearningRateSchedule {
 public:
  CosineDecayRestarts(double initial_learning_rate, std::int64_t first_decay_steps,
                      CosineDecayRestartsOptions options = {});
  double operator()(std::int64_t step) const override;
  Config to_config() const override;
  static std::shared_ptr<CosineDecayRestarts> from_config(const ConfigView& config);

 private:
  struct Place {
    double wave, fraction;
  };
  Place place_of(double waves) const;

  double initial_learning_rate_, first_decay_steps_;
  CosineDecayRestartsOptions options_;
};

}  // namespace cornu::optim::schedules
CORNU_EXPORT_END
