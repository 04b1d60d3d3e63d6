#include <cornu/optim/nadam_momentum.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>

namespace cornu::optim {

namespace {
double growth(std::int64_t number) { return 1 - 0.5 * std::pow(0.96, static_cast<double>(number)); }
}  // namespace

NadamMomentum::NadamMomentum(double beta_1) : beta_1_(beta_1), growth_{1} {
  for (std::int64_t number = 1; growth(number) < 1; ++number) growth_.push_back(growth_.back() * growth(number));
}

double NadamMomentum::at(std::int64_t number) const { return beta_1_ * growth(number); }

double NadamMomentum::product_until(std::int64_t number) const {
  const auto grown = static_cast<std::size_t>(std::clamp<std::int64_t>(number, 0, std::ssize(growth_) - 1));
  return growth_[grown] * std::pow(beta_1_, static_cast<double>(number));
}

double NadamMomentum::mean_rate(std::int64_t number) const { return at(number + 1) / (1 - product_until(number + 1)); }

}  // namespace cornu::optim
