#include <cornu/optim/nadam_momentum.hpp>

#include <cmath>

namespace cornu::optim {

double NadamMomentum::at(std::int64_t number) const {
  return beta_1_ * (1 - 0.5 * std::pow(0.96, static_cast<double>(number)));
}

double NadamMomentum::product_until(std::int64_t number) {
  if (number < number_) {
    product_ = 1;
    number_ = 0;
  }
  while (number_ < number && product_ > 0) product_ *= at(++number_);
  number_ = number;
  return product_;
}

double NadamMomentum::mean_rate(std::int64_t number) {
  const double next = at(number + 1);
  return next / (1 - product_until(number) * next);
}

}  // namespace cornu::optim
