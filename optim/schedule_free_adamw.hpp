#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/optimizer/optimizer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim {

struct ScheduleFreeAdamWOptions {
  LearningRate learning_rate = 0.0025;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-8;
  std::int64_t warmup_steps = 0;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = {};
  RowUpdates row_updates = RowUpdates::dense_result;
};

/// Adam's steps from a point z, and weights w between z and the mean of all z: as good as a schedule that would have to
/// know the end (Defazio et al., "The road less scheduled", NeurIPS 2024). As in Keras; t counts updates from 1:
///
///     v ← v + (1 − β₂)·(g² − v)
///     s = lr·min(1, t / warmup_steps)·g / (√(v / (1 − β₂^t)) + ε)
///     z' = z − s
///     x ← (1 − 1/t)·x + z'/t,  with x = (w − (1 − β₁)·z) / β₁
///     w ← (1 − β₁)·z' + β₁·x;  z ← z'
///
/// computed as  w ← w + (z − w)/t − (1 − β₁ + β₁/t)·s,  which is the same and divides by no β₁.
///
/// Slots: momentum (z), which starts as the variable, and velocity (v). Throws ValueError unless β₁ lies in 0 … 1, β₂
/// in 0 … 1, below 1, and epsilon and warmup_steps are at least 0.
class ScheduleFreeAdamW final : public ElementwiseOptimizer<ScheduleFreeAdamW> {
 public:
  explicit ScheduleFreeAdamW(ScheduleFreeAdamWOptions options = {});
  /// `ScheduleFreeAdamW({})`: the defaults.
  explicit ScheduleFreeAdamW(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "ScheduleFreeAdamW"; }
  Config get_config() const override;
  static std::shared_ptr<ScheduleFreeAdamW> from_config(const ConfigView& config);

  template <class T>
  void update_elements(const Elements<T>& elements) const;

 private:
  std::shared_ptr<const DeferredRule> deferred_rule(DType dtype) const override;
  void begin(const Step& step) override;
  bool takes_listed_rows() const override { return true; }
  bool runs_on_threads() const override { return true; }

  double beta_1_, beta_2_, epsilon_, warmup_steps_;
  double rate_ = 0, square_scale_ = 0, weight_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
