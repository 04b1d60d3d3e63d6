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

struct LionOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.99;
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

/// Steps of one size, by the sign of a running mean of the gradient (Chen et al., "Symbolic discovery of optimization
/// algorithms", NeurIPS 2023):
///
///     w ← w − lr·sign(β₁·m + (1 − β₁)·g)
///     m ← β₂·m + (1 − β₂)·g
///
/// Without gradients m fades and its sign stays, and with it the step: it fades to 1024 times the smallest normal
/// number and no further.
///
/// Slot: momentum (m). Throws ValueError unless β₁ is above 0 and at most 1 (at 0 it would be the sign of the gradient
/// alone) and β₂ lies in 0 … 1.
class Lion final : public ElementwiseOptimizer<Lion> {
 public:
  explicit Lion(LionOptions options = {});
  /// `Lion({})`: the defaults.
  explicit Lion(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "Lion"; }
  Config get_config() const override;
  static std::shared_ptr<Lion> from_config(const ConfigView& config);

  template <class T>
  void update_elements(const Elements<T>& elements) const;

 private:
  std::shared_ptr<const DeferredRule> deferred_rule(DType dtype) const override;
  void begin(const Step& step) override { learning_rate_ = step.learning_rate; }
  bool takes_listed_rows() const override { return true; }
  bool runs_on_threads() const override { return true; }

  double beta_1_, beta_2_;
  double learning_rate_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
