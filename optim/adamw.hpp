#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/optim/adam.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim {

struct AdamWOptions {
  LearningRate learning_rate = 0.001;
  double weight_decay = 0.004;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;
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

/// Adam with weight decay beside the gradient, not in it (Loshchilov and Hutter, "Decoupled weight decay
/// regularization", ICLR 2019):
///
///     w ← w − w·weight_decay·lr,  then Adam's rule
///
/// It is Adam with another default; as in Keras exclude_from_weight_decay({}, {"bias"}) spares variables.
/// Throws what Adam throws.
class AdamW final : public Adam {
 public:
  explicit AdamW(AdamWOptions options = {});
  /// `AdamW({})`: the defaults.
  explicit AdamW(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "AdamW"; }
  static std::shared_ptr<AdamW> from_config(const ConfigView& config);
};

}  // namespace cornu::optim
CORNU_EXPORT_END
