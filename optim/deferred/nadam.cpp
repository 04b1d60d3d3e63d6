#include <cornu/optim/deferred/nadam.hpp>

#include <array>
#include <cmath>
#include <vector>

#include <cornu/framework/kernels/deferred.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/rule/powers.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/framework/rule/series.hpp>
#include <cornu/optim/nadam_momentum.hpp>

namespace cornu::optim {

namespace {

// With e_t = √(1 − β₂^t), a row that was last current at update s moves in update t = s + j by
//
//     a_t·β₁^j·m / (√v·q + ε),  q = β₂^(j/2) / e_t.
//
// As for Adam that is expanded around one q a row, q_s = β₂^(J/2) / e_{s+J} with the mean age J = 1 / (1 − β₁):
// δ = q / q_s − 1 = β₂^((j−J)/2)·e_{s+J} / e_t − 1.
class Ages {
 public:
  Ages(double beta_1, double beta_2, DType dtype) : beta_2_(beta_2), mean_age_(1 / (1 - beta_1)) {
    for (std::size_t j = 1; j <= series_length(beta_1, dtype); ++j) {
      const auto age = static_cast<double>(j);
      weights_.push_back(std::pow(beta_1, age));
      roots_.push_back(std::pow(beta_2, (age - mean_age_) / 2));
      squares_.push_back(std::pow(beta_2, mean_age_ - age));
    }
  }
  std::size_t size() const { return weights_.size(); }
  const std::vector<double>& weights() const { return weights_; }

  // δ in update `number`, for rows of age i + 1. No row is older than the first update.
  double delta(std::size_t i, std::int64_t number) const {
    const double fading = std::pow(beta_2_, static_cast<double>(number));
    return delta(i, fading, std::sqrt(1 - fading));
  }
  template <class Visit>
  void for_each(std::int64_t number, Visit visit) const {
    const double fading = std::pow(beta_2_, static_cast<double>(number)), correction = std::sqrt(1 - fading);
    for (std::size_t i = 0; i < weights_.size(); ++i)
      if (static_cast<std::int64_t>(i) + 1 < number) visit(i, delta(i, fading, correction));
  }
  double mean_q(std::int64_t last_current) const {
    const double age = static_cast<double>(last_current) + mean_age_;
    return std::pow(beta_2_, mean_age_ / 2) / std::sqrt(1 - std::pow(beta_2_, age));
  }

 private:
  double delta(std::size_t i, double fading, double correction) const {
    return roots_[i] * std::sqrt(1 - fading * squares_[i]) / correction - 1;
  }

  double beta_2_, mean_age_;
  std::vector<double> weights_, roots_, squares_;
};

// How many terms rows take that were current at update `number`. Rows that were current later take no more.
std::size_t terms_from(const Ages& ages, std::int64_t number, DType dtype) {
  std::vector<double> deltas;
  for (std::size_t i = 0; i < ages.size(); ++i)
    deltas.push_back(ages.delta(i, number + static_cast<std::int64_t>(i) + 1));
  return series_terms(ages.weights(), deltas, dtype);
}

class DeferredNadam final : public ElementwiseDeferredRule<DeferredNadam> {
 public:
  DeferredNadam(Ages ages, double beta_1, double beta_2, double epsilon, std::int64_t first, std::size_t terms)
      : ages_(std::move(ages)),
        powers_m_(beta_1),
        powers_v_(beta_2),
        momentum_(beta_1),
        epsilon_(epsilon),
        first_(first),
        terms_(terms) {}

  Series series() const override { return {terms_, std::vector<double>(ages_.size() * terms_)}; }
  bool has_changing_coefficients() const override { return true; }
  void write_coefficients(const Step& step, std::span<double> coefficients) const override {
    ages_.for_each(step.number, [&](std::size_t i, double delta) {
      double term = ages_.weights()[i];
      for (std::size_t n = 0; n < terms_; ++n, term *= delta) coefficients[i * terms_ + n] = term;
    });
  }
  double scale(const Step& step) const override { return step.learning_rate * momentum_.mean_rate(step.number); }
  bool covers(const Step& step) const override { return step.number > first_; }
  bool is_linear() const override { return true; }
  bool takes_listed_rows() const override { return true; }
  bool runs_on_threads() const override { return true; }

  template <class T>
  void apply_elements(const MissedUpdates& missed, const Elements<T>& e) const {
    const kernels::DeferredMoments<T> deferred{static_cast<T>(missed.lost),
                                               static_cast<T>(ages_.mean_q(missed.number - missed.count)),
                                               static_cast<T>(epsilon_),
                                               static_cast<T>(powers_m_(missed.count)),
                                               static_cast<T>(powers_v_(missed.count)),
                                               missed.sums.data(),
                                               static_cast<std::int64_t>(missed.sums.size())};
    kernels::table<kernels::DeferredKernels<T>>().moments(deferred, run_of(e), e.value, e.slots[0], e.slots[1]);
  }

 private:
  Ages ages_;
  detail::Powers powers_m_, powers_v_;
  NadamMomentum momentum_;
  double epsilon_;
  std::int64_t first_;
  std::size_t terms_;
};

}  // namespace

std::shared_ptr<const DeferredRule> deferred_nadam(double beta_1, double beta_2, double epsilon, DType dtype) {
  if (epsilon <= 0 || beta_1 <= 0 || beta_2 <= 0) return nullptr;
  const Ages ages(beta_1, beta_2, dtype);
  for (const std::int64_t first : {32, 64, 128, 256, 512, 1024})
    if (const std::size_t terms = terms_from(ages, first, dtype); terms > 0)
      return std::make_shared<DeferredNadam>(ages, beta_1, beta_2, epsilon, first, terms);
  return nullptr;
}

}  // namespace cornu::optim
