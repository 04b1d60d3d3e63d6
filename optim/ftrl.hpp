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

struct FtrlOptions {
  LearningRate learning_rate = 0.001;
  double learning_rate_power = -0.5;
  double initial_accumulator_value = 0.1;
  double l1_regularization_strength = 0;
  double l2_regularization_strength = 0;
  double l2_shrinkage_regularization_strength = 0;
  double beta = 0;
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

/// Follow the regularized leader: the weight that is best for all gradients so far, exactly 0 where they do not
/// outweigh λ₁ (McMahan et al., "Ad click prediction: a view from the trenches", KDD 2013). As in Keras, with p =
/// −learning_rate_power, the regularization strengths λ₁ and λ₂ and the shrinkage λₛ:
///
///     n' = n + g²
///     z ← z + g + 2·λₛ·w − (n'^p − n^p) / lr · w;  n ← n'
///     w ← (clip(z, −λ₁, λ₁) − z) / (n^p / lr + 2·(λ₂ + β / (2·lr)))
///
/// Every weight follows from z and n, so one that never had a gradient becomes 0 at the first update. Where the
/// learning rate is 0 an update does nothing (Keras divides by it).
///
/// Slots: accumulator (n), which starts as initial_accumulator_value, and linear (z). Throws ValueError unless
/// learning_rate_power is at most 0 and the others are at least 0.
class Ftrl final : public ElementwiseOptimizer<Ftrl> {
 public:
  explicit Ftrl(FtrlOptions options = {});
  /// `Ftrl({})`: the defaults.
  explicit Ftrl(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "Ftrl"; }
  Config get_config() const override;
  static std::shared_ptr<Ftrl> from_config(const ConfigView& config);

  template <class T>
  void update_elements(const Elements<T>& elements) const;

 private:
  std::shared_ptr<const DeferredRule> deferred_rule(DType dtype) const override;
  void begin(const Step& step) override { learning_rate_ = step.learning_rate; }
  bool takes_listed_rows() const override { return true; }
  bool runs_on_threads() const override { return true; }

  double power_, initial_accumulator_value_, l1_, l2_, l2_shrinkage_, beta_;
  double learning_rate_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
