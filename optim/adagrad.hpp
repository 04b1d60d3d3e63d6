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

struct AdagradOptions {
  LearningRate learning_rate = 0.001;
  double initial_accumulator_value = 0.1;
  double epsilon = 1e-7;
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

/// Steps divided by the root of the sum of all squared gradients (Duchi, Hazan, Singer, "Adaptive subgradient methods
/// for online learning and stochastic optimization", JMLR 12, 2011). As in Keras, ε is inside the root:
///
///     a ← a + g²
///     w ← w − lr·g / √(a + ε)
///
/// Slot: accumulator (a), which starts as initial_accumulator_value. Throws ValueError unless this and epsilon are at
/// least 0.
class Adagrad final : public ElementwiseOptimizer<Adagrad> {
 public:
  explicit Adagrad(AdagradOptions options = {});
  /// `Adagrad({})`: the defaults.
  explicit Adagrad(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "Adagrad"; }
  Config get_config() const override;
  static std::shared_ptr<Adagrad> from_config(const ConfigView& config);

  template <class T>
  void update_elements(const Elements<T>& elements) const;

 private:
  std::shared_ptr<const DeferredRule> deferred_rule(DType dtype) const override;
  void begin(const Step& step) override { learning_rate_ = step.learning_rate; }
  bool takes_listed_rows() const override { return true; }
  bool runs_on_threads() const override { return true; }
  // Where a + ε may be 0, so is the step's denominator: Keras then makes NaN of a weight without a gradient.
  bool moves_without_gradient() const override { return !never_zero_; }

  double initial_accumulator_value_, epsilon_;
  bool never_zero_;
  double learning_rate_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
