#include <cornu/framework/losses/probabilistic.hpp>

#include <cornu/framework/losses/crossentropy.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/losses/object.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::losses {

Tensor kl_divergence(const Tensor& y_true, const Tensor& y_pred) {
  auto [t, p] = aligned("kl_divergence", y_true, y_pred);
  t = ops::clip(t, epsilon, 1);
  p = ops::clip(p, epsilon, 1);
  return ops::sum(t * ops::log(t / p), {.axis = -1});
}

Tensor poisson(const Tensor& y_true, const Tensor& y_pred) {
  const auto [t, p] = aligned("poisson", y_true, y_pred);
  return ops::mean(p - t * ops::log(p + epsilon), {.axis = -1});
}

KLDivergence::KLDivergence(KLDivergenceOptions options) : Loss(options.name, options.reduction) {}
KLDivergence::KLDivergence(cornu::detail::NoOptions) : KLDivergence() {}
Tensor KLDivergence::call(const Tensor& y_true, const Tensor& y_pred) const { return kl_divergence(y_true, y_pred); }
void KLDivergence::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("kl_divergence", y_true, prediction_shape);
}

Poisson::Poisson(PoissonOptions options) : Loss(options.name, options.reduction) {}
Poisson::Poisson(cornu::detail::NoOptions) : Poisson() {}
Tensor Poisson::call(const Tensor& y_true, const Tensor& y_pred) const { return poisson(y_true, y_pred); }
void Poisson::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("poisson", y_true, prediction_shape);
}

Config KLDivergence::to_config() const { return loss_object(*this, "KLDivergence", no_option); }
std::shared_ptr<KLDivergence> KLDivergence::from_config(const ConfigView& config) {
  return loss_from<KLDivergence, KLDivergenceOptions>(config, no_option);
}

Config Poisson::to_config() const { return loss_object(*this, "Poisson", no_option); }
std::shared_ptr<Poisson> Poisson::from_config(const ConfigView& config) {
  return loss_from<Poisson, PoissonOptions>(config, no_option);
}

}  // namespace cornu::losses
