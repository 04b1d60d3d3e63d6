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

CORNU_EXPORT_BEGIN
namespace cornu::optim {

struct AdafactorOptions {
  LearningRate learning_rate = 0.001;
  double beta_2_decay = -0.8;
  double epsilon_1 = 1e-30;
  double epsilon_2 = 1e-3;
  double clip_threshold = 1;
  bool relative_step = true;
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

/// Adam's denominator from the means of the rows and of the columns of the squared gradient, and steps relative to the
/// size of the weights (Shazeer and Stern, "Adafactor: adaptive learning rates with sublinear memory cost", ICML 2018).
/// As in Keras; t counts updates from 1, rms is the root mean square over the variable, and rows and columns are the
/// last two axes:
///
///     β = 1 − t^beta_2_decay
///     r ← β·r + (1 − β)·row means of (g² + ε₁)
///     c ← β·c + (1 − β)·column means of (g² + ε₁)
///     v ← r·c / mean of r;  of a vector:  v ← β·v + (1 − β)·(g² + ε₁)
///     u = g / √v
///     w ← w − max(ε₂, rms(w))·min(lr, 1/√t)·u / max(1, rms(u) / clip_threshold)
///
/// Keras caps lr by 1/√t whether relative_step says so or not, so that option changes nothing. An element whose
/// gradients were all 0 stays, also where r·c is too small for a float32 (Keras divides 0 by it).
///
/// Slots: row (r), column (c), velocity (v); r and c of a vector are two integers that nothing reads, as in Keras
/// files. Throws ValueError unless beta_2_decay is at most 0, the epsilons at least 0 and clip_threshold positive.
class Adafactor final : public WholeVariableOptimizer<Adafactor> {
 public:
  explicit Adafactor(AdafactorOptions options = {});
  /// `Adafactor({})`: the defaults.
  explicit Adafactor(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "Adafactor"; }
  Config get_config() const override;
  static std::shared_ptr<Adafactor> from_config(const ConfigView& config);

  template <class T>
  void update_variable(const Elements<T>& whole) const;

 private:
  void begin(const Step& step) override;
  std::vector<Slot> slots_for(const Variable& variable) const override;
  template <class T>
  void update_vector(const Elements<T>& whole) const;
  template <class T>
  void update_matrices(const Elements<T>& whole) const;
  template <class T>
  T rate_of(const Elements<T>& whole, double squares_of_u) const;

  double beta_2_decay_, epsilon_1_, epsilon_2_, clip_threshold_;
  bool relative_step_;  // accepted, and changes nothing, as in Keras
  double beta_2_ = 0, rate_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
