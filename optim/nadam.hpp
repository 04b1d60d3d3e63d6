#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/optimizer/optimizer.hpp>
#include <cornu/optim/nadam_momentum.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim {

struct NadamOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
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

/// Adam with Nesterov's momentum, which grows from β₁/2 to β₁ (Dozat, "Incorporating Nesterov momentum into Adam", ICLR
/// 2016 workshop). As in Keras; t counts updates from 1:
///
///     μ(t) = β₁·(1 − ½·0.96^t),  U(t) = μ(1)·…·μ(t)
///     m ← m + (1 − β₁)·(g − m)
///     v ← v + (1 − β₂)·(g² − v)
///     m̂ = μ(t + 1)·m / (1 − U(t + 1)) + (1 − μ(t))·g / (1 − U(t))
///     w ← w − lr·m̂ / (√(v / (1 − β₂^t)) + ε)
///
/// Slots: momentum (m), velocity (v), and one u_product for all variables, U(t): it is there for Keras files, and
/// follows from the number of updates alone. Throws ValueError unless β₁ and β₂ lie in 0 … 1, below 1, and epsilon is
/// at least 0.
class Nadam final : public ElementwiseOptimizer<Nadam> {
 public:
  explicit Nadam(NadamOptions options = {});
  /// `Nadam({})`: the defaults.
  explicit Nadam(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "Nadam"; }
  Config get_config() const override;
  static std::shared_ptr<Nadam> from_config(const ConfigView& config);

  template <class T>
  void update_elements(const Elements<T>& elements) const;

 private:
  std::shared_ptr<const DeferredRule> deferred_rule(DType dtype) const override;
  void begin(const Step& step) override;
  bool takes_listed_rows() const override { return true; }
  bool runs_on_threads() const override { return true; }
  std::vector<Variable> shared_slots() const override { return {u_product_}; }

  double beta_1_, beta_2_, epsilon_;
  Variable u_product_;
  NadamMomentum momentum_;
  double mean_rate_ = 0, gradient_rate_ = 0, square_scale_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
