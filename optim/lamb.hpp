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

struct LambOptions {
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

/// Adam's direction, as long for each variable as its weights are (You et al., "Large batch optimization for deep
/// learning: training BERT in 76 minutes", ICLR 2020). As in Keras; t counts updates from 1:
///
///     m ← m + (1 − β₁)·(g − m)
///     v ← v + (1 − β₂)·(g² − v)
///     u = m / (1 − β₁^t) / (√(v / (1 − β₂^t)) + ε)
///     w ← w − lr·‖w‖ / ‖u‖ · u,  the ratio 1 where one of the norms, over the whole variable, is 0
///
/// Slots: momentum (m), velocity (v). Throws ValueError unless β₁ and β₂ lie in 0 … 1, below 1, and epsilon is at least
/// 0.
class Lamb final : public WholeVariableOptimizer<Lamb> {
 public:
  explicit Lamb(LambOptions options = {});
  /// `Lamb({})`: the defaults.
  explicit Lamb(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "Lamb"; }
  Config get_config() const override;
  static std::shared_ptr<Lamb> from_config(const ConfigView& config);

  template <class T>
  void update_variable(const Elements<T>& whole) const;

 private:
  void begin(const Step& step) override;
  bool never_throws() const override { return true; }

  double beta_1_, beta_2_, epsilon_;
  double learning_rate_ = 0, mean_scale_ = 0, square_scale_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
