#include <cornu/optim/muon.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>

#include <cornu/framework/base/name_pattern.hpp>
#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/optimizer/each_common_option.hpp>
#include <cornu/framework/rule/pieces.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/deferred/rules.hpp>

namespace cornu::optim {

Muon::Muon(cornu::detail::NoOptions) : Muon() {}
Muon::Muon(MuonOptions options)
    : ElementwiseOptimizer("Muon", "muon", common_options(options), {}), muon_(std::move(options)) {
  const auto is_beta = [](double beta) { return beta >= 0 && beta < 1; };
  require_option("Muon", "adam_beta_1", is_beta(muon_.adam_beta_1), muon_.adam_beta_1, "0 or more, below 1");
  require_option("Muon", "adam_beta_2", is_beta(muon_.adam_beta_2), muon_.adam_beta_2, "0 or more, below 1");
  require_option("Muon", "momentum", muon_.momentum >= 0 && muon_.momentum <= 1, muon_.momentum, "0 … 1");
  require_not_negative("Muon", "adam_weight_decay", muon_.adam_weight_decay.value_or(0));
  require_not_negative("Muon", "epsilon", muon_.epsilon);
  require_not_negative("Muon", "adam_lr_ratio", muon_.adam_lr_ratio);
  require_not_negative("Muon", "rms_rate", muon_.rms_rate.value_or(0));
  require_not_negative("Muon", "ns_steps", static_cast<double>(muon_.ns_steps));
  detail::any_occurs("Muon", muon_.exclude_layers, "");
}

namespace {
std::string in_lower_case(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}
}  // namespace

bool Muon::uses_adam(const Variable& variable) const {
  return variable.shape().rank() != 2 ||
         (muon_.exclude_embeddings && in_lower_case(variable.path()).find("embedding") != std::string::npos) ||
         detail::any_occurs("Muon", muon_.exclude_layers, variable.path());
}

std::vector<Slot> Muon::slots_for(const Variable& variable) const {
  return uses_adam(variable) ? std::vector<Slot>{{"momentum"}, {"velocity"}} : std::vector<Slot>{{.name = "momentum"}};
}

std::optional<double> Muon::weight_decay_for(const Variable& variable) const {
  return uses_adam(variable) ? muon_.adam_weight_decay : muon_.weight_decay;
}

void Muon::begin(const Step& step) {
  learning_rate_ = step.learning_rate;
  alpha_ = Adam::alpha({step.learning_rate * muon_.adam_lr_ratio, step.number}, muon_.adam_beta_1, muon_.adam_beta_2);
}

// X ← a·X + (b·A + c·A²)·X, with A = X·Xᵀ. Of a tall matrix the same with A = Xᵀ·X from the right: nothing is
// transposed.
Tensor Muon::orthogonalized(Tensor x) const {
  const bool tall = x.dim(0) > x.dim(1);
  x = x / (ops::sqrt(ops::sum(x * x)) + 1e-7);
  for (std::int64_t step = 0; step < muon_.ns_steps; ++step) {
    const Tensor a = ops::matmul(x, x, tall, !tall);
    const Tensor b = a * muon_.muon_b + ops::matmul(a, a) * muon_.muon_c;
    x = x * muon_.muon_a + (tall ? ops::matmul(x, b) : ops::matmul(b, x));
  }
  return x;
}

template <class T>
void Muon::update_matrix(const Elements<T>& e) const {
  if (e.size == 0) return;
  const T mu = static_cast<T>(muon_.momentum);
  Tensor ahead = Tensor::uninitialized(*e.shape, dtype_of<T>);
  T *const m = e.slots[0], *const x = ahead.mutable_data<T>();
  detail::for_pieces(e.size, detail::updates_a_piece(), [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const T gradient = e.gradient ? e.gradient[i] : T(0);
      m[i] = flushed(mu * m[i] + gradient);
      x[i] = muon_.nesterov ? gradient + mu * m[i] : m[i];
    }
  });
  const double longer_side = static_cast<double>(std::max(e.shape->front(), e.shape->back()));
  const T rate = static_cast<T>(learning_rate_ * (muon_.rms_rate ? std::sqrt(longer_side) * *muon_.rms_rate : 1));
  const Tensor direction = orthogonalized(std::move(ahead));
  const T* const u = direction.data<T>();
  detail::for_pieces(e.size, detail::updates_a_piece(), [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) e.value[i] -= rate * u[i];
  });
}

std::shared_ptr<const DeferredRule> Muon::deferred_rule(DType dtype) const {
  const auto size = [beta_1 = muon_.adam_beta_1, beta_2 = muon_.adam_beta_2, ratio = muon_.adam_lr_ratio](
                        const Step& step) { return ratio * Adam::alpha(step, beta_1, beta_2); };
  return deferred_moments({muon_.adam_beta_1, muon_.adam_beta_2, muon_.epsilon, false, false, size}, dtype);
}

template <class T>
void Muon::update_elements(const Elements<T>& e) const {
  if (e.shape) return update_matrix(e);
  const kernels::AdamRule<T> rule{static_cast<T>(alpha_), static_cast<T>(1 - muon_.adam_beta_1),
                                  static_cast<T>(1 - muon_.adam_beta_2), static_cast<T>(muon_.epsilon)};
  kernels::table<kernels::OptimizerKernels<T>>().adam(rule, e.gradient, e.count(), e.value, e.slots[0], e.slots[1],
                                                      nullptr);
}

template void Muon::update_elements(const Elements<float>&) const;
template void Muon::update_elements(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("adam_beta_1", options.adam_beta_1);
  option("adam_beta_2", options.adam_beta_2);
  option("epsilon", options.epsilon);
  option("exclude_layers", options.exclude_layers);
  option("muon_a", options.muon_a);
  option("muon_b", options.muon_b);
  option("muon_c", options.muon_c);
  option("adam_lr_ratio", options.adam_lr_ratio);
  option("momentum", options.momentum);
  option("ns_steps", options.ns_steps);
  option("nesterov", options.nesterov);
  option("exclude_embeddings", options.exclude_embeddings);
  option("adam_weight_decay", options.adam_weight_decay);
  option("rms_rate", options.rms_rate);
};

}  // namespace

Config Muon::get_config() const { return write_options(Optimizer::get_config(), each_option, muon_); }

std::shared_ptr<Muon> Muon::from_config(const ConfigView& config) {
  auto options = with_common_options<MuonOptions>(config);
  read_options(config, each_option, options);
  return std::make_shared<Muon>(std::move(options));
}

}  // namespace cornu::optim
