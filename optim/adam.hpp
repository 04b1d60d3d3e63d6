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

struct AdamOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;
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

/// Steps by the running mean of the gradient over the root of its running mean square (Kingma and Ba, "Adam: a method
/// for stochastic optimization", ICLR 2015); amsgrad divides by the largest such root so far (Reddi, Kale, Kumar, "On
/// the convergence of Adam and beyond", ICLR 2018). As in Keras, the bias correction is folded into the step size and ε
/// is outside the root; t counts updates from 1:
///
///     m ← m + (1 − β₁)·(g − m)
///     v ← v + (1 − β₂)·(g² − v)
///     u = v,  with amsgrad:  u ← max(u, v)
///     w ← w − α·m / (√u + ε),  α = lr·√(1 − β₂^t) / (1 − β₁^t)
///
/// Slots: momentum (m), velocity (v), with amsgrad velocity_hat (u). Throws ValueError unless β₁ and β₂ lie in 0 … 1,
/// below 1, and epsilon is at least 0.
class Adam : public ElementwiseOptimizer<Adam> {
 public:
  explicit Adam(AdamOptions options = {});
  /// `Adam({})`: the defaults.
  explicit Adam(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "Adam"; }
  Config get_config() const override;
  static std::shared_ptr<Adam> from_config(const ConfigView& config);

  template <class T>
  void update_elements(const Elements<T>& elements) const;

  /// α of a step.
  static double alpha(const Step& step, double beta_1, double beta_2);

 protected:
  /// For optimizers that are Adam with other options.
  Adam(std::string_view class_name, std::string_view default_name, AdamOptions options);

 private:
  std::shared_ptr<const DeferredRule> deferred_rule(DType dtype) const override;
  void begin(const Step& step) override;
  bool takes_listed_rows() const override { return true; }
  bool runs_on_threads() const override { return true; }

  double beta_1_, beta_2_, epsilon_;
  bool amsgrad_;
  double alpha_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
