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

struct AdamaxOptions {
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

/// Adam with the largest gradient of late in place of the root mean square (Kingma and Ba, "Adam: a method for
/// stochastic optimization", ICLR 2015, section 7). As in Keras, ε is added to it; t counts updates from 1:
///
///     m ← m + (1 − β₁)·(g − m)
///     u ← max(β₂·u, |g|)
///     w ← w − lr / (1 − β₁^t) · m / (u + ε)
///
/// Slots: momentum (m), norm (u). Throws ValueError unless β₁ and β₂ lie in 0 … 1, below 1, and epsilon is at least 0.
class Adamax final : public ElementwiseOptimizer<Adamax> {
 public:
  explicit Adamax(AdamaxOptions options = {});
  /// `Adamax({})`: the defaults.
  explicit Adamax(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "Adamax"; }
  Config get_config() const override;
  static std::shared_ptr<Adamax> from_config(const ConfigView& config);

  template <class T>
  void update_elements(const Elements<T>& elements) const;

 private:
  std::shared_ptr<const DeferredRule> deferred_rule(DType dtype) const override;
  void begin(const Step& step) override;
  bool takes_listed_rows() const override { return true; }
  bool runs_on_threads() const override { return true; }

  double beta_1_, beta_2_, epsilon_;
  double alpha_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
