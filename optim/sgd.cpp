#include <cornu/optim/sgd.hpp>

namespace cornu::optim {

SGD::SGD(SGDOptions options)
    : ElementwiseOptimizer("SGD", "sgd", common_options(options),
                           options.momentum == 0 ? std::vector<Slot>{} : std::vector<Slot>{{"momentum"}}),
      momentum_(options.momentum),
      nesterov_(options.nesterov) {
  require_option("SGD", "momentum", momentum_ >= 0 && momentum_ <= 1, momentum_, "0 … 1");
}

template <class T>
void SGD::update_elements(const Elements<T>& e) const {
  const T lr = static_cast<T>(learning_rate_), momentum = static_cast<T>(momentum_);
  for (std::size_t i = 0; i < e.size; ++i) {
    const T step = (e.gradient ? e.gradient[i] : T(0)) * lr;
    if (momentum_ == 0) {
      e.value[i] -= step;
    } else {
      const T v = e.slots[0][i] = e.slots[0][i] * momentum - step;
      e.value[i] += nesterov_ ? v * momentum - step : v;
    }
  }
}

template void SGD::update_elements(const Elements<float>&) const;
template void SGD::update_elements(const Elements<double>&) const;

}  // namespace cornu::optim
