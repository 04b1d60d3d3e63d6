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

struct RMSpropOptions {
  LearningRate learning_rate = 0.001;
  double rho = 0.9;
  double momentum = 0;
  double epsilon = 1e-7;
  bool centered = false;
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

/// Steps divided by the running root mean square of the gradient (Tieleman and Hinton, "Lecture 6.5: rmsprop", 2012);
/// centered, by its standard deviation (Graves, "Generating sequences with recurrent neural networks", 2013). As in
/// Keras, ε is inside the root:
///
///     v ← ρ·v + (1 − ρ)·g²
///     a ← ρ·a + (1 − ρ)·g                            centered; a is 0 otherwise
///     i = lr·g / √(v − a² + ε)
///     w ← w − i,  or with momentum μ:  m ← μ·m + i;  w ← w − m
///
/// Slots: velocity (v), momentum (m) with μ > 0, average_gradient (a) when centered. Throws ValueError unless ρ and
/// momentum lie in 0 … 1 and epsilon is at least 0.
class RMSprop final : public ElementwiseOptimizer<RMSprop> {
 public:
  explicit RMSprop(RMSpropOptions options = {});
  /// `RMSprop({})`: the defaults.
  explicit RMSprop(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "RMSprop"; }
  Config get_config() const override;
  static std::shared_ptr<RMSprop> from_config(const ConfigView& config);

  template <class T>
  void update_elements(const Elements<T>& elements) const;

 private:
  std::shared_ptr<const DeferredRule> deferred_rule(DType dtype) const override;
  void begin(const Step& step) override { learning_rate_ = step.learning_rate; }
  bool takes_listed_rows() const override { return true; }
  bool runs_on_threads() const override { return true; }

  double rho_, momentum_, epsilon_;
  bool centered_;
  double learning_rate_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
