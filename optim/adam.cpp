#include <cornu/optim/adam.hpp>

#include <algorithm>
#include <cmath>

namespace cornu::optim {

namespace {
std::vector<Slot> slots_of(const AdamOptions& options) {
  std::vector<Slot> slots{{"momentum"}, {"velocity"}};
  if (options.amsgrad) slots.push_back({.name = "velocity_hat", .group = 1});
  return slots;
}
}  // namespace

Adam::Adam(AdamOptions options)
    : ElementwiseOptimizer("Adam", "adam", common_options(options), slots_of(options)),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      epsilon_(options.epsilon),
      amsgrad_(options.amsgrad) {
  require_option("Adam", "beta_1", beta_1_ >= 0 && beta_1_ < 1, beta_1_, "0 or more, below 1");
  require_option("Adam", "beta_2", beta_2_ >= 0 && beta_2_ < 1, beta_2_, "0 or more, below 1");
  require_option("Adam", "epsilon", epsilon_ >= 0, epsilon_, "0 or more");
}

void Adam::begin(const Step& step) {
  const double t = static_cast<double>(step.number);
  alpha_ = step.learning_rate * std::sqrt(1 - std::pow(beta_2_, t)) / (1 - std::pow(beta_1_, t));
}

template <class T>
void Adam::update_elements(const Elements<T>& e) const {
  const T alpha = static_cast<T>(alpha_), epsilon = static_cast<T>(epsilon_);
  const T rest_1 = static_cast<T>(1 - beta_1_), rest_2 = static_cast<T>(1 - beta_2_);
  for (std::size_t i = 0; i < e.size; ++i) {
    const T g = e.gradient ? e.gradient[i] : T(0);
    const T m = e.slots[0][i] += (g - e.slots[0][i]) * rest_1;
    T v = e.slots[1][i] += (g * g - e.slots[1][i]) * rest_2;
    if (amsgrad_) v = e.slots[2][i] = std::max(e.slots[2][i], v);
    e.value[i] -= m * alpha / (std::sqrt(v) + epsilon);
  }
}

template void Adam::update_elements(const Elements<float>&) const;
template void Adam::update_elements(const Elements<double>&) const;

}  // namespace cornu::optim
