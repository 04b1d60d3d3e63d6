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

struct AdadeltaOptions {
  LearningRate learning_rate = 0.001;
  double rho = 0.95;
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

/// Steps whose size is the running root mean square of earlier steps, over that of the gradient (Zeiler, "ADADELTA: an
/// adaptive learning rate method", 2012). As in Keras, ε is inside the roots; the paper's learning rate is 1:
///
///     a ← ρ·a + (1 − ρ)·g²
///     s = √(d + ε)·g / √(a + ε)
///     d ← ρ·d + (1 − ρ)·s²
///     w ← w − lr·s
///
/// Slots: accumulated_grad (a), accumulated_delta_var (d). Throws ValueError unless ρ lies in 0 … 1 and epsilon is at
/// least 0.
class Adadelta final : public ElementwiseOptimizer<Adadelta> {
 public:
  explicit Adadelta(AdadeltaOptions options = {});
  /// `Adadelta({})`: the defaults.
  explicit Adadelta(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "Adadelta"; }
  Config get_config() const override;
  static std::shared_ptr<Adadelta> from_config(const ConfigView& config);

  template <class T>
  void update_elements(const Elements<T>& elements) const;

 private:
  std::shared_ptr<const DeferredRule> deferred_rule(DType dtype) const override;
  void begin(const Step& step) override { learning_rate_ = step.learning_rate; }
  bool takes_listed_rows() const override { return true; }
  bool runs_on_threads() const override { return true; }

  double rho_, epsilon_;
  double learning_rate_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
