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

struct MuonOptions {
  LearningRate learning_rate = 0.001;
  double adam_beta_1 = 0.9;
  double adam_beta_2 = 0.999;
  std::optional<double> adam_weight_decay = 0.004;
  double epsilon = 1e-7;
  std::optional<double> weight_decay = 0.004;
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = {};
  std::vector<std::string> exclude_layers = {};
  bool exclude_embeddings = true;
  double muon_a = 3.4445;
  double muon_b = -4.7750;
  double muon_c = 2.0315;
  double adam_lr_ratio = 1;
  double momentum = 0.95;
  std::int64_t ns_steps = 5;
  bool nesterov = true;
  std::optional<double> rms_rate = 0.2;
  RowUpdates row_updates = RowUpdates::dense_result;
};

/// Momentum whose singular values are all made about 1, for the matrices of hidden layers; Adam with decoupled weight
/// decay for all else (Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024; Liu et al.,
/// "Muon is scalable for LLM training", 2025). Adam's side, as in Keras, are variables that are no matrices, with
/// exclude_embeddings those in whose path "embedding" occurs in any case, and those in whose path ("dense_1/kernel")
/// one of the regular expressions exclude_layers occurs. It has adam_lr_ratio of the learning rate, and
/// adam_weight_decay; see AdamW. A matrix of n × k, with momentum μ, has weight_decay and
///
///     m ← μ·m + g
///     X = g + μ·m with nesterov, m without;  transposed when n > k
///     X ← X / (‖X‖ + 1e-7), then ns_steps times:  A = X·Xᵀ;  X ← a·X + (b·A + c·A²)·X      a, b, c: muon_a, …
///     w ← w − lr·√max(n, k)·rms_rate·X;  without rms_rate:  w ← w − lr·X
///
/// Slots: momentum (m), on Adam's side momentum and velocity. Throws ValueError unless Adam's β₁ and β₂ lie in 0 … 1,
/// below 1, momentum in 0 … 1, epsilon, the weight decays, adam_lr_ratio, rms_rate and ns_steps are at least 0, and
/// exclude_layers are regular expressions (which ones, says Optimizer::exclude_from_weight_decay).
class Muon final : public ElementwiseOptimizer<Muon> {
 public:
  explicit Muon(MuonOptions options = {});
  /// `Muon({})`: the defaults.
  explicit Muon(cornu::detail::NoOptions);
  std::string_view class_name() const override { return "Muon"; }
  Config get_config() const override;
  static std::shared_ptr<Muon> from_config(const ConfigView& config);

  template <class T>
  void update_elements(const Elements<T>& elements) const;

 private:
  std::shared_ptr<const DeferredRule> deferred_rule(DType dtype) const override;
  void begin(const Step& step) override;
  bool uses_adam(const Variable& variable) const;
  bool needs_whole(const Variable& variable) const override { return !uses_adam(variable); }
  bool runs_on_threads() const override { return true; }
  std::vector<Slot> slots_for(const Variable& variable) const override;
  std::optional<double> weight_decay_for(const Variable& variable) const override;
  template <class T>
  void update_matrix(const Elements<T>& whole) const;
  Tensor orthogonalized(Tensor x) const;

  MuonOptions muon_;
  double alpha_ = 0, learning_rate_ = 0;
};

}  // namespace cornu::optim
CORNU_EXPORT_END
