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

struct SGDOptions {
  LearningRate learning_rate = 0.01;
  double momentum = 0;
  bool nesterov = false;
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

/// Gradient descent, with momentum μ (Polyak, "Some methods of speeding up the convergence of iteration methods", 1964)
/// or Nesterov's (Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in deep
/// learning", ICML 2013). As in Keras, the learning rate is inside v:
///
///     w ← w − lr·g                                   without momentum
///     v ← μ·v − lr·g;  w ← w + v
///     v ← μ·v − lr·g;  w ← w + μ·v − lr·g            nesterov
///
/// Slot: momentum (v), with μ > 0. Throws ValueError unless 0 ≤ momentum ≤ 1.
class SGD final : public ElementwiseOptimizer<SGD> {
 public:
  explicit SGD(SGDOptions options = {});
  /// `SGD({})`: the defaults.
  explicit SGD(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "SGD"; }
  Config get_config() const override;
  static std::shared_ptr<SGD> from_config(const ConfigView& config);

  template <class T>
  void update_elements(const Elements<T>& elements) const;

 private:
  std::shared_ptr<const DeferredRule> deferred_rule(DType dtype) const override;
  void begin(const Step& step) override { learning_rate_ = step.learning_rate; }
  bool takes_listed_rows() const override { return true; }
  bool runs_on_threads() const override { return true; }
  bool moves_without_gradient() const override { return momentum_ != 0; }

  double momentum_;
  bool nesterov_;
  double learning_rate_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
